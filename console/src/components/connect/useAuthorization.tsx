import Alert from '@cloudscape-design/components/alert';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ServiceError } from '../../api/errors';
import { departTo, type Departure, type OAuthAnswer } from '../../api/oauthChannel';
import { useTexts } from '../../i18n/texts';
import type { Authorization } from './credentialForm';
import { openAuthorization, redirectUri } from './oauthWindow';
import { windowTexts } from './windowTexts';

/** What the window brought, not the service. */
const failed = (message: string) => new ServiceError(message, 'Authorization', undefined);

/** Asks somebody, on a page of the authorization server's, to allow the access. */
export function useAuthorization(label: string): {
  /**
   * In a window, if it may be opened: this has to be called in the click's own turn. Else in this
   * tab, which is left with what `departing` gives.
   */
  authorize(url: string, state: string, departing: () => Promise<Departure>): Promise<Authorization>;
  /** The code of an answer; throws what it says instead. */
  read(answer: OAuthAnswer): Promise<Authorization>;
  /** How far it is, for the dialog. */
  notice: ReactNode;
} {
  const t = useTexts(windowTexts);
  const [isWaiting, setWaiting] = useState(false);
  const open = useRef<AbortController>(null);
  useEffect(() => () => open.current?.abort(), []);

  async function read({ code, error, error_description }: OAuthAnswer): Promise<Authorization> {
    if (!code) throw failed(error_description ?? error ?? t.noCode(label));
    return { authCode: code, redirectUri: redirectUri() };
  }

  return {
    read,
    async authorize(url, state, departing) {
      open.current = new AbortController();
      const opened = openAuthorization(url, state, open.current.signal);
      setWaiting(true);
      const outcome = await opened;
      if (outcome.kind === 'blocked') {
        departTo(url, await departing());
        return new Promise(() => {}); // The page is being left.
      }
      setWaiting(false);
      if (outcome.kind === 'closed') throw failed(t.closed(label));
      return read(outcome.answer);
    },
    notice: isWaiting && (
      <Alert type="info" header={t.waitingTitle(label)}>
        <StatusIndicator type="in-progress">{t.waiting(label)}</StatusIndicator>
      </Alert>
    ),
  };
}
