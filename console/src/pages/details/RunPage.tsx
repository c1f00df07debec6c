import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router-dom';
import { hasEnded } from '../../api/followRun';
import { keys, useFlow } from '../../api/queries';
import { describeRun } from '../../api/sluice';
import { usePage } from '../../app/page';
import { ErrorAlert } from '../../components/ErrorAlert';
import { FieldChangesNotice } from '../../components/fieldChanges/FieldChangesNotice';
import { EmptyState } from '../../components/EmptyState';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { editFieldsPath } from './editFieldsPath';
import { RefusedRecordsTable } from './RefusedRecordsTable';
import { RunFindings } from './RunFindings';
import { RunLog } from './RunLog';
import { RunSummary } from './RunSummary';
import { texts } from './runTexts';
import { useStartFlow } from './useStartFlow';

export default function RunPage() {
  const { flow, run } = useParams();
  return <RunPageOf key={run} flowName={flow!} executionId={run!} />;
}

function RunPageOf({ flowName, executionId }: { flowName: string; executionId: string }) {
  const t = useTexts(texts);
  const format = useFormats();
  const start = useStartFlow(flowName);
  const flow = useFlow(flowName);
  const { data: run, error, refetch } = useQuery({
    queryKey: keys.run(flowName, executionId),
    queryFn: () => describeRun(flowName, executionId),
    refetchInterval: ({ state: { data } }) => (data && !hasEnded(data.executionStatus) ? 2_000 : false),
  });
  const title = t.title(executionId.slice(0, 8));

  usePage({
    title,
    breadcrumbs: [
      { text: t.flows, href: '#/list' },
      { text: flowName, href: `#/details/${encodeURIComponent(flowName)}` },
    ],
    help: (
      <HelpPanel header={<h2>{t.summary}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpRefused}</p>
        <p>{t.helpRetry}</p>
      </HelpPanel>
    ),
  });

  const isLastGoing = flow.data?.lastRunExecutionDetails?.mostRecentExecutionStatus === 'InProgress';
  const canRetry = run?.executionStatus === 'Error' || run?.executionStatus === 'Canceled';
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={flowName}
          actions={
            canRetry && (
              <Button
                loading={start.isPending}
                disabled={isLastGoing}
                disabledReason={t.running}
                onClick={start.run}
              >
                {t.retry}
              </Button>
            )
          }
        >
          {title}
        </Header>
      }
    >
      {run ? (
        <SpaceBetween size="l">
          <RunFindings run={run} flow={flow.data} />
          {canRetry && (
            <FieldChangesNotice flowName={flowName} editPath={editFieldsPath(flowName)} />
          )}
          <RunSummary run={run} flow={flow.data} />
          {run.recordsRefused > 0 && <RefusedRecordsTable run={run} />}
          <Table
            items={run.filters}
            trackBy="filter"
            wrapLines
            ariaLabels={{ tableLabel: t.filters }}
            header={<Header variant="h2" counter={`(${run.filters.length})`}>{t.filters}</Header>}
            columnDefinitions={[
              { id: 'filter', header: t.filter, cell: ({ filter }) => filter, isRowHeader: true },
              { id: 'records', header: t.tookOut, cell: ({ records }) => format.count(records) },
            ]}
            empty={<EmptyState title={t.noFilters} text={t.noFiltersText} />}
          />
          {flow.data && <RunLog run={run} flow={flow.data} />}
        </SpaceBetween>
      ) : error ? (
        <ErrorAlert error={error} header={t.failed} onRetry={() => void refetch()} />
      ) : (
        <Box textAlign="center" padding="xxl">
          <StatusIndicator type="loading">{t.loading}</StatusIndicator>
        </Box>
      )}
      {start.dialog}
    </ContentLayout>
  );
}
