import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import { added, keptOnLeaving, without, type Notification, type ShownNotification } from './notificationList';

export type { Notification };

interface Notifications {
  items: readonly ShownNotification[];
  notify(notification: Notification): void;
  dismiss(id: string): void;
  /** Somebody goes to another page. */
  leavePage(): void;
}

const NotificationsContext = createContext<Notifications | null>(null);

/** What happened, across the top of the page. */
export function NotificationsProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<readonly ShownNotification[]>([]);
  const actions = useMemo(
    () => ({
      notify: (notification: Notification) => setItems((shown) => added(shown, notification, Date.now())),
      dismiss: (id: string) => setItems((shown) => without(shown, id)),
      leavePage: () => setItems((shown) => keptOnLeaving(shown, Date.now())),
    }),
    [],
  );
  const value = useMemo(() => ({ items, ...actions }), [items, actions]);
  return <NotificationsContext value={value}>{children}</NotificationsContext>;
}

export function useNotifications(): Notifications {
  const notifications = use(NotificationsContext);
  if (!notifications) throw new Error('useNotifications needs a NotificationsProvider around it.');
  return notifications;
}
