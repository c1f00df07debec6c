import type {
  AggregationConfig,
  ConnectorEntityField,
  CreateFlowCommandInput,
  DestinationFlowConfig,
  ErrorHandlingConfig,
  PrefixConfig,
  S3OutputFormatConfig,
  SourceFlowConfig,
  TagResourceCommandInput,
  UntagResourceCommandInput,
  UpdateFlowCommandInput,
  WriteOperationType,
} from '@aws-sdk/client-appflow';
import {
  emptyDraft,
  type DescribedFlow,
  type ErrorHandlingDraft,
  type FlowDraft,
  type MappingDraft,
  type SideDraft,
} from './draft';
import { retryTag, withoutRetryTag } from './retryPolicy';
import { draftOfTasks, tasksOfDraft } from './tasks';

type Properties = Record<string, unknown>;

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * `was`, unless the draft says something else than `read` finds in it: a flow that was made
 * elsewhere stays as it is, whatever other way there is to say the same.
 */
function keptUnlessChanged<T, D>(was: T, said: D, read: (was: T) => D, write: () => T): T {
  return isSame(read(was), said) ? was : write();
}

const textOf = (text: string | undefined) => text ?? '';

function keptText(was: string | undefined, said: string): string | undefined {
  return keptUnlessChanged(was, said, textOf, () => said || undefined);
}

/** Without the members that have no value. */
function compact<T extends object>(members: T): T {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as T;
}

function errorHandlingOf(config: ErrorHandlingConfig | undefined): ErrorHandlingDraft {
  return {
    stopOnFirstError: config?.failOnFirstDestinationError ?? false,
    bucketName: textOf(config?.bucketName),
    bucketPrefix: textOf(config?.bucketPrefix),
  };
}

type Folders = Pick<MappingDraft['partition'], 'byDate' | 'byExecutionId'>;

function foldersOf(config: PrefixConfig | undefined): Folders {
  const hasDate = config?.prefixType === 'PATH' || config?.prefixType === 'PATH_AND_FILENAME';
  return {
    byDate: hasDate ? config.prefixFormat : undefined,
    byExecutionId: config?.pathPrefixHierarchy?.includes('EXECUTION_ID') ?? false,
  };
}

function prefixConfig(was: PrefixConfig | undefined, said: Folders): PrefixConfig | undefined {
  const before = foldersOf(was);
  const others = was?.pathPrefixHierarchy?.filter((part) => part !== 'EXECUTION_ID') ?? [];
  const hierarchy = said.byExecutionId ? (['EXECUTION_ID', ...others] as const) : others;
  const changed: PrefixConfig = compact({
    ...was,
    ...(isSame(before.byDate, said.byDate)
      ? {}
      : { prefixType: said.byDate && 'PATH', prefixFormat: said.byDate }),
    ...(before.byExecutionId === said.byExecutionId
      ? {}
      : { pathPrefixHierarchy: hierarchy.length > 0 ? [...hierarchy] : undefined }),
  });
  return Object.keys(changed).length > 0 ? changed : undefined;
}

/** Several files are what a target size makes. */
function aggregationOf(config: AggregationConfig | undefined): MappingDraft['aggregation'] {
  const { aggregationType, targetFileSize } = config ?? {};
  if (targetFileSize !== undefined) {
    return { type: 'MultipleFiles', targetFileSizeMb: targetFileSize };
  }
  return { type: aggregationType ?? 'None' };
}

function aggregationConfig({ type, targetFileSizeMb }: MappingDraft['aggregation']) {
  return type === 'MultipleFiles'
    ? compact({ aggregationType: 'None' as const, targetFileSize: targetFileSizeMb })
    : { aggregationType: type };
}

function outputFormat(
  was: S3OutputFormatConfig | undefined,
  { partition, aggregation }: MappingDraft,
): S3OutputFormatConfig | undefined {
  const said = compact(
    aggregation.type === 'MultipleFiles' ? aggregation : { type: aggregation.type },
  );
  const folders: Folders = { byDate: partition.byDate, byExecutionId: partition.byExecutionId };
  const changed: S3OutputFormatConfig = compact({
    ...was,
    prefixConfig: keptUnlessChanged(was?.prefixConfig, folders, foldersOf, () =>
      prefixConfig(was?.prefixConfig, folders),
    ),
    aggregationConfig: keptUnlessChanged(
      was?.aggregationConfig,
      said,
      (config) => compact(aggregationOf(config)),
      () => aggregationConfig(aggregation),
    ),
  });
  return Object.keys(changed).length > 0 || was ? changed : undefined;
}

