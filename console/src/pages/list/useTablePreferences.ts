import type { CollectionPreferencesProps } from '@cloudscape-design/components/collection-preferences';
import { useCallback, useState } from 'react';

export interface TablePreferences {
  pageSize: number;
  wrapLines: boolean;
  contentDisplay: readonly CollectionPreferencesProps.ContentDisplayItem[];
}

/** How the reader likes one table; kept in this browser under `key`. */
export function useTablePreferences(
  key: string,
  columns: readonly string[],
): [TablePreferences, (preferences: CollectionPreferencesProps.Preferences) => void] {
  const [preferences, setPreferences] = useState<TablePreferences>(() => {
    const defaults = {
      pageSize: 25,
      wrapLines: false,
      contentDisplay: columns.map((id) => ({ id, visible: true })),
    };
    try {
      return { ...defaults, ...JSON.parse(localStorage.getItem(key) ?? '{}') };
    } catch {
      return defaults; // Somebody else's text under that key.
    }
  });
  const change = useCallback(
    (changed: CollectionPreferencesProps.Preferences) => {
      const { pageSize, wrapLines, contentDisplay } = changed as TablePreferences;
      setPreferences({ pageSize, wrapLines, contentDisplay });
      localStorage.setItem(key, JSON.stringify({ pageSize, wrapLines, contentDisplay }));
    },
    [key],
  );
  return [preferences, change];
}
