/// <reference types="vite/client" />
import type { CreateFlowCommandInput } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { emptyDraft, type DescribedFlow, type FlowDraft } from './draft';
import { createRequest, draftOfFlow, tagRequests, updateRequest } from './request';

const files = import.meta.glob<string>('../../../../tests/flows/golden/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const golden = Object.entries(files).map(([path, text]): [string, CreateFlowCommandInput] => {
  const { request } = parse(text) as { request: CreateFlowCommandInput };
  return [path.split('/').at(-1)!, { ...request, flowName: 'golden' }];
});

function fromSalesforceToTidb(more: Partial<FlowDraft> = {}): FlowDraft {
  const draft = emptyDraft();
  return {
    ...draft,
    flowName: 'accounts',
    source: {
      ...draft.source,
      connectorType: 'Salesforce',
      connectorProfileName: 'salesforce',
      object: 'Account',
    },
    destination: {
      ...draft.destination,
      connectorType: 'CustomConnector',
      connectorLabel: 'TiDB-Connector',
      connectorProfileName: 'tidb',
      apiVersion: 'v1',
      object: 'sf_account',
    },
    ...more,
  };
}

function described(change: (flow: DescribedFlow) => void = () => {}): DescribedFlow {
  const { clientToken: _, ...flow } = createRequest(fromSalesforceToTidb(), []);
  change(flow);
  return flow;
}

const toTidb = ({ destinationFlowConfigList }: DescribedFlow) =>
  destinationFlowConfigList![0]!.destinationConnectorProperties!.CustomConnector!;

const noLabels = () => undefined;

describe('a flow that was made elsewhere', () => {
  it('is one of many', () => {
    expect(golden.length).toBeGreaterThanOrEqual(8);
  });

  it.each(golden)('is copied as it is: %s', (_, flow) => {
    expect(createRequest(draftOfFlow(flow, noLabels), [])).toEqual(flow);
  });

  it.each(golden)('is saved as it is: %s', (_, flow) => {
    const { tags: _tags, ...kept } = flow;
    expect(updateRequest(draftOfFlow(flow, noLabels), [])).toEqual(kept);
  });

  it('survives the tab’s storage', () => {
    for (const [, flow] of golden) {
      const draft = draftOfFlow(flow, noLabels);
      expect(JSON.parse(JSON.stringify(draft))).toEqual(draft);
    }
  });

  it('keeps what the console has no control for', () => {
    const flow = described((each) => {
      each.metadataCatalogConfig = { glueDataCatalog: undefined };
      each.sourceFlowConfig!.incrementalPullConfig = { datetimeTypeFieldName: 'LastModifiedDate' };
      toTidb(each).errorHandlingConfig = { failOnFirstDestinationError: false };
    });
    const saved = updateRequest({ ...draftOfFlow(flow, noLabels), description: 'new' }, []);
    expect(saved.sourceFlowConfig?.incrementalPullConfig?.datetimeTypeFieldName).toBe(
      'LastModifiedDate',
    );
    expect(saved.metadataCatalogConfig).toEqual({});
    expect(toTidb(saved as DescribedFlow).errorHandlingConfig).toEqual({
      failOnFirstDestinationError: false,
    });
    expect(saved.description).toBe('new');
  });

  it('tells the connector of its connections', () => {
    const draft = draftOfFlow(described(), (name) => (name === 'tidb' ? 'TiDB-Connector' : undefined));
    expect(draft.destination.connectorLabel).toBe('TiDB-Connector');
    expect(draft.source.connectorLabel).toBeUndefined();
  });

  it('loses its description where that was emptied', () => {
    const draft = draftOfFlow({ ...described(), description: 'old' }, noLabels);
    expect(updateRequest({ ...draft, description: '' }, [])).not.toHaveProperty('description');
  });

  it.each<Record<string, string>>([
    {},
    { team: 'sales' },
    { 'sluice:retryMinutes': '45', team: 'sales' },
    { 'sluice:retryMinutes': 'soon' },
  ])('keeps its tags: %j', (tags) => {
    const draft = draftOfFlow({ ...described(), tags }, noLabels);
    expect(createRequest(draft, []).tags).toEqual(tags);
    expect(tagRequests(draft)).toEqual({});
  });

  it('is told apart from its tags how long it tries again', () => {
    const flowArn = 'arn:aws:appflow:us-east-1:000000000000:flow/accounts';
    const tags = { 'sluice:retryMinutes': '30', team: 'sales' };
    const draft = draftOfFlow({ ...described(), flowArn, tags }, noLabels);
    expect(draft.retryMinutes).toBe(30);
    expect(draft.tags).toEqual([{ key: 'team', value: 'sales' }]);

    const longer = { ...draft, retryMinutes: 720 };
    expect(createRequest(longer, []).tags).toEqual({ ...tags, 'sluice:retryMinutes': '720' });
    expect(updateRequest(longer, [])).not.toHaveProperty('tags');
    expect(tagRequests(longer)).toEqual({
      tag: { resourceArn: flowArn, tags: { 'sluice:retryMinutes': '720' } },
    });

    const asUsual = { ...draft, retryMinutes: undefined };
    expect(createRequest(asUsual, []).tags).toEqual({ team: 'sales' });
    expect(tagRequests(asUsual)).toEqual({
      untag: { resourceArn: flowArn, tagKeys: ['sluice:retryMinutes'] },
    });
  });

  it('has no identifier once records are only added', () => {
    const flow = described((each) => {
      toTidb(each).writeOperationType = 'UPSERT';
      toTidb(each).idFieldNames = ['id'];
    });
    const draft = draftOfFlow(flow, noLabels);
    const saved = updateRequest(
      { ...draft, mapping: { ...draft.mapping, writeOperation: 'INSERT' } },
      [],
    );
    expect(toTidb(saved as DescribedFlow)).toMatchObject({ writeOperationType: 'INSERT' });
    expect(toTidb(saved as DescribedFlow)).not.toHaveProperty('idFieldNames');
  });
});