/** What an object is called in the properties of a connector of this type. */
function objectMember({ connectorType }: SideDraft): 'object' | 'entityName' {
  return connectorType === 'CustomConnector' ? 'entityName' : 'object';
}

function sideProperties(side: SideDraft): Properties {
  const { properties: was } = side;
  if (side.connectorType === 'S3') {
    return {
      ...was,
      bucketName: side.bucketName,
      bucketPrefix: keptText(was.bucketPrefix as string | undefined, side.bucketPrefix),
    };
  }
  return {
    ...was,
    [objectMember(side)]: side.object,
    customProperties: keptUnlessChanged(
      was.customProperties as Record<string, string> | undefined,
      side.customProperties,
      (properties) => properties ?? {},
      () => (Object.keys(side.customProperties).length > 0 ? side.customProperties : undefined),
    ),
  };
}

interface Writing {
  operation: WriteOperationType;
  idFields: string[];
}

function writingOf({ writeOperationType, idFieldNames }: Properties): Writing {
  return {
    operation: (writeOperationType as WriteOperationType | undefined) ?? 'INSERT',
    idFields: (idFieldNames as string[] | undefined) ?? [],
  };
}

function writingMembers({ operation, idFields }: Writing): Properties {
  const needsId = operation !== 'INSERT' && idFields.length > 0;
  return { writeOperationType: operation, idFieldNames: needsId ? idFields : undefined };
}

function destinationProperties({ destination, mapping, errorHandling, original }: FlowDraft) {
  const properties = sideProperties(destination);
  const was = destination.properties;
  if (destination.connectorType === 'S3') {
    const format = was.s3OutputFormatConfig as S3OutputFormatConfig | undefined;
    return compact({ ...properties, s3OutputFormatConfig: outputFormat(format, mapping) });
  }
  const writing = { operation: mapping.writeOperation, idFields: mapping.idFields };
  return compact({
    ...properties,
    ...(original && isSame(writingOf(was), writing) ? {} : writingMembers(writing)),
    errorHandlingConfig: keptUnlessChanged(
      was.errorHandlingConfig as ErrorHandlingConfig | undefined,
      errorHandling,
      errorHandlingOf,
      () =>
        compact({
          ...(was.errorHandlingConfig as ErrorHandlingConfig | undefined),
          failOnFirstDestinationError: errorHandling.stopOnFirstError,
          bucketName: errorHandling.bucketName || undefined,
          bucketPrefix: (errorHandling.bucketName && errorHandling.bucketPrefix) || undefined,
        }),
    ),
  });
}

function endpoint(side: SideDraft) {
  return {
    connectorType: side.connectorType,
    connectorProfileName: side.connectorProfileName,
    apiVersion: side.apiVersion,
  };
}

export function sourceFlowConfig({ source, original }: FlowDraft): SourceFlowConfig {
  return compact({
    ...original?.sourceFlowConfig,
    ...endpoint(source),
    sourceConnectorProperties: { [source.connectorType!]: compact(sideProperties(source)) },
  }) as SourceFlowConfig;
}

export function destinationFlowConfig(draft: FlowDraft): DestinationFlowConfig {
  const { destination, original } = draft;
  return compact({
    ...original?.destinationFlowConfigList?.[0],
    ...endpoint(destination),
    destinationConnectorProperties: { [destination.connectorType!]: destinationProperties(draft) },
  }) as DestinationFlowConfig;
}

/** What a request to create a flow and one to change it have in common. */
function flowRequest(
  draft: FlowDraft,
  sourceFields: ConnectorEntityField[],
): UpdateFlowCommandInput {
  const { original } = draft;
  return compact({
    flowName: draft.flowName,
    description: keptText(original?.description, draft.description),
    triggerConfig: original?.triggerConfig ?? { triggerType: 'OnDemand' as const },
    sourceFlowConfig: sourceFlowConfig(draft),
    destinationFlowConfigList: [
      destinationFlowConfig(draft),
      ...(original?.destinationFlowConfigList?.slice(1) ?? []),
    ],
    tasks: tasksOfDraft(draft, sourceFields),
    metadataCatalogConfig: original?.metadataCatalogConfig,
    clientToken: draft.clientToken,
  });
}

function tagsOf({ tags, retryMinutes }: FlowDraft): Record<string, string> {
  return {
    ...Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    ...retryTag(retryMinutes),
  };
}

