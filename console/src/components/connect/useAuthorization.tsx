import Alert from '@cloudscape-design/components/alert';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ServiceError } from '../../api/errors';
import { useTexts } from '../../i18n/texts';
import type { Authorization } from './credentialForm';
import { windowTexts } from './windowTexts';
import { openAuthorization, redirectUri } from './oauthWindow';

/** What the window brought, not the service. */
const failed = (message: string) => new ServiceError(message, 'Authorization', undefined);

/** Asks somebody, in a window of the authorization server's, to allow the access. */
export function useAuthorization(label: string): {
  /** To be called in the click's own turn. */
  authorize(url: string, state: string): Promise<Authorization>;
  /** How far it is, for the dialog. */
  notice: ReactNode;
} {
  const t = useTexts(windowTexts);
  const [isWaiting, setWaiting] = useState(false);
  const open = useRef<AbortController>(null);
  useEffect(() => () => open.current?.abort(), []);

  return {
    async authorize(url, state) {
      open.current = new AbortController();
      const opened = openAuthorization(url, state, open.current.signal);
      setWaiting(true);
      const outcome = await opened;
      setWaiting(false);
      if (outcome.kind === 'blocked') throw failed(t.blocked);
      if (outcome.kind === 'closed') throw failed(t.closed(label));
      const { code, error, error_description } = outcome.answer;
      if (!code) throw failed(error_description ?? error ?? t.noCode(label));
      return { authCode: code, redirectUri: redirectUri() };
    },
    notice: isWaiting && (
      <Alert type="info" header={t.waitingTitle(label)}>
        <StatusIndicator type="in-progress">{t.waiting(label)}</StatusIndicator>
      </Alert>
    ),
  };
}
