import { localeOf, useLanguage } from '../i18n/texts';

/** A moment in the reader's own zone; UTC in the tooltip. */
export function Time({ at, dateOnly = false }: { at: Date | undefined; dateOnly?: boolean }) {
  const locale = localeOf(useLanguage());
  if (!at) return <>-</>;
  const utc = `${at.toISOString().replace('T', ' ').replace(/\.\d+Z/, '')} UTC`;
  return (
    <time dateTime={at.toISOString()} title={utc}>
      {formatTime(at, locale, dateOnly)}
    </time>
  );
}

/** As AppFlow's console has it: "10/28/2021, 12:10 PM", "2022/11/8 20:15". */
export function formatTime(at: Date, locale: string, dateOnly = false): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    ...(dateOnly ? {} : { hour: 'numeric', minute: '2-digit' }),
  }).format(at);
}
