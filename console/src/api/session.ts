import { errorOfAnswer } from './errors';
import { setKeys, type Keys } from './keys';
import { CONSOLE_SERVICE, signedFetch } from './signedFetch';

interface SessionAnswer {
  loggedIn: boolean;
  message?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  account?: string;
  region?: string;
}

/** Who this tab is to the service. It says nothing without the browser's cookie. */
function tabName(): string {
  const kept = sessionStorage.getItem('tab');
  if (kept) return kept;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  sessionStorage.setItem('tab', made);
  return made;
}

async function keep(answer: Response): Promise<SessionAnswer> {
  if (!answer.ok) throw await errorOfAnswer(answer);
  const session = (await answer.json()) as SessionAnswer;
  setKeys(session.loggedIn ? (session as Required<SessionAnswer>) : undefined);
  return session;
}

async function post(door: 'login' | 'session' | 'logout', body: object): Promise<Response> {
  return fetch(`/console/${door}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ tab: tabName(), ...body }),
  });
}

/** Whether this tab is logged in already: after a reload. */
export async function resumeSession(): Promise<boolean> {
  return (await keep(await post('session', {}))).loggedIn;
}

/** With the token of a one-time link. The sentence says why not. */
export async function logInByLink(token: string): Promise<SessionAnswer> {
  return keep(await post('login', { token }));
}

/** With an access key, which is used for this one request and then forgotten. */
export async function logInByKey(accessKeyId: string, secretAccessKey: string): Promise<void> {
  const keys: Keys = { accessKeyId, secretAccessKey, region: 'us-east-1', account: '' };
  await keep(
    await signedFetch(
      { method: 'POST', path: '/console/sessions', body: { tab: tabName() } },
      { service: CONSOLE_SERVICE, keys },
    ),
  );
}

/** The tab forgets its keys and its name even where the service can't be told. */
export async function logOut(): Promise<void> {
  try {
    await post('logout', {});
  } finally {
    setKeys(undefined);
    sessionStorage.removeItem('tab');
  }
}
