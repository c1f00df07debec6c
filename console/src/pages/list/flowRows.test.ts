import type { FlowDefinition } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { found, rowOf, sorted } from './flowRows';

const flow = (flowName: string, more: Partial<FlowDefinition> = {}): FlowDefinition => ({
  flowName,
  sourceConnectorType: 'Salesforce',
  destinationConnectorType: 'CustomConnector',
  destinationConnectorLabel: 'TiDB-Connector',
  triggerType: 'OnDemand',
  flowStatus: 'Active',
  createdAt: new Date('2022-11-08T12:15:00Z'),
  ...more,
});

describe('a row', () => {
  it('names a custom connector by its label', () => {
    expect(rowOf(flow('a'))).toMatchObject({ source: 'Salesforce', destination: 'TiDB-Connector' });
  });

  it('names S3 as AppFlow’s console does', () => {
    expect(rowOf(flow('a', { sourceConnectorType: 'S3' })).source).toBe('Amazon S3');
    expect(rowOf(flow('a', { sourceConnectorType: undefined })).source).toBe('-');
  });

  it('knows the last run', () => {
    const at = new Date('2022-11-09T00:00:00Z');
    const lastRunExecutionDetails = { mostRecentExecutionTime: at, mostRecentExecutionStatus: 'Error' as const };
    expect(rowOf(flow('a', { lastRunExecutionDetails }))).toMatchObject({ lastRun: at, runStatus: 'Error' });
    expect(rowOf(flow('a'))).toMatchObject({ lastRun: undefined, runStatus: undefined });
  });

  it('says who created it without what every name begins with', () => {
    expect(rowOf(flow('a', { createdBy: 'arn:aws:iam::000000000000:root' })).createdBy).toBe('root');
    expect(rowOf(flow('a', { createdBy: 'arn:aws:iam::000000000000:user/ann' })).createdBy).toBe('user/ann');
    expect(rowOf(flow('a')).createdBy).toBe('-');
  });
});

describe('a search', () => {
  const rows = [
    rowOf(flow('Nightly-Accounts')),
    rowOf(flow('orders', { sourceConnectorType: 'S3', description: 'Every night' })),
  ];
  const names = (search: string) => found(rows, search).map(({ name }) => name);

  it('finds a part of the name in any case', () => expect(names('aCCo')).toEqual(['Nightly-Accounts']));
  it('finds connectors and descriptions', () => {
    expect(names('s3')).toEqual(['orders']);
    expect(names('tidb')).toEqual(['Nightly-Accounts', 'orders']);
    expect(names('every')).toEqual(['orders']);
  });
  it('wants all words, wherever they are', () => {
    expect(names('night salesforce')).toEqual(['Nightly-Accounts']);
    expect(names('night nowhere')).toEqual([]);
  });
  it('of nothing finds all', () => expect(names('  ')).toHaveLength(2));
});

describe('an order', () => {
  const at = (time: string) => ({ mostRecentExecutionTime: new Date(time) });
  const rows = [
    rowOf(flow('b', { lastRunExecutionDetails: at('2022-11-09T00:00:00Z') })),
    rowOf(flow('C', {})),
    rowOf(flow('a', { lastRunExecutionDetails: at('2022-11-10T00:00:00Z') })),
  ];
  const names = (...by: [Parameters<typeof sorted>[1], boolean]) => sorted(rows, ...by).map(({ name }) => name);

  it('does not care for case', () => {
    expect(names('name', false)).toEqual(['a', 'b', 'C']);
    expect(names('name', true)).toEqual(['C', 'b', 'a']);
  });
  it('has flows that never ran at the end, whichever way', () => {
    expect(names('lastRun', false)).toEqual(['b', 'a', 'C']);
    expect(names('lastRun', true)).toEqual(['a', 'b', 'C']);
  });
  it('is by name among equals', () => expect(names('status', true)).toEqual(['a', 'b', 'C']));
});
