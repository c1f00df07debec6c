import type { ConnectorConfiguration } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import {
  authMethods,
  checkValue,
  connectionSettings,
  credentialControls,
  initialValues,
  needsWindow,
  profileConfig,
  toSend,
  type Control,
} from './credentialForm';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const tidb: ConnectorConfiguration = {
  connectorType: 'CustomConnector',
  connectorLabel: 'TiDB-Connector',
  authenticationConfig: {
    isCustomAuthSupported: true,
    customAuthConfigs: [
      {
        customAuthenticationType: 'JDBC',
        authParameters: [
          { key: 'driver', label: 'Driver', connectorSuppliedValues: ['mysql'] },
          { key: 'hostname', label: 'Hostname', isRequired: true },
          { key: 'password', label: 'Password', isRequired: true, isSensitiveField: true },
          { key: 'tls', label: 'TLS', connectorSuppliedValues: ['Yes', 'No'] },
          { key: 'caCertificate', label: 'CA Certificate' },
        ],
      },
    ],
  },
  connectorRuntimeSettings: [
    { key: 'slow', label: 'Slow', dataType: 'Boolean', scope: 'CONNECTOR_PROFILE', isRequired: true },
    { key: 'page', label: 'Page', dataType: 'Integer', scope: 'CONNECTOR_PROFILE' },
    { key: 'table', label: 'Table', dataType: 'String', scope: 'SOURCE' },
  ],
};

const several: ConnectorConfiguration = {
  authenticationConfig: {
    isBasicAuthSupported: true,
    isApiKeyAuthSupported: true,
    isOAuth2Supported: true,
    oAuth2Defaults: {
      tokenUrls: ['https://a/token', 'https://b/token'],
      authCodeUrls: ['https://a/authorize'],
      oauthScopes: ['read', 'write'],
      oauth2GrantTypesSupported: ['AUTHORIZATION_CODE', 'CLIENT_CREDENTIALS', 'JWT_BEARER'],
      oauth2CustomProperties: [
        { key: 'tenant', label: 'Tenant', isRequired: true, type: 'TOKEN_URL' },
        { key: 'prompt', label: 'Prompt', type: 'AUTH_URL' },
      ],
    },
  },
};

const [jdbc] = authMethods(tidb);
const oauth2 = authMethods(several).find(({ type }) => type === 'OAUTH2')!;

const control = (more: Partial<Control>): Control => ({
  id: 'x',
  part: 'credential',
  key: 'x',
  kind: 'text',
  options: [],
  isRequired: false,
  isSensitive: false,
  ...more,
});

describe('the form of a connector', () => {
  it('has the parameters in the connector’s order, each as what it is', () => {
    expect(credentialControls(tidb, jdbc!).map(({ label, kind }) => [label, kind])).toEqual([
      ['Driver', 'select'],
      ['Hostname', 'text'],
      ['Password', 'password'],
      ['TLS', 'select'],
      ['CA Certificate', 'pem'],
    ]);
  });

  it('offers every way to authenticate, and none where none is asked for', () => {
    expect(authMethods(several).map(({ id }) => id)).toEqual(['OAUTH2', 'BASIC', 'APIKEY']);
    expect(authMethods(tidb)).toEqual([{ id: 'CUSTOM JDBC', type: 'CUSTOM', customType: 'JDBC' }]);
    expect(authMethods({})).toEqual([]);
  });

  it('has the settings of a connection, not those of a flow', () => {
    expect(connectionSettings(tidb).map(({ key, kind }) => [key, kind])).toEqual([
      ['slow', 'toggle'],
      ['page', 'integer'],
    ]);
  });

  it('has made the choices of one, and no others', () => {
    expect(initialValues(credentialControls(tidb, jdbc!))).toEqual({ 'credential driver': 'mysql' });
    expect(initialValues(connectionSettings(tidb))).toEqual({ 'setting slow': 'false' });
  });

  it('lets OAuth 2 be chosen where there are several, and leaves out what is not supported', () => {
    const controls = credentialControls(several, oauth2);
    expect(controls.map(({ key, kind, options }) => [key, kind, options])).toEqual([
      ['grantType', 'select', ['AUTHORIZATION_CODE', 'CLIENT_CREDENTIALS']],
      ['tokenUrl', 'select', ['https://a/token', 'https://b/token']],
      ['authCodeUrl', 'fixed', ['https://a/authorize']],
      ['scopes', 'fixed', ['read write']],
      ['clientId', 'text', []],
      ['clientSecret', 'password', []],
      ['tenant', 'text', []],
      ['prompt', 'text', []],
    ]);
    const values = initialValues(controls);
    expect(needsWindow(oauth2, values)).toBe(true);
    expect(needsWindow(oauth2, { ...values, 'oauth grantType': 'CLIENT_CREDENTIALS' })).toBe(false);
    expect(needsWindow(jdbc, values)).toBe(false);
  });
});

