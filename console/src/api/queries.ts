import {
  DescribeConnectorCommand,
  DescribeConnectorEntityCommand,
  DescribeConnectorProfilesCommand,
  DescribeConnectorsCommand,
  DescribeFlowCommand,
  DescribeFlowExecutionRecordsCommand,
  ListConnectorEntitiesCommand,
  ListFlowsCommand,
  type ConnectorConfiguration,
  type ConnectorEntity,
  type ConnectorEntityField,
  type ConnectorProfile,
  type ConnectorType,
  type ExecutionRecord,
  type FlowDefinition,
} from '@aws-sdk/client-appflow';
import { experimental_streamedQuery as streamedQuery, queryOptions, useQuery } from '@tanstack/react-query';
import { appflow } from './clients';
import { compareFields, listBuckets } from './sluice';

/** All pages of an operation that AWS cuts into pages. */
async function allPages<T, R extends { nextToken?: string }>(
  page: (nextToken: string | undefined) => Promise<R>,
  items: (answer: R) => T[] | undefined,
): Promise<T[]> {
  const all: T[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await page(nextToken);
    all.push(...(items(answer) ?? []));
    nextToken = answer.nextToken;
  } while (nextToken);
  return all;
}

/** A connector, as the console speaks of it: by its label or, if it is built in, by its type. */
export interface ConnectorRef {
  connectorType: ConnectorType;
  /** Of a custom connector only. */
  connectorLabel?: string;
}

export function nameOf({ connectorType, connectorLabel }: ConnectorRef): string {
  return connectorType === 'CustomConnector' ? (connectorLabel ?? '') : connectorType;
}

/** Keys of what is remembered, for invalidation after a change. */
export const keys = {
  connectors: ['connectors'] as const,
  connector: (ref: ConnectorRef) => ['connectors', nameOf(ref)] as const,
  connections: ['connections'] as const,
  flows: ['flows'] as const,
  flow: (name: string) => ['flows', name] as const,
  runs: (flowName: string) => ['runs', flowName] as const,
  /** One run, or all that is remembered of a flow's runs one by one. */
  run: (flowName: string, ...executionId: string[]) => ['run', flowName, ...executionId] as const,
  allRuns: ['allRuns'] as const,
  entities: (profile: string | undefined, apiVersion: string | undefined) =>
    ['entities', profile, apiVersion] as const,
  fields: (profile: string | undefined, entity: string | undefined) =>
    ['fields', profile, entity] as const,
  buckets: ['buckets'] as const,
  fieldChanges: (flowName: string) => ['fieldChanges', flowName] as const,
};

/** DescribeConnectors says of registered connectors only that they are there. */
async function describeConnectors(): Promise<ConnectorConfiguration[]> {
  const builtIn: ConnectorConfiguration[] = [];
  const labels: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await appflow().send(new DescribeConnectorsCommand({ nextToken }));
    builtIn.push(...Object.values(answer.connectorConfigurations ?? {}));
    for (const { connectorLabel } of answer.connectors ?? []) {
      if (connectorLabel) labels.push(connectorLabel);
    }
    nextToken = answer.nextToken;
  } while (nextToken);
  const registered = await Promise.all(
    labels.map(async (connectorLabel) => {
      const ref: ConnectorRef = { connectorType: 'CustomConnector', connectorLabel };
      return (await appflow().send(new DescribeConnectorCommand(ref))).connectorConfiguration!;
    }),
  );
  return [...builtIn, ...registered];
}

/** Every connector there is, built in and registered. */
export function useConnectors() {
  return useQuery({ queryKey: keys.connectors, queryFn: describeConnectors, staleTime: 60_000 });
}

export function useConnector(ref: ConnectorRef, enabled = true) {
  return useQuery({
    enabled,
    queryKey: keys.connector(ref),
    queryFn: async () =>
      (await appflow().send(new DescribeConnectorCommand(ref))).connectorConfiguration!,
    staleTime: 60_000,
  });
}

/** The connections of one connector; of all where none is named. */
export function useConnections(ref?: ConnectorRef) {
  return useQuery({
    queryKey: [...keys.connections, ref ? nameOf(ref) : ''],
    queryFn: () =>
      allPages<ConnectorProfile, { nextToken?: string; connectorProfileDetails?: ConnectorProfile[] }>(
        (nextToken) =>
          appflow().send(new DescribeConnectorProfilesCommand({ ...ref, nextToken })),
        (answer) => answer.connectorProfileDetails,
      ),
  });
}

export interface EntitiesOf extends ConnectorRef {
  connectorProfileName?: string;
  apiVersion?: string;
}

