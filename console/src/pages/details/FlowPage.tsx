import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { usePage } from '../../app/page';
import { useConnections, useFlow, useRuns } from '../../api/queries';
import { DeleteFlowDialog } from '../../components/DeleteFlowDialog';
import { ErrorAlert } from '../../components/ErrorAlert';
import { FieldChangesNotice } from '../../components/fieldChanges/FieldChangesNotice';
import { useRunWatch } from '../../components/run/useRunWatch';
import { useTexts } from '../../i18n/texts';
import { draftOfFlow } from '../create/request';
import { editFieldsPath } from './editFieldsPath';
import { FlowDetails } from './FlowDetails';
import { FlowSummary } from './FlowSummary';
import { FlowTabs } from './FlowTabs';
import { texts } from './texts';
import { useStartFlow } from './useStartFlow';

export default function FlowPage() {
  const flowName = useParams().flow!;
  return <FlowPageOf key={flowName} flowName={flowName} />;
}

function FlowPageOf({ flowName }: { flowName: string }) {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const flow = useFlow(flowName);
  const runs = useRuns(flowName);
  const connections = useConnections();
  const start = useStartFlow(flowName);
  const watch = useRunWatch();
  const [isDeleting, setDeleting] = useState(false);
  const path = encodeURIComponent(flowName);

  usePage({
    title: flowName,
    breadcrumbs: [{ text: t.flows, href: '#/list' }],
    help: (
      <HelpPanel header={<h2>{t.details}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpRun}</p>
        <p>{t.helpHistory}</p>
        <p>{t.helpChange}</p>
      </HelpPanel>
    ),
  });

  // Somebody started it elsewhere, or this tab was reloaded.
  const going = runs.data?.find(
    ({ executionStatus }) => executionStatus === 'InProgress' || executionStatus === 'CancelStarted',
  )?.executionId;
  useEffect(() => {
    if (going) watch(flowName, going);
  }, [going, flowName, watch]);

  const draft = useMemo(() => {
    const labels = new Map(
      connections.data?.map((each) => [each.connectorProfileName, each.connectorLabel]),
    );
    return flow.data && draftOfFlow(flow.data, (connection) => labels.get(connection));
  }, [flow.data, connections.data]);

  const isGoing = going !== undefined || start.isPending;
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            flow.data && (
              <SpaceBetween direction="horizontal" size="xs">
                <ButtonDropdown
                  items={[
                    { id: 'edit', text: t.edit },
                    { id: 'copy', text: t.copy },
                    { id: 'copies', text: t.copies },
                    { id: 'delete', text: t.delete },
                  ]}
                  onItemClick={({ detail }) => {
                    if (detail.id === 'edit') navigate(`/edit/${path}/2`);
                    if (detail.id === 'copy') navigate(`/create/1?copy=${path}`);
                    if (detail.id === 'copies') navigate(`/copies/${path}`);
                    if (detail.id === 'delete') setDeleting(true);
                  }}
                >
                  {t.actions}
                </ButtonDropdown>
                <Button
                  variant="primary"
                  loading={start.isPending}
                  disabled={isGoing}
                  disabledReason={t.isRunning}
                  onClick={start.run}
                >
                  {t.run}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {flowName}
        </Header>
      }
    >
      {flow.data && draft ? (
        <SpaceBetween size="l">
          <FieldChangesNotice flowName={flowName} editPath={editFieldsPath(flowName)} />
          <FlowSummary draft={draft} trigger={flow.data.triggerConfig?.triggerType} />
          <FlowDetails flow={flow.data} draft={draft} />
          <FlowTabs draft={draft} runs={runs} onRetry={start.run} isGoing={isGoing} />
        </SpaceBetween>
      ) : flow.isError ? (
        <ErrorAlert error={flow.error} header={t.failed} onRetry={() => void flow.refetch()} />
      ) : (
        <Box textAlign="center" padding="xxl">
          <StatusIndicator type="loading">{t.loading}</StatusIndicator>
        </Box>
      )}
      {start.dialog}
      {isDeleting && (
        <DeleteFlowDialog
          flowName={flowName}
          isRunning={going !== undefined}
          onDeleted={() => navigate('/list')}
          onDismiss={() => setDeleting(false)}
        />
      )}
    </ContentLayout>
  );
}
