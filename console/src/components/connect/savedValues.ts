import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { ConnectorConfiguration, ConnectorProfile } from '@aws-sdk/client-appflow';
import { useQuery } from '@tanstack/react-query';
import { secretsManager } from '../../api/clients';
import { authMethods, connectionSettings, credentialControls, type AuthMethod, type Values } from './credentialForm';

export interface Saved {
  method: AuthMethod | undefined;
  values: Values;
}

/** What is kept of a connection, without its secrets: those are dropped as soon as they are read. */
export function savedValues(
  connector: ConnectorConfiguration,
  connection: ConnectorProfile,
  secret: Record<string, string>,
): Saved {
  const methods = authMethods(connector);
  const method =
    methods.find(
      ({ type, customType }) =>
        type === secret['authenticationType'] && (customType ?? '') === (secret['customAuthenticationType'] ?? ''),
    ) ?? methods[0];
  const values: Values = {};
  for (const control of method ? credentialControls(connector, method) : []) {
    const value = secret[control.key];
    if (control.part === 'credential' && !control.isSensitive && value) values[control.id] = value;
  }
  const properties = connection.connectorProfileProperties?.CustomConnector;
  for (const { id, key } of connectionSettings(connector)) {
    const value = properties?.profileProperties?.[key];
    if (value) values[id] = value;
  }
  const { tokenUrl, oAuth2GrantType } = properties?.oAuth2Properties ?? {};
  if (tokenUrl) values['oauth tokenUrl'] = tokenUrl;
  if (oAuth2GrantType) values['oauth grantType'] = oAuth2GrantType;
  return { method, values };
}

/** Of a connection that is to be connected anew; undefined: of none. */
export function useSavedValues(connector: ConnectorConfiguration, connection: ConnectorProfile | undefined) {
  return useQuery({
    queryKey: ['savedValues', connection?.connectorProfileName],
    queryFn: async () => {
      const SecretId = connection!.credentialsArn;
      if (!SecretId) return savedValues(connector, connection!, {});
      const client = await secretsManager();
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
      return savedValues(connector, connection!, JSON.parse(SecretString!) as Record<string, string>);
    },
    enabled: connection !== undefined,
    gcTime: 0,
    staleTime: Infinity,
  });
}
