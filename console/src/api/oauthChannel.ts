/** Between the window in which somebody clicks Allow and the tab that opened it. */
export const OAUTH_CHANNEL = 'oauth';

/** The query that the authorization server sent the browser back with (RFC 6749, 4.1.2). */
export interface OAuthAnswer {
  code?: string;
  state?: string;
  error?: string;
  error_description?: string;
}

/** A Connect dialog whose window was blocked, and that goes to the server in its own tab. */
export interface Departure {
  /** Sent along; by it the answer is known. */
  state: string;
  /** Where the dialog was: path and hash. */
  page: string;
  /** The connector's name. */
  connector: string;
  /** Of a connection that is connected anew. */
  connection?: string;
  /** What was typed, without secrets. */
  form: unknown;
}

export interface Return extends Departure {
  answer: OAuthAnswer;
}

const KEPT = 'departure';

/** Goes to `url` in this tab. What the dialog needs afterwards is kept in the tab. */
export function departTo(url: string, departure: Departure): void {
  sessionStorage.setItem(KEPT, JSON.stringify(departure));
  location.assign(url);
}

/** The departure that `answer` answers, if it was this tab's. It is forgotten. */
export function departureOf(answer: OAuthAnswer): Departure | undefined {
  const kept = sessionStorage.getItem(KEPT);
  if (!kept) return undefined;
  const departure = JSON.parse(kept) as Departure;
  if (!answer.state || departure.state !== answer.state) return undefined;
  sessionStorage.removeItem(KEPT);
  return departure;
}

// In memory only: a code is as good as a password until it is used.
let returned: Return | undefined;

export function setReturned(arrival: Return): void {
  returned = arrival;
}

/** Whether a dialog of this connector is to be opened again, to go on. */
export function returnedTo(connector: string): Return | undefined {
  return returned?.connector === connector ? returned : undefined;
}

/** For the dialog that goes on: an answer is used once. */
export function takeReturned(connector: string): Return | undefined {
  const mine = returnedTo(connector);
  if (mine) returned = undefined;
  return mine;
}
