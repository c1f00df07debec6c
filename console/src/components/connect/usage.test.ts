import { describe, expect, it } from 'vitest';
import { usesConnector } from './usage';

describe('a flow', () => {
  const flow = {
    sourceConnectorType: 'Salesforce',
    destinationConnectorType: 'CustomConnector',
    destinationConnectorLabel: 'TiDB-Connector',
  } as const;
  it('uses the connectors of both of its sides', () => {
    expect(usesConnector(flow, 'Salesforce')).toBe(true);
    expect(usesConnector(flow, 'TiDB-Connector')).toBe(true);
  });
  it('uses no other of the same type', () => {
    expect(usesConnector(flow, 'TiDB')).toBe(false);
    expect(usesConnector(flow, 'CustomConnector')).toBe(false);
    expect(usesConnector({}, 'Salesforce')).toBe(false);
  });
});