export function createRequest(
  draft: FlowDraft,
  sourceFields: ConnectorEntityField[],
): CreateFlowCommandInput {
  const tags = tagsOf(draft);
  return compact({
    ...flowRequest(draft, sourceFields),
    kmsArn: draft.kmsArn || undefined,
    tags: keptUnlessChanged(
      draft.original?.tags,
      tags,
      (was) => was ?? {},
      () => (Object.keys(tags).length > 0 ? tags : undefined),
    ),
  });
}

export function updateRequest(
  draft: FlowDraft,
  sourceFields: ConnectorEntityField[],
): UpdateFlowCommandInput {
  return flowRequest(draft, sourceFields);
}

/** What else an update takes, as UpdateFlow knows no tags. */
export function tagRequests(draft: FlowDraft): {
  tag?: TagResourceCommandInput;
  untag?: UntagResourceCommandInput;
} {
  const { flowArn: resourceArn, tags: before = {} } = draft.original ?? {};
  const now = tagsOf(draft);
  const changed = Object.entries(now).filter(([key, value]) => before[key] !== value);
  const gone = Object.keys(before).filter((key) => !(key in now));
  return {
    ...(changed.length > 0 ? { tag: { resourceArn, tags: Object.fromEntries(changed) } } : {}),
    ...(gone.length > 0 ? { untag: { resourceArn, tagKeys: gone } } : {}),
  };
}

function sideOf(
  config: SourceFlowConfig | DestinationFlowConfig,
  properties: Properties,
  connectorLabel: string | undefined,
): SideDraft {
  const { connectorType, connectorProfileName, apiVersion } = config;
  const text = (name: string) => properties[name] as string | undefined;
  return {
    ...compact({ connectorType, connectorLabel, connectorProfileName, apiVersion }),
    ...(connectorType === 'S3' ? {} : { object: text('object') ?? text('entityName') }),
    bucketName: textOf(text('bucketName')),
    bucketPrefix: textOf(text('bucketPrefix')),
    properties,
    customProperties: (properties.customProperties as Record<string, string> | undefined) ?? {},
  };
}

function membersOf(union: object | undefined): Properties {
  return (Object.values(union ?? {}).find((member) => member !== undefined) ?? {}) as Properties;
}

/** `labelOf` tells a connection's connector, which flows don't name. */
export function draftOfFlow(
  flow: DescribedFlow,
  labelOf: (connection: string) => string | undefined,
): FlowDraft {
  const original = described(flow);
  const source = original.sourceFlowConfig!;
  const destination = original.destinationFlowConfigList![0]!;
  const properties = membersOf(destination.destinationConnectorProperties);
  const format = properties.s3OutputFormatConfig as S3OutputFormatConfig | undefined;
  const { method, rows, validations, byFields, filters, otherTasks } = draftOfTasks(
    original.tasks ?? [],
  );
  const writing = writingOf(properties);
  const labelAt = (side: SourceFlowConfig | DestinationFlowConfig) =>
    side.connectorProfileName === undefined ? undefined : labelOf(side.connectorProfileName);
  return {
    ...emptyDraft(),
    original,
    flowName: original.flowName!,
    description: textOf(original.description),
    kmsArn: textOf(original.kmsArn),
    ...withoutRetryTag(Object.entries(original.tags ?? {}).map(([key, value]) => ({ key, value }))),
    source: sideOf(source, membersOf(source.sourceConnectorProperties), labelAt(source)),
    destination: sideOf(destination, properties, labelAt(destination)),
    errorHandling: errorHandlingOf(properties.errorHandlingConfig as ErrorHandlingConfig),
    mapping: {
      method,
      rows,
      validations,
      writeOperation: writing.operation,
      idFields: writing.idFields,
      partition: { ...foldersOf(format?.prefixConfig), byFields },
      aggregation: aggregationOf(format?.aggregationConfig),
    },
    filters,
    otherTasks,
    reached: 5,
  };
}

/** As plain JSON, without what is only told and never asked for. */
function described(flow: DescribedFlow): DescribedFlow {
  const { flowArn, flowName, description, kmsArn, tags, sourceFlowConfig, triggerConfig, tasks } = flow;
  const { destinationFlowConfigList, metadataCatalogConfig, lastUpdatedAt } = flow;
  return JSON.parse(
    JSON.stringify({
      ...{ flowArn, flowName, description, kmsArn, tags, sourceFlowConfig, triggerConfig, tasks },
      ...{ destinationFlowConfigList, metadataCatalogConfig, lastUpdatedAt },
    }),
  ) as DescribedFlow;
}
