import type { ConnectorConfiguration, ConnectorProfile } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { savedValues } from './savedValues';

const connector: ConnectorConfiguration = {
  authenticationConfig: {
    isBasicAuthSupported: true,
    isCustomAuthSupported: true,
    customAuthConfigs: [
      {
        customAuthenticationType: 'JDBC',
        authParameters: [
          { key: 'hostname', label: 'Hostname', isRequired: true },
          { key: 'password', label: 'Password', isSensitiveField: true },
        ],
      },
    ],
  },
  connectorRuntimeSettings: [{ key: 'page', dataType: 'Integer', scope: 'CONNECTOR_PROFILE' }],
};
const connection: ConnectorProfile = {
  connectorProfileProperties: { CustomConnector: { profileProperties: { page: '10', gone: 'x' } } },
};

describe('what a dialog shows again of a connection', () => {
  it('is what was typed, but no secret', () => {
    const secret = {
      authenticationType: 'CUSTOM',
      customAuthenticationType: 'JDBC',
      hostname: 'db',
      password: 'hidden',
    };
    expect(savedValues(connector, connection, secret)).toEqual({
      method: { id: 'CUSTOM JDBC', type: 'CUSTOM', customType: 'JDBC' },
      values: { 'credential hostname': 'db', 'setting page': '10' },
    });
  });

  it('is of the way to authenticate that was chosen', () => {
    const secret = { authenticationType: 'BASIC', username: 'u', password: 'hidden' };
    expect(savedValues(connector, {}, secret)).toEqual({
      method: { id: 'BASIC', type: 'BASIC' },
      values: { 'credential username': 'u' },
    });
  });
});
