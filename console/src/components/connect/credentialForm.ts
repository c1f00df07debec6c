import type {
  AuthenticationType,
  AuthParameter,
  ConnectorConfiguration,
  ConnectorProfileConfig,
  ConnectorRuntimeSetting,
  OAuth2GrantType,
} from '@aws-sdk/client-appflow';

/** A way to authenticate that a connector offers. */
export interface AuthMethod {
  id: string;
  type: AuthenticationType;
  /** Of a CUSTOM one: "JDBC". */
  customType?: string;
}

export type ControlKind =
  | 'text'
  | 'password'
  | 'select'
  | 'fixed'
  | 'pem'
  | 'integer'
  | 'toggle'
  | 'date'
  | 'datetime'
  | 'url';

/** One control of a form that is drawn from what the connector says of itself. */
export interface Control {
  /** Unique in the form. */
  id: string;
  part: 'credential' | 'setting' | 'oauth' | 'tokenProperty' | 'authProperty';
  /** As the API knows it: "hostname". */
  key: string;
  /** Nothing where the console has a text of its own for `key`. */
  label?: string;
  description?: string;
  kind: ControlKind;
  options: string[];
  isRequired: boolean;
  isSensitive: boolean;
}

/** What was typed or chosen, by the control's id. */
export type Values = Record<string, string>;

export type ValueProblem = 'missing' | 'space' | 'number' | 'url' | 'template';

export function authMethods({ authenticationConfig }: ConnectorConfiguration): AuthMethod[] {
  const config = authenticationConfig ?? {};
  const methods: AuthMethod[] = (config.customAuthConfigs ?? []).map(({ customAuthenticationType }) => ({
    id: `CUSTOM ${customAuthenticationType}`,
    type: 'CUSTOM',
    customType: customAuthenticationType,
  }));
  if (config.isOAuth2Supported) methods.push({ id: 'OAUTH2', type: 'OAUTH2' });
  if (config.isBasicAuthSupported) methods.push({ id: 'BASIC', type: 'BASIC' });
  if (config.isApiKeyAuthSupported) methods.push({ id: 'APIKEY', type: 'APIKEY' });
  return methods;
}

/** A certificate or key has line ends, which AppFlow's credentials can't have. */
const PEM = /certificate|\bpem\b/i;

function kindOf(parameter: AuthParameter): ControlKind {
  if (parameter.connectorSuppliedValues?.length) return 'select';
  if (parameter.isSensitiveField) return 'password';
  return PEM.test(`${parameter.key} ${parameter.label} ${parameter.description}`) ? 'pem' : 'text';
}

function controlOf(part: Control['part'], parameter: AuthParameter): Control {
  return {
    id: `${part} ${parameter.key}`,
    part,
    key: parameter.key!,
    label: parameter.label ?? parameter.key!,
    description: parameter.description,
    kind: kindOf(parameter),
    options: parameter.connectorSuppliedValues ?? [],
    isRequired: parameter.isRequired ?? false,
    isSensitive: parameter.isSensitiveField ?? false,
  };
}

/** One that every connector has, by AppFlow's own keys. */
function known(key: string, isSensitive = false, isRequired = true): Control {
  return {
    id: `credential ${key}`,
    part: 'credential',
    key,
    kind: isSensitive ? 'password' : 'text',
    options: [],
    isRequired,
    isSensitive,
  };
}

/** Of a URL: what everybody has to replace by their own ("https://{{domain}}/token"). */
const TEMPLATE = /\{\{.*?\}\}/;

function choice(key: string, options: string[]): Control {
  const isTemplate = options.some((option) => TEMPLATE.test(option));
  return {
    id: `oauth ${key}`,
    part: 'oauth',
    key,
    kind: isTemplate ? 'text' : options.length > 1 ? 'select' : 'fixed',
    options,
    isRequired: true,
    isSensitive: false,
  };
}

/** What is asked for to authenticate that way, in the connector's order. */
export function credentialControls(connector: ConnectorConfiguration, method: AuthMethod): Control[] {
  const config = connector.authenticationConfig!;
  switch (method.type) {
    case 'CUSTOM': {
      const custom = config.customAuthConfigs!.find(
        ({ customAuthenticationType }) => customAuthenticationType === method.customType,
      );
      return (custom?.authParameters ?? []).map((parameter) => controlOf('credential', parameter));
    }
    case 'BASIC':
      return [known('username'), known('password', true)];
    case 'APIKEY':
      return [known('apiKey', true), known('apiSecretKey', true, false)];
    default: {
      const defaults = config.oAuth2Defaults ?? {};
      const grants = (defaults.oauth2GrantTypesSupported ?? []).filter((type) => type !== 'JWT_BEARER');
      return [
        choice('grantType', grants.length ? grants : ['AUTHORIZATION_CODE']),
        choice('tokenUrl', defaults.tokenUrls ?? []),
        ...(defaults.authCodeUrls?.length ? [choice('authCodeUrl', defaults.authCodeUrls)] : []),
        ...(defaults.oauthScopes?.length ? [choice('scopes', [defaults.oauthScopes.join(' ')])] : []),
        known('clientId'),
        known('clientSecret', true),
        ...(defaults.oauth2CustomProperties ?? []).map((property) =>
          controlOf(property.type === 'AUTH_URL' ? 'authProperty' : 'tokenProperty', property),
        ),
      ];
    }
  }
}

