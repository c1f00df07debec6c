import type { ConnectorProfileConfig } from '@aws-sdk/client-appflow';
import { isUrl, type Authorization } from './credentialForm';

export type Environment = 'production' | 'sandbox' | 'own';

/** Where the org's users log in. */
export const LOGIN_URLS: Record<Exclude<Environment, 'own'>, string> = {
  production: 'https://login.salesforce.com',
  sandbox: 'https://test.salesforce.com',
};

/** A connected app whose client ID and secret are kept in a secret. The secret is not here. */
export interface KeptApp {
  arn: string;
  name: string;
  clientId: string;
  loginUrl?: string;
}

/** What somebody says of the org and the app; plain text, without the client secret. */
export interface SalesforceForm {
  name: string;
  environment: Environment;
  /** With the environment "own". */
  ownUrl: string;
  /** Of the app that is kept; empty: one is entered. */
  appArn: string;
  clientId: string;
}

/** Beyond this, it is refused: access by code alone, and a token that lasts. */
export const SCOPE = 'api refresh_token';

function withoutSlash(url: string): string {
  return url.trim().replace(/\/+$/, '');
}

/** The environment and own URL that lead to a log-in page. */
export function environmentOf(loginUrl: string): Pick<SalesforceForm, 'environment' | 'ownUrl'> {
  const url = withoutSlash(loginUrl);
  if (url === LOGIN_URLS.production) return { environment: 'production', ownUrl: '' };
  if (url === LOGIN_URLS.sandbox) return { environment: 'sandbox', ownUrl: '' };
  return { environment: 'own', ownUrl: url };
}

export function loginUrlOf({ environment, ownUrl }: SalesforceForm): string {
  return environment === 'own' ? withoutSlash(ownUrl) : LOGIN_URLS[environment];
}

/**
 * What is there without anybody typing: the only app that is kept, and its log-in page or else that
 * of the latest connection.
 */
export function initialForm(apps: KeptApp[], latestInstanceUrl: string | undefined): SalesforceForm {
  const [only] = apps.length === 1 ? apps : [];
  return {
    name: '',
    ...environmentOf(only?.loginUrl ?? latestInstanceUrl ?? LOGIN_URLS.production),
    appArn: only?.arn ?? '',
    clientId: '',
  };
}

/** Choosing another app goes to where its users log in, if that is known. */
export function withApp(form: SalesforceForm, app: KeptApp | undefined): SalesforceForm {
  return { ...form, appArn: app?.arn ?? '', ...(app?.loginUrl && environmentOf(app.loginUrl)) };
}

export type SalesforceProblem = 'url' | 'clientId' | 'clientSecret';

/** By the field. */
export function checkSalesforce(
  form: SalesforceForm,
  clientSecret: string,
): Partial<Record<'ownUrl' | 'clientId' | 'clientSecret', SalesforceProblem>> {
  return {
    ...(form.environment === 'own' && !isUrl(form.ownUrl.trim()) && { ownUrl: 'url' as const }),
    ...(!form.appArn && !form.clientId.trim() && { clientId: 'clientId' as const }),
    ...(!form.appArn && !clientSecret.trim() && { clientSecret: 'clientSecret' as const }),
  };
}

export function authorizeUrl(form: SalesforceForm): string {
  return `${loginUrlOf(form)}/services/oauth2/authorize`;
}

/** A secret's text, if it is a connected app's. */
export function keptAppOf(arn: string, name: string, text: string | undefined): KeptApp | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? '');
  } catch {
    return undefined; // Somebody else's secret, of another form.
  }
  const { clientId, clientSecret, loginUrl } = (parsed ?? {}) as Record<string, unknown>;
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string') return undefined;
  return { arn, name, clientId, ...(typeof loginUrl === 'string' && { loginUrl }) };
}

/** "salesforce-client", or with a number the first that is free. */
export function nameForApp(taken: ReadonlySet<string>): string {
  const base = 'salesforce-client';
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}

/** What CreateConnectorProfile takes. Salesforce's own log-in pages don't say which org it is. */
export function salesforceConfig(
  form: SalesforceForm,
  clientCredentialsArn: string,
  oAuthRequest: Authorization,
): ConnectorProfileConfig {
  return {
    connectorProfileProperties: {
      Salesforce:
        form.environment === 'own'
          ? { instanceUrl: loginUrlOf(form) }
          : { isSandboxEnvironment: form.environment === 'sandbox' },
    },
    connectorProfileCredentials: { Salesforce: { clientCredentialsArn, oAuthRequest } },
  };
}