describe('a new flow', () => {
  it('is what the tutorial makes', () => {
    expect(createRequest(fromSalesforceToTidb({ clientToken: 'once' }), [])).toMatchObject({
      flowName: 'accounts',
      triggerConfig: { triggerType: 'OnDemand' },
      sourceFlowConfig: {
        connectorType: 'Salesforce',
        connectorProfileName: 'salesforce',
        sourceConnectorProperties: { Salesforce: { object: 'Account' } },
      },
      destinationFlowConfigList: [
        {
          connectorType: 'CustomConnector',
          apiVersion: 'v1',
          connectorProfileName: 'tidb',
          destinationConnectorProperties: {
            CustomConnector: {
              entityName: 'sf_account',
              writeOperationType: 'INSERT',
              errorHandlingConfig: { failOnFirstDestinationError: true },
            },
          },
        },
      ],
      clientToken: 'once',
    });
  });

  it('says nothing of what was left empty', () => {
    const request = createRequest(fromSalesforceToTidb(), []);
    for (const member of ['description', 'kmsArn', 'tags', 'metadataCatalogConfig']) {
      expect(request).not.toHaveProperty(member);
    }
    expect(Object.keys(toTidb(request).errorHandlingConfig!)).toEqual([
      'failOnFirstDestinationError',
    ]);
  });

  it('has the connector’s settings, and a place for what is refused', () => {
    const draft = fromSalesforceToTidb();
    const request = createRequest(
      {
        ...draft,
        destination: { ...draft.destination, customProperties: { createTable: 'true' } },
        errorHandling: { stopOnFirstError: false, bucketName: 'refused', bucketPrefix: 'a/' },
        tags: [{ key: 'team', value: 'sales' }],
      },
      [],
    );
    expect(toTidb(request)).toMatchObject({
      customProperties: { createTable: 'true' },
      errorHandlingConfig: {
        failOnFirstDestinationError: false,
        bucketName: 'refused',
        bucketPrefix: 'a/',
      },
    });
    expect(request.tags).toEqual({ team: 'sales' });
  });

  it('puts files into folders, and several of them into a run', () => {
    const draft = fromSalesforceToTidb();
    const request = createRequest(
      {
        ...draft,
        destination: {
          ...emptyDraft().destination,
          connectorType: 'S3',
          bucketName: 'target',
          properties: { s3OutputFormatConfig: { fileType: 'CSV' } },
        },
        mapping: {
          ...draft.mapping,
          partition: { byDate: 'DAY', byExecutionId: true, byFields: [] },
          aggregation: { type: 'MultipleFiles', targetFileSizeMb: 64 },
        },
      },
      [],
    );
    expect(request.destinationFlowConfigList![0]).toEqual({
      connectorType: 'S3',
      destinationConnectorProperties: {
        S3: {
          bucketName: 'target',
          s3OutputFormatConfig: {
            fileType: 'CSV',
            prefixConfig: {
              prefixType: 'PATH',
              prefixFormat: 'DAY',
              pathPrefixHierarchy: ['EXECUTION_ID'],
            },
            aggregationConfig: { aggregationType: 'None', targetFileSize: 64 },
          },
        },
      },
    });
  });
});
