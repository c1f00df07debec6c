import { OAUTH_CHANNEL, type OAuthAnswer } from '../../api/oauthChannel';

/** Where the authorization server sends the browser back to. */
export function redirectUri(): string {
  return `${location.origin}/appflow/oauth`;
}

/** What no other window can know: by it an answer is known to be this request's (RFC 6749, 10.12). */
export function newState(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

export interface AuthorizationRequest {
  /** The server's page, which may have a query of its own. */
  authorizeUrl: string;
  clientId: string;
  redirectUri: string;
  scope: string;
  state: string;
  /** More of the query: "prompt", or what a connector asks for. */
  more?: Record<string, string>;
}

/** The address of the page on which somebody logs in and allows (RFC 6749, 4.1.1). */
export function authorizationUrl(request: AuthorizationRequest): string {
  const url = new URL(request.authorizeUrl);
  const query = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    ...(request.scope && { scope: request.scope }),
    state: request.state,
    ...request.more,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

export type WindowOutcome =
  | { kind: 'answer'; answer: OAuthAnswer }
  | { kind: 'blocked' }
  | { kind: 'closed' };

/** An answer that was on its way when its window closed arrives within this time. */
const GRACE_MS = 500;
const LOOK_EVERY_MS = 300;

/**
 * Opens the authorization server's page beside this one, and waits for what comes of it. Has to be
 * called in a click's own turn: browsers block windows that nobody asked for.
 */
export function openAuthorization(url: string, state: string, signal: AbortSignal): Promise<WindowOutcome> {
  const channel = new BroadcastChannel(OAUTH_CHANNEL);
  const opened = window.open(url, '_blank', 'popup,width=620,height=760');
  if (!opened) {
    channel.close();
    return Promise.resolve({ kind: 'blocked' });
  }
  return new Promise((resolve) => {
    const looking = setInterval(() => {
      if (!opened.closed) return;
      clearInterval(looking);
      setTimeout(() => finish({ kind: 'closed' }), GRACE_MS);
    }, LOOK_EVERY_MS);
    const abandon = () => {
      opened.close();
      finish({ kind: 'closed' });
    };
    const finish = (outcome: WindowOutcome) => {
      clearInterval(looking);
      signal.removeEventListener('abort', abandon);
      channel.close();
      resolve(outcome);
    };
    channel.onmessage = ({ data }: MessageEvent<OAuthAnswer>) => {
      if (data.state === state) finish({ kind: 'answer', answer: data });
    };
    signal.addEventListener('abort', abandon);
  });
}
