import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import type { ReactNode } from 'react';

export interface Notification {
  type: FlashbarProps.Type;
  header: string;
  content?: ReactNode;
  action?: ReactNode;
  /** One of the same id takes the place of the one before. */
  id?: string;
  loading?: boolean;
  /** To the page that somebody is taken to, or goes to before they can have read it. */
  comesAlong?: boolean;
}

export interface ShownNotification extends Notification {
  id: string;
  /** In milliseconds since 1970. */
  since: number;
}

type List = readonly ShownNotification[];

const READING_TIME = 5_000;

export function added(list: List, notification: Notification, now: number): List {
  const id = notification.id ?? notification.header;
  return [{ ...notification, id, since: now }, ...without(list, id)];
}

export function without(list: List, id: string): List {
  return list.filter((item) => item.id !== id);
}

/**
 * What stays when somebody goes to another page. Nothing ever goes by itself: what went well goes with
 * the page that it was told on, and all that somebody has to look after stays until it is dismissed.
 */
export function keptOnLeaving(list: List, now: number): List {
  const isDone = ({ type, loading }: ShownNotification) =>
    (type === 'success' || type === 'info') && !loading;
  const isUnread = ({ comesAlong, since }: ShownNotification) =>
    comesAlong && now - since < READING_TIME;
  return list.filter((item) => !isDone(item) || isUnread(item));
}
