import type { DescribeFlowCommandOutput } from '@aws-sdk/client-appflow';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { useLogEvents } from '../../api/logs';
import { useConnections, useConnectors } from '../../api/queries';
import type { RunDetails } from '../../api/sluice';
import { ErrorAlert } from '../../components/ErrorAlert';
import { EmptyState } from '../../components/EmptyState';
import { linesOfRun } from '../../components/logs/linesOfRun';
import { LogLines } from '../../components/logs/LogLines';
import { logsPath } from '../../components/logs/logsPath';
import { useTexts } from '../../i18n/texts';
import { connectorsOfFlow } from './connectorsOfFlow';
import { texts } from './runTexts';

/** What the flow's connectors wrote while the run went on. */
export function RunLog({ run, flow }: { run: RunDetails; flow: DescribeFlowCommandOutput }) {
  const t = useTexts(texts);
  const connectors = useConnectors().data;
  const connections = useConnections().data;
  const { builtIn, logGroups } = useMemo(
    () => connectorsOfFlow(flow, connections ?? [], connectors ?? []),
    [flow, connections, connectors],
  );
  if (!connectors || !connections) return null;
  return (
    <SpaceBetween size="l">
      {logGroups.map((group) => (
        <LogOfRun key={group} group={group} run={run} />
      ))}
      {builtIn.length > 0 && <Alert type="info" header={t.log}>{t.builtIn(builtIn.join(', '))}</Alert>}
    </SpaceBetween>
  );
}

function LogOfRun({ group, run }: { group: string; run: RunDetails }) {
  const t = useTexts(texts);
  const from = Math.floor(run.startedAt * 1000) - 1000;
  const to = Math.ceil(run.lastUpdatedAt * 1000) + 1000;
  const { data, error, isPending, refetch } = useLogEvents([group, from, to], () => ({ group, from, to }), false);
  const isMissing = error?.name === 'ResourceNotFoundException'; // It has written nothing yet.
  if (error && !isMissing) {
    return <ErrorAlert error={error} header={t.logFailed} onRetry={() => void refetch()} />;
  }
  return (
    <LogLines
      events={linesOfRun(data?.events ?? [], run.executionId)}
      title={t.logOf(group)}
      loading={isPending}
      loadingText={t.loadingLog}
      header={
        <Header
          variant="h2"
          description={group}
          actions={<Button href={logsPath({ group, from, to })}>{t.openLog}</Button>}
        >
          {t.log}
        </Header>
      }
      empty={<EmptyState title={t.noLog} />}
    />
  );
}
