import type { DescribeFlowCommandOutput, Task } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { appliedFilters, destinationObjectOf, folderOf, sourceObjectOf } from './places';

const flow = (more: Partial<DescribeFlowCommandOutput>) => ({ $metadata: {}, ...more }) as DescribeFlowCommandOutput;

const fromSalesforce = flow({
  sourceFlowConfig: {
    connectorType: 'Salesforce',
    sourceConnectorProperties: { Salesforce: { object: 'Account' } },
  },
  destinationFlowConfigList: [
    {
      connectorType: 'CustomConnector',
      destinationConnectorProperties: { CustomConnector: { entityName: 'sf_account' } },
    },
  ],
});

const betweenFolders = flow({
  sourceFlowConfig: {
    connectorType: 'S3',
    sourceConnectorProperties: { S3: { bucketName: 'inbox', bucketPrefix: 'orders' } },
  },
  destinationFlowConfigList: [
    { connectorType: 'S3', destinationConnectorProperties: { S3: { bucketName: 'outbox' } } },
  ],
});

describe('the places of a flow', () => {
  it('are objects and tables', () => {
    expect(sourceObjectOf(fromSalesforce)).toBe('Account');
    expect(destinationObjectOf(fromSalesforce)).toBe('sf_account');
    expect(folderOf(fromSalesforce)).toBeUndefined();
  });

  it('are folders in S3', () => {
    expect(sourceObjectOf(betweenFolders)).toBe('s3://inbox/orders');
    expect(destinationObjectOf(betweenFolders)).toBe('s3://outbox');
    expect(folderOf(betweenFolders)).toBe('s3://outbox');
  });

  it('may be unknown', () => expect(sourceObjectOf(flow({}))).toBe('-'));
});

describe('the filters of a run', () => {
  const filter = (operator: 'PROJECTION' | 'EQUAL_TO' | 'BETWEEN', field: string, taskProperties = {}): Task => ({
    taskType: 'Filter',
    sourceFields: [field],
    connectorOperator: { Salesforce: operator },
    taskProperties,
  });

  it('are those with counts, and those of the source without', () => {
    const tasks = [
      filter('PROJECTION', 'Name'),
      filter('EQUAL_TO', 'Name', { VALUE: 'Ann' }),
      filter('BETWEEN', 'Age', { LOWER_BOUND: '1', UPPER_BOUND: '9' }),
    ];
    const counted = [{ filter: 'Filter Name EQUAL_TO Ann', records: 40 }];
    expect(appliedFilters(tasks, counted)).toEqual([
      { text: 'Filter Name EQUAL_TO Ann', records: 40 },
      { text: 'Filter Age BETWEEN 1, 9' },
    ]);
  });

  it('are none where there are none', () => expect(appliedFilters([filter('PROJECTION', 'Name')], [])).toEqual([]));
});
