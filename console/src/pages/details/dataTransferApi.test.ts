import type { ConnectorConfiguration, SourceFlowConfig } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { dataTransferApiOf } from './dataTransferApi';

const salesforce = (dataTransferApi?: 'AUTOMATIC' | 'REST_SYNC' | 'BULKV2'): SourceFlowConfig => ({
  connectorType: 'Salesforce',
  sourceConnectorProperties: { Salesforce: { object: 'Account', dataTransferApi } },
});
const withApis = (...connectorSuppliedValueOptions: string[]): ConnectorConfiguration => ({
  connectorRuntimeSettings: [{ key: 'dataTransferApi', connectorSuppliedValueOptions }],
});

describe('dataTransferApiOf', () => {
  const rest = withApis('AUTOMATIC', 'REST_SYNC');
  it('is what the flow names', () => {
    expect(dataTransferApiOf(salesforce('REST_SYNC'), rest)).toEqual({ api: 'REST_SYNC', isAutomatic: false });
  });
  it('is the only one that there is, where the flow names none', () => {
    for (const source of [salesforce(), salesforce('AUTOMATIC')]) {
      expect(dataTransferApiOf(source, rest)).toEqual({ api: 'REST_SYNC', isAutomatic: true });
    }
  });
  it('is not guessed', () => {
    expect(dataTransferApiOf(salesforce(), withApis('AUTOMATIC', 'REST_SYNC', 'BULKV2'))).toBeUndefined();
    expect(dataTransferApiOf(salesforce('BULKV2'), rest)).toBeUndefined();
    expect(dataTransferApiOf(salesforce(), undefined)).toBeUndefined();
    expect(dataTransferApiOf({ connectorType: 'S3', sourceConnectorProperties: {} }, rest)).toBeUndefined();
  });
});
