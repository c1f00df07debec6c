import { createContext, use } from 'react';
import type { Preferences } from './preferences';

export const SettingsContext = createContext<{
  preferences: Preferences;
  change(part: Partial<Preferences>): void;
  logOut(): void;
} | null>(null);

export function useSettings() {
  const settings = use(SettingsContext);
  if (!settings) throw new Error('useSettings needs a SettingsContext around it.');
  return settings;
}
