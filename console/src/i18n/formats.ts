import { useMemo } from 'react';
import { localeOf, useLanguage, type Language } from './texts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const SIZES = ['KB', 'MB', 'GB', 'TB'];

const UNITS = {
  en: {
    seconds: (value: number, shown: string) => `${shown} ${value === 1 ? 'second' : 'seconds'}`,
    minutes: (value: number, shown: string) => `${shown} ${value === 1 ? 'minute' : 'minutes'}`,
    hours: (value: number, shown: string) => `${shown} ${value === 1 ? 'hour' : 'hours'}`,
    records: (shown: string) => `${shown} records/s`,
  },
  zh: {
    seconds: (_: number, shown: string) => `${shown} 秒`,
    minutes: (_: number, shown: string) => `${shown} 分钟`,
    hours: (_: number, shown: string) => `${shown} 小时`,
    records: (shown: string) => `${shown} 条记录/秒`,
  },
};

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

export function formatCount(value: number, language: Language): string {
  return new Intl.NumberFormat(localeOf(language)).format(value);
}

/** As AppFlow's console has it: "16.44 seconds", from a minute on "1.61 minutes". */
export function formatDuration(seconds: number, language: Language): string {
  const units = UNITS[language];
  const inSeconds = rounded(seconds, 2);
  if (inSeconds < MINUTE) return units.seconds(inSeconds, formatCount(inSeconds, language));
  const inMinutes = rounded(seconds / MINUTE, 2);
  if (inMinutes < 60) return units.minutes(inMinutes, formatCount(inMinutes, language));
  const inHours = rounded(seconds / HOUR, 2);
  return units.hours(inHours, formatCount(inHours, language));
}

/** As AppFlow's console has it: "1.869 KB". A kilobyte is a thousand bytes. */
export function formatSize(bytes: number, language: Language): string {
  let value = bytes / 1000;
  let unit = 0;
  while (rounded(value, 3) >= 1000 && unit < SIZES.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const shown = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 3 }).format(value);
  return `${shown} ${SIZES[unit]}`;
}

export function formatRecordRate(perSecond: number, language: Language): string {
  const shown = perSecond < 10 ? rounded(perSecond, 1) : Math.round(perSecond);
  return UNITS[language].records(formatCount(shown, language));
}

/** The formats, in the language that the reader chose. */
export function useFormats() {
  const language = useLanguage();
  return useMemo(
    () => ({
      count: (value: number) => formatCount(value, language),
      duration: (seconds: number) => formatDuration(seconds, language),
      size: (bytes: number) => formatSize(bytes, language),
    }),
    [language],
  );
}