describe('a URL that everybody has another of', () => {
  const [, tokenUrl] = credentialControls(
    { authenticationConfig: { oAuth2Defaults: { tokenUrls: ['https://{{domain}}/token'] } } },
    oauth2,
  );
  it('is typed, beginning with what is the same for all', () => {
    expect(tokenUrl?.kind).toBe('text');
    expect(initialValues([tokenUrl!])).toEqual({ 'oauth tokenUrl': 'https://{{domain}}/token' });
  });
  it('is not sent as it stands', () => {
    expect(checkValue(tokenUrl!, 'https://{{domain}}/token')).toBe('template');
    expect(checkValue(tokenUrl!, 'https://mine/token')).toBeUndefined();
  });
});

describe('a value', () => {
  it('is asked for where it is required', () => {
    expect(checkValue(control({ isRequired: true }), '')).toBe('missing');
    expect(checkValue(control({ isRequired: false }), '')).toBeUndefined();
  });

  it('has no white space in credentials, but in settings', () => {
    expect(checkValue(control({}), 'a b')).toBe('space');
    expect(checkValue(control({ part: 'setting' }), 'a b')).toBeUndefined();
    expect(checkValue(control({ kind: 'pem' }), PEM)).toBeUndefined();
  });

  it('is a number or a URL where the connector wants one', () => {
    expect(checkValue(control({ kind: 'integer' }), '4o')).toBe('number');
    expect(checkValue(control({ kind: 'integer' }), '-40')).toBeUndefined();
    expect(checkValue(control({ kind: 'url' }), 'example.com')).toBe('url');
    expect(checkValue(control({ kind: 'url' }), 'javascript:alert(1)')).toBe('url');
    expect(checkValue(control({ kind: 'url' }), 'https://example.com/x')).toBeUndefined();
  });

  it('goes out as base64 if it is a PEM, and else as it is', () => {
    expect(toSend(PEM)).toBe(btoa(PEM));
    expect(toSend(`  ${PEM}`)).toBe(btoa(PEM));
    expect(toSend('secret')).toBe('secret');
  });
});

describe('what is sent', () => {
  it('has what was typed and leaves out what was not', () => {
    const controls = [...credentialControls(tidb, jdbc!), ...connectionSettings(tidb)];
    const values = {
      'credential driver': 'mysql',
      'credential hostname': 'db',
      'credential password': 'p',
      'credential tls': '',
      'setting page': '10',
    };
    expect(profileConfig(jdbc, controls, values)).toEqual({
      connectorProfileProperties: { CustomConnector: { profileProperties: { page: '10' } } },
      connectorProfileCredentials: {
        CustomConnector: {
          authenticationType: 'CUSTOM',
          custom: {
            customAuthenticationType: 'JDBC',
            credentialsMap: { driver: 'mysql', hostname: 'db', password: 'p' },
          },
        },
      },
    });
  });

  it('has the code that the window brought, and the properties of the token’s URL only', () => {
    const controls = credentialControls(several, oauth2);
    const values = {
      ...initialValues(controls),
      'credential clientId': 'id',
      'credential clientSecret': 'secret',
      'tokenProperty tenant': 't',
      'authProperty prompt': 'login',
    };
    const oAuthRequest = { authCode: 'code', redirectUri: 'https://here/appflow/oauth' };
    expect(profileConfig(oauth2, controls, values, oAuthRequest)).toEqual({
      connectorProfileProperties: {
        CustomConnector: {
          oAuth2Properties: {
            tokenUrl: 'https://a/token',
            oAuth2GrantType: 'AUTHORIZATION_CODE',
            tokenUrlCustomProperties: { tenant: 't' },
          },
        },
      },
      connectorProfileCredentials: {
        CustomConnector: {
          authenticationType: 'OAUTH2',
          oauth2: { clientId: 'id', clientSecret: 'secret', oAuthRequest },
        },
      },
    });
  });

  it('has user name and password, or an API key, by AppFlow’s names', () => {
    const credentialsOf = (type: string, values: Record<string, string>) => {
      const method = authMethods(several).find((each) => each.type === type)!;
      return profileConfig(method, credentialControls(several, method), values)
        .connectorProfileCredentials;
    };
    expect(
      credentialsOf('BASIC', { 'credential username': 'u', 'credential password': 'p' }),
    ).toEqual({
      CustomConnector: { authenticationType: 'BASIC', basic: { username: 'u', password: 'p' } },
    });
    expect(credentialsOf('APIKEY', { 'credential apiKey': 'k' })).toEqual({
      CustomConnector: { authenticationType: 'APIKEY', apiKey: { apiKey: 'k' } },
    });
  });

  it('has no credentials where the connector asks for none', () => {
    expect(profileConfig(undefined, [], {})).toEqual({
      connectorProfileProperties: { CustomConnector: {} },
    });
  });
});
