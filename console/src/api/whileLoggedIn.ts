import { isLoggedOut } from './errors';
import { currentKeys, keysChange } from './keys';

let tellEnded: () => void = () => undefined;

/** Calls `listener` when the session has ended: the service doesn't take its keys any more. */
export function onSessionEnded(listener: () => void): void {
  tellEnded = listener;
}

/**
 * Sends what needs a session. Where that has ended, nobody is told of an error: what was asked waits
 * until somebody has logged in again, and is asked again. It wasn't done yet, since the service looks
 * at the keys first.
 */
export async function whileLoggedIn<T>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    const keys = currentKeys();
    try {
      return await send();
    } catch (thrown) {
      if (!isLoggedOut(thrown)) throw thrown;
      if (currentKeys() !== keys) continue;
      tellEnded();
      await keysChange();
    }
  }
}
