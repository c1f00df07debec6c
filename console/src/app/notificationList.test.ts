import { describe, expect, it } from 'vitest';
import { added, keptOnLeaving, without, type Notification, type ShownNotification } from './notificationList';

const list = (...notifications: Notification[]) =>
  notifications.reduce<readonly ShownNotification[]>((all, each) => added(all, each, 0), []);
const headers = (shown: readonly ShownNotification[]) => shown.map(({ header }) => header);

describe('notifications', () => {
  it('have the newest first, and each but once', () => {
    const created = { type: 'success', header: 'a created' } as const;
    const running = { type: 'info', id: 'run a', header: 'a is running', loading: true } as const;
    const shown = list(created, running, { ...running, header: 'a finished', loading: false }, created);
    expect(headers(shown)).toEqual(['a created', 'a finished']);
    expect(headers(without(shown, 'run a'))).toEqual(['a created']);
  });

  it('that went well go with the page that they were told on', () => {
    const shown = list({ type: 'success', header: 'registered' }, { type: 'info', header: 'canceled' });
    expect(headers(keptOnLeaving(shown, 0))).toEqual([]);
  });

  it('come along to the page that they lead to, until they can be read', () => {
    const shown = list({ type: 'success', header: 'created', comesAlong: true });
    const there = keptOnLeaving(keptOnLeaving(shown, 0), 4_999);
    expect(headers(there)).toEqual(['created']);
    expect(headers(keptOnLeaving(there, 60_000))).toEqual([]);
  });

  it('that somebody has to look after stay until they are dismissed', () => {
    const shown = list(
      { type: 'error', header: 'failed' },
      { type: 'warning', header: 'nothing matched' },
      { type: 'info', header: 'is running', loading: true },
      { type: 'in-progress', header: 'is tested', loading: true },
    );
    expect(keptOnLeaving(shown, 3_600_000)).toEqual(shown);
  });

  it('have their time anew when they say something new', () => {
    const shown = added(list({ type: 'info', id: 'run', header: 'is running', loading: true }),
      { type: 'success', id: 'run', header: 'finished', comesAlong: true }, 60_000);
    expect(headers(keptOnLeaving(shown, 61_000))).toEqual(['finished']);
  });
});