const SETTING_KINDS: Record<string, ControlKind> = {
  Boolean: 'toggle',
  Integer: 'integer',
  Long: 'integer',
  Date: 'date',
  DateTime: 'datetime',
  Url: 'url',
};

export function settingControl(setting: ConnectorRuntimeSetting): Control {
  const options = setting.connectorSuppliedValueOptions ?? [];
  return {
    id: `setting ${setting.key}`,
    part: 'setting',
    key: setting.key!,
    label: setting.label ?? setting.key!,
    description: setting.description,
    kind: options.length ? 'select' : (SETTING_KINDS[setting.dataType ?? ''] ?? 'text'),
    options,
    isRequired: setting.isRequired ?? false,
    isSensitive: false,
  };
}

/** The connector's settings that belong to a connection. */
export function connectionSettings({ connectorRuntimeSettings }: ConnectorConfiguration): Control[] {
  return (connectorRuntimeSettings ?? [])
    .filter(({ scope }) => scope === 'CONNECTOR_PROFILE')
    .map(settingControl);
}

/** A choice of one is made already; so is the first of a list that has to be answered by OAuth. */
export function initialValues(controls: Control[]): Values {
  const values: Values = {};
  for (const { id, kind, part, options, isRequired } of controls) {
    if (kind === 'toggle' && isRequired) values[id] = 'false';
    if (options.length === 1 || (part === 'oauth' && options.length)) values[id] = options[0]!;
  }
  return values;
}

/** Whether a browser window has to say yes before there is a connection. */
export function needsWindow(method: AuthMethod | undefined, values: Values): boolean {
  return method?.type === 'OAUTH2' && values['oauth grantType'] === 'AUTHORIZATION_CODE';
}

/** As it goes to the service: a PEM as base64, anything else as it was typed. */
export function toSend(value: string): string {
  if (!value.includes('-----BEGIN ')) return value;
  const bytes = new TextEncoder().encode(value.trim() + '\n');
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

export function checkValue(control: Control, value: string): ValueProblem | undefined {
  if (!value) return control.isRequired ? 'missing' : undefined;
  if (control.part === 'oauth' && TEMPLATE.test(value)) return 'template';
  const takesSpace = control.part === 'setting' || control.part === 'oauth';
  if (!takesSpace && /\s/.test(toSend(value))) return 'space';
  if (control.kind === 'integer' && !/^-?\d+$/.test(value)) return 'number';
  if (control.kind === 'url' && !isUrl(value)) return 'url';
  return undefined;
}

export function isUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

/** What the authorization window gave, to be exchanged by the service. */
export interface Authorization {
  authCode: string;
  redirectUri: string;
}

/** Of the controls of one part that have a value: key and value. */
function sent(controls: Control[], part: Control['part'], values: Values): Record<string, string> {
  return Object.fromEntries(
    controls
      .filter((control) => control.part === part && values[control.id])
      .map(({ key, id }) => [key, toSend(values[id]!)]),
  );
}

/** What CreateConnectorProfile and UpdateConnectorProfile take for a custom connector. */
export function profileConfig(
  method: AuthMethod | undefined,
  controls: Control[],
  values: Values,
  oAuthRequest?: Authorization,
): ConnectorProfileConfig {
  const credentials = sent(controls, 'credential', values);
  const profileProperties = sent(controls, 'setting', values);
  const properties = Object.keys(profileProperties).length ? { profileProperties } : {};
  if (!method) return { connectorProfileProperties: { CustomConnector: properties } };

  const { type: authenticationType, customType } = method;
  const tokenUrlCustomProperties = sent(controls, 'tokenProperty', values);
  const oAuth2GrantType = values['oauth grantType'] as OAuth2GrantType;
  return {
    connectorProfileProperties: {
      CustomConnector: {
        ...properties,
        ...(authenticationType === 'OAUTH2' && {
          oAuth2Properties: {
            tokenUrl: values['oauth tokenUrl'],
            oAuth2GrantType,
            ...(Object.keys(tokenUrlCustomProperties).length && { tokenUrlCustomProperties }),
          },
        }),
      },
    },
    connectorProfileCredentials: {
      CustomConnector: {
        authenticationType,
        ...(authenticationType === 'CUSTOM' && {
          custom: { customAuthenticationType: customType, credentialsMap: credentials },
        }),
        ...(authenticationType === 'BASIC' && {
          basic: { username: credentials['username'], password: credentials['password'] },
        }),
        ...(authenticationType === 'APIKEY' && {
          apiKey: { apiKey: credentials['apiKey'], apiSecretKey: credentials['apiSecretKey'] },
        }),
        ...(authenticationType === 'OAUTH2' && {
          oauth2: { ...credentials, ...(oAuthRequest && { oAuthRequest }) },
        }),
      },
    },
  };
}