/** What is behind a connection, or inside of one of its entities: a database, a folder. */
export function entitiesQuery(of: EntitiesOf, path = '') {
  return {
    queryKey: [...keys.entities(of.connectorProfileName ?? of.connectorType, of.apiVersion), path],
    queryFn: () =>
      allPages<ConnectorEntity, { nextToken?: string; connectorEntityMap?: Record<string, ConnectorEntity[]> }>(
        (nextToken) =>
          appflow().send(
            new ListConnectorEntitiesCommand({
              connectorType: of.connectorType,
              connectorProfileName: of.connectorProfileName,
              apiVersion: of.apiVersion,
              entitiesPath: path || undefined,
              nextToken,
            }),
          ),
        (answer) => Object.values(answer.connectorEntityMap ?? {}).flat(),
      ),
    enabled: of.connectorProfileName !== undefined || of.connectorType === 'S3',
    staleTime: 30_000,
  };
}

/** The objects (tables) behind a connection. */
export function useEntities(of: EntitiesOf) {
  return useQuery({
    ...entitiesQuery(of),
    enabled: of.connectorProfileName !== undefined,
  });
}

/** The fields of one object. */
export function fieldsQuery(of: EntitiesOf & { entity?: string }) {
  return {
    queryKey: keys.fields(of.connectorProfileName, of.entity),
    queryFn: async (): Promise<ConnectorEntityField[]> =>
      (
        await appflow().send(
          new DescribeConnectorEntityCommand({
            connectorType: of.connectorType,
            connectorProfileName: of.connectorProfileName,
            apiVersion: of.apiVersion,
            connectorEntityName: of.entity,
          }),
        )
      ).connectorEntityFields!,
    enabled: of.connectorProfileName !== undefined && of.entity !== undefined,
    staleTime: 30_000,
  };
}

export function useBuckets(enabled: boolean) {
  return useQuery({ queryKey: keys.buckets, queryFn: listBuckets, enabled, staleTime: 30_000 });
}

export interface FlowList {
  flows: readonly FlowDefinition[];
  /** Whether these are only the first: the others are on their way. */
  hasMore: boolean;
}

/**
 * A hundred at a time, which is AppFlow's most. The first are told at once, more of them once a
 * second: to draw them more often would keep the reader waiting.
 */
async function* flowPages(signal: AbortSignal): AsyncGenerator<FlowList> {
  let flows: FlowDefinition[] = [];
  let nextToken: string | undefined;
  let toldAt = -Infinity;
  do {
    const answer = await appflow().send(new ListFlowsCommand({ maxResults: 100, nextToken }), {
      abortSignal: signal,
    });
    flows.push(...(answer.flows ?? []));
    nextToken = answer.nextToken;
    if (nextToken && performance.now() - toldAt < 1_000) continue;
    yield { flows, hasMore: nextToken !== undefined };
    flows = [];
    toldAt = performance.now();
  } while (nextToken);
}

const isRunning = (flow: FlowDefinition) =>
  flow.lastRunExecutionDetails?.mostRecentExecutionStatus === 'InProgress';

/** All flows, as far as they are there: the first hundred can be shown before the last. */
export function useFlowList() {
  return useQuery({
    queryKey: keys.flows,
    queryFn: streamedQuery<FlowList, FlowList>({
      streamFn: ({ signal }) => flowPages(signal),
      refetchMode: 'replace',
      reducer: (list, { flows, hasMore }) => ({ flows: [...list.flows, ...flows], hasMore }),
      initialValue: { flows: [], hasMore: true },
    }),
    structuralSharing: false, // Ten thousand flows take longer to compare than to show.
    staleTime: 5_000,
    // Runs come to an end; of very many flows, that is left to the refresh button.
    refetchInterval: ({ state: { data } }) =>
      data && data.flows.length <= 100 && data.flows.some(isRunning) ? 3_000 : false,
  });
}

/** All flows; undefined until the last is there. */
export function useFlows() {
  const { data, ...query } = useFlowList();
  return { ...query, data: data && !data.hasMore ? data.flows : undefined };
}

export function useFlow(flowName: string) {
  return useQuery({
    queryKey: keys.flow(flowName),
    queryFn: () => appflow().send(new DescribeFlowCommand({ flowName })),
  });
}

/** What has become of a flow's fields. Both systems are asked: not more often than it takes. */
export function fieldChangesOf(flowName: string) {
  return queryOptions({
    queryKey: keys.fieldChanges(flowName),
    queryFn: ({ signal }) => compareFields(flowName, signal),
    staleTime: 15_000,
  });
}

export function useFieldChanges(flowName: string) {
  return useQuery(fieldChangesOf(flowName));
}

/** The runs of a flow, newest first: at most the latest thousand. */
export function useRuns(flowName: string) {
  return useQuery({
    queryKey: keys.runs(flowName),
    queryFn: async () => {
      const runs: ExecutionRecord[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await appflow().send(
          new DescribeFlowExecutionRecordsCommand({ flowName, maxResults: 100, nextToken }),
        );
        runs.push(...(answer.flowExecutions ?? []));
        nextToken = answer.nextToken;
      } while (nextToken && runs.length < 1000);
      return runs;
    },
  });
}
