import { createContext, useContext } from 'react';

export type Language = 'en' | 'zh';

/**
 * The texts of one page, in both languages, in a file `texts.ts` beside it. A text that takes
 * values is a function. Terms that the tutorial prints in bold stay English in `zh`, at the
 * beginning of the text: "Create flow（创建数据流）" is read aloud as it is looked for.
 */
export type Texts<T> = { en: T; zh: T };

/** Makes `zh` have what `en` has, no more and no less. */
export function defineTexts<T>(en: T, zh: { [K in keyof T]: T[K] extends string ? string : T[K] }) {
  return { en, zh } as Texts<{ [K in keyof T]: T[K] extends string ? string : T[K] }>;
}

export const LanguageContext = createContext<Language>('en');

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

/** The texts of `texts` in the language that the reader chose. */
export function useTexts<T>(texts: Texts<T>): T {
  return texts[useLanguage()];
}

/** For Intl. English dates follow the browser's own kind of English. */
export function localeOf(language: Language): string {
  if (language === 'zh') return 'zh-CN';
  return navigator.language.startsWith('en') ? navigator.language : 'en-US';
}
