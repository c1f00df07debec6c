import type { ConnectorConfiguration } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { titleOf } from '../../components/connect/connectors';
import { emptyDraft, type FlowDraft } from './draft';
import {
  addressOf,
  connectorsFor,
  idOf,
  inputFormatOf,
  settingsFor,
  sideFaults,
  withConnector,
  withInputFormat,
  withObject,
  withOutputFormat,
} from './endpoints';

const salesforce: ConnectorConfiguration = {
  connectorType: 'Salesforce',
  connectorName: 'Salesforce',
  canUseAsSource: true,
  canUseAsDestination: false,
  connectorRuntimeSettings: [{ key: 'dataTransferApi', dataType: 'String', scope: 'SOURCE' }],
};

const tidb: ConnectorConfiguration = {
  connectorType: 'CustomConnector',
  connectorLabel: 'TiDB-Connector',
  connectorName: 'TiDB',
  canUseAsSource: true,
  canUseAsDestination: true,
  supportedApiVersions: ['v1'],
  connectorRuntimeSettings: [
    { key: 'host', dataType: 'String', scope: 'CONNECTOR_PROFILE' },
    { key: 'batch', dataType: 'Integer', scope: 'SOURCE_AND_DESTINATION', isRequired: true },
    { key: 'createTable', dataType: 'Boolean', scope: 'DESTINATION' },
  ],
};

function apply(draft: FlowDraft, part: Partial<FlowDraft>): FlowDraft {
  return { ...draft, ...part };
}

const complete = apply(
  apply(emptyDraft(), withConnector(emptyDraft(), 'destination', tidb)),
  { mapping: { ...emptyDraft().mapping, writeOperation: 'UPSERT', idFields: ['id'] } },
);

describe('connectors', () => {
  it('are offered for what they can do, and go by their label', () => {
    expect(connectorsFor('source', [tidb, salesforce]).map(titleOf)).toEqual([
      'Salesforce',
      'TiDB-Connector',
    ]);
    expect(connectorsFor('destination', [tidb, salesforce]).map(idOf)).toEqual(['TiDB-Connector']);
  });

  it('have settings for each side, where they are custom ones', () => {
    const keys = (role: 'source' | 'destination', each: ConnectorConfiguration) =>
      settingsFor(role, each).map(({ key }) => key);
    expect(keys('source', tidb)).toEqual(['batch']);
    expect(keys('destination', tidb)).toEqual(['batch', 'createTable']);
    expect(keys('source', salesforce)).toEqual([]);
  });
});

describe('another choice', () => {
  it('of a connector takes its first API version and forgets the rest', () => {
    const { destination } = complete;
    expect(destination).toMatchObject({ connectorLabel: 'TiDB-Connector', apiVersion: 'v1' });
    const other = apply(complete, withConnector(complete, 'destination', { ...salesforce }));
    expect(other.destination.apiVersion).toBeUndefined();
    expect(other.mapping).toMatchObject({ writeOperation: 'INSERT', idFields: [], rows: [] });
  });

  it('of a source’s object forgets filters, not the write preference', () => {
    const filtered = apply(complete, {
      filters: [{ id: '1', field: 'Name', operator: 'EQUAL_TO', values: ['x'] }],
    });
    const other = apply(filtered, withObject(filtered, 'source', { name: 'Contact' }));
    expect(other.filters).toEqual([]);
    expect(other.mapping.writeOperation).toBe('UPSERT');
  });

  it('of a copied flow’s source leaves nothing of its tasks', () => {
    const copied = apply(complete, {
      original: { flowName: 'a', tasks: [], sourceFlowConfig: undefined, tags: { a: 'b' } },
    });
    const other = apply(copied, withConnector(copied, 'source', salesforce));
    expect(other.original).toEqual({ flowName: 'a', sourceFlowConfig: undefined, tags: { a: 'b' } });
  });
});

describe('what is missing of a side', () => {
  const faults = (part: Partial<FlowDraft['destination']>, names?: string[]) =>
    sideFaults(
      'destination',
      { ...complete.destination, ...part },
      tidb,
      names?.map((name) => ({ name })),
    ).map(({ control, fault }) => `${control} ${fault}`);

  it('is asked for in the order of the page', () => {
    expect(faults({ connectorType: undefined })).toEqual(['destination-connector NoConnector']);
    expect(faults({})).toEqual(['destination-connection NoConnection']);
    expect(faults({ connectorProfileName: 'tidb', apiVersion: undefined })).toEqual([
      'destination-api-version NoApiVersion',
      'destination-object NoObject',
      'destination-setting-batch Setting',
    ]);
  });

  it('is an object that the connection has not', () => {
    const chosen = { connectorProfileName: 'tidb', object: 't', customProperties: { batch: '5' } };
    expect(faults(chosen, ['t', 'u'])).toEqual([]);
    expect(faults(chosen, ['u'])).toEqual(['destination-object ObjectGone']);
    expect(faults(chosen)).toEqual([]);
  });

  it('is a bucket, for files', () => {
    const s3 = { connectorType: 'S3' as const };
    expect(faults(s3)).toEqual(['destination-bucket NoBucket']);
    expect(faults({ ...s3, bucketName: 'b b' })).toEqual(['destination-bucket BucketName']);
    expect(faults({ ...s3, bucketName: 'target' })).toEqual([]);
  });
});

describe('files', () => {
  it('that are read say their type where AppFlow has a word for it, else in a tag', () => {
    const start = emptyDraft();
    expect(inputFormatOf(start)).toBe('CSV');
    const parquet = apply(start, withInputFormat(start, 'PARQUET'));
    expect(inputFormatOf(parquet)).toBe('PARQUET');
    expect(parquet.tags).toHaveLength(1);
    const json = apply(parquet, withInputFormat(parquet, 'JSON'));
    expect(json.tags).toEqual([]);
    expect(json.source.properties).toEqual({ s3InputFormatConfig: { s3InputFileType: 'JSON' } });
  });

  it('that are written keep types only as Parquet', () => {
    const config = { fileType: 'PARQUET', preserveSourceDataTyping: true };
    const start = emptyDraft();
    start.destination.properties = { s3OutputFormatConfig: config };
    expect(withOutputFormat(start, 'CSV').destination?.properties).toEqual({
      s3OutputFormatConfig: { fileType: 'CSV' },
    });
  });

  it('have an address', () => {
    expect(addressOf('b', '')).toBe('s3://b');
    expect(addressOf('b', 'in/')).toBe('s3://b/in/');
  });
});
