/** Between the window in which somebody clicks Allow and the tab that opened it. */
export const OAUTH_CHANNEL = 'oauth';

/** The query that the authorization server sent the browser back with (RFC 6749, 4.1.2). */
export interface OAuthAnswer {
  code?: string;
  state?: string;
  error?: string;
  error_description?: string;
}
