import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState } from 'react';
import type { Language } from '../i18n/texts';

export type Theme = 'light' | 'dark' | 'system';

/** How the reader likes the console; kept in this browser. */
export interface Preferences {
  language: Language;
  theme: Theme;
}

const KEY = 'preferences';

function load(): Preferences {
  const defaults: Preferences = { language: 'en', theme: 'system' };
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    return defaults; // Somebody else's text under that key.
  }
}

export function usePreferences(): [Preferences, (change: Partial<Preferences>) => void] {
  const [preferences, setPreferences] = useState(load);
  const { language, theme } = preferences;
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = () =>
      applyMode(theme === 'dark' || (theme === 'system' && dark.matches) ? Mode.Dark : Mode.Light);
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme]);
  const change = (part: Partial<Preferences>) => {
    const changed = { ...preferences, ...part };
    setPreferences(changed);
    localStorage.setItem(KEY, JSON.stringify(changed));
  };
  return [preferences, change];
}
