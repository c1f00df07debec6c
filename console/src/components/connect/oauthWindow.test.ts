import { describe, expect, it } from 'vitest';
import { authorizationUrl } from './oauthWindow';

const request = {
  authorizeUrl: 'https://login.salesforce.com/services/oauth2/authorize',
  clientId: 'a+b/c',
  redirectUri: 'http://127.0.0.1:7575/appflow/oauth',
  scope: 'api refresh_token',
  state: 's1',
};

describe('the address of the page on which access is allowed', () => {
  it('asks for a code, for this client, to be sent back here', () => {
    const url = new URL(authorizationUrl({ ...request, more: { prompt: 'login consent' } }));
    expect(url.origin + url.pathname).toBe(request.authorizeUrl);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'a+b/c',
      redirect_uri: request.redirectUri,
      scope: 'api refresh_token',
      state: 's1',
      prompt: 'login consent',
    });
  });
  it('keeps the query that the address has', () => {
    const url = new URL(authorizationUrl({ ...request, authorizeUrl: 'https://x/a?tenant=t', scope: '' }));
    expect(url.searchParams.get('tenant')).toBe('t');
    expect(url.searchParams.has('scope')).toBe(false);
  });
});
