import { describe, expect, it } from 'vitest';
import {
  authorizeUrl,
  checkSalesforce,
  environmentOf,
  initialForm,
  keptAppOf,
  loginUrlOf,
  nameForApp,
  salesforceConfig,
  withApp,
  type KeptApp,
  type SalesforceForm,
} from './salesforceForm';

const app: KeptApp = { arn: 'arn:1', name: 'salesforce-client', clientId: 'id', loginUrl: 'http://sf:1/' };
const other: KeptApp = { arn: 'arn:2', name: 'other', clientId: 'id2' };
const form: SalesforceForm = { name: 'sf', environment: 'production', ownUrl: '', appArn: '', clientId: '' };
const code = { authCode: 'c', redirectUri: 'http://here/appflow/oauth' };

describe('what the Salesforce dialog begins with', () => {
  it('is the only app that is kept, and where its users log in', () => {
    expect(initialForm([app], undefined)).toMatchObject({
      appArn: 'arn:1',
      environment: 'own',
      ownUrl: 'http://sf:1',
    });
  });
  it('is where the latest connection went, if the app doesn’t say', () => {
    expect(initialForm([other], 'https://my.example.com')).toMatchObject({
      appArn: 'arn:2',
      environment: 'own',
      ownUrl: 'https://my.example.com',
    });
  });
  it('is production and no app where there are none or several', () => {
    for (const apps of [[], [app, other]]) {
      expect(initialForm(apps, undefined)).toMatchObject({ appArn: '', environment: 'production' });
    }
  });
});

describe('the org', () => {
  it('is known by its log-in page, both ways', () => {
    expect(environmentOf('https://test.salesforce.com/')).toEqual({ environment: 'sandbox', ownUrl: '' });
    expect(environmentOf('https://login.salesforce.com').environment).toBe('production');
    expect(loginUrlOf({ ...form, environment: 'own', ownUrl: ' https://x.example.com// ' })).toBe(
      'https://x.example.com',
    );
    expect(authorizeUrl(form)).toBe('https://login.salesforce.com/services/oauth2/authorize');
  });
  it('changes with the app, where that says where its users log in', () => {
    expect(withApp(form, app)).toMatchObject({ appArn: 'arn:1', environment: 'own', ownUrl: 'http://sf:1' });
    expect(withApp(form, other)).toMatchObject({ appArn: 'arn:2', environment: 'production' });
    expect(withApp(withApp(form, app), undefined)).toMatchObject({ appArn: '', environment: 'own' });
  });
});

describe('what is missing', () => {
  it('is an app’s ID and secret, unless one is kept', () => {
    expect(checkSalesforce(form, '')).toEqual({ clientId: 'clientId', clientSecret: 'clientSecret' });
    expect(checkSalesforce({ ...form, clientId: 'id' }, 's')).toEqual({});
    expect(checkSalesforce({ ...form, appArn: 'arn:1' }, '')).toEqual({});
  });
  it('is the URL of an own domain', () => {
    const own = { ...form, appArn: 'arn:1', environment: 'own' as const };
    expect(checkSalesforce({ ...own, ownUrl: 'my.example.com' }, '')).toEqual({ ownUrl: 'url' });
    expect(checkSalesforce({ ...own, ownUrl: ' https://my.example.com ' }, '')).toEqual({});
  });
});

describe('a connected app', () => {
  it('is told from other secrets, and its secret is not taken along', () => {
    const text = JSON.stringify({ clientId: 'id', clientSecret: 'hidden', loginUrl: 'http://sf' });
    expect(keptAppOf('arn', 'name', text)).toEqual({
      arn: 'arn',
      name: 'name',
      clientId: 'id',
      loginUrl: 'http://sf',
    });
    for (const no of [undefined, 'text', 'null', '[]', '{"clientId":"id"}', '{"clientId":1,"clientSecret":"x"}']) {
      expect(keptAppOf('arn', 'name', no)).toBeUndefined();
    }
  });
  it('gets a name that is free', () => {
    expect(nameForApp(new Set())).toBe('salesforce-client');
    expect(nameForApp(new Set(['salesforce-client', 'salesforce-client-2']))).toBe('salesforce-client-3');
  });
});

describe('what is sent', () => {
  it('names the own domain, or says whether it is a sandbox', () => {
    const own = { ...form, environment: 'own' as const, ownUrl: 'http://sf:1/' };
    expect(salesforceConfig(own, 'arn:1', code).connectorProfileProperties).toEqual({
      Salesforce: { instanceUrl: 'http://sf:1' },
    });
    expect(salesforceConfig({ ...form, environment: 'sandbox' }, 'arn:1', code)).toEqual({
      connectorProfileProperties: { Salesforce: { isSandboxEnvironment: true } },
      connectorProfileCredentials: {
        Salesforce: { clientCredentialsArn: 'arn:1', oAuthRequest: code },
      },
    });
  });
});
