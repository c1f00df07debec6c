import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';

export interface Notification {
  type: FlashbarProps.Type;
  header: string;
  content?: ReactNode;
  action?: ReactNode;
  /** One of the same id takes the place of the one before. */
  id?: string;
  loading?: boolean;
}

interface Notifications {
  items: readonly (Notification & { id: string })[];
  notify(notification: Notification): void;
  dismiss(id: string): void;
}

const NotificationsContext = createContext<Notifications | null>(null);

/** What happened, across the top of the page, until it is dismissed. */
export function NotificationsProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<(Notification & { id: string })[]>([]);
  const dismiss = useCallback(
    (id: string) => setItems((shown) => shown.filter((item) => item.id !== id)),
    [],
  );
  const notify = useCallback((notification: Notification) => {
    const id = notification.id ?? notification.header;
    setItems((shown) => [{ ...notification, id }, ...shown.filter((item) => item.id !== id)]);
  }, []);
  const value = useMemo(() => ({ items, notify, dismiss }), [items, notify, dismiss]);
  return <NotificationsContext value={value}>{children}</NotificationsContext>;
}

export function useNotifications(): Notifications {
  const notifications = use(NotificationsContext);
  if (!notifications) throw new Error('useNotifications needs a NotificationsProvider around it.');
  return notifications;
}
