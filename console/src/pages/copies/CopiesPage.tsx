import HelpPanel from '@cloudscape-design/components/help-panel';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMemo } from 'react';
import { useParams } from 'react-router-dom';
import { usePage } from '../../app/page';
import { useConnections, useConnectors, useFlow } from '../../api/queries';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import { idOf, settingsFor } from '../create/endpoints';
import { draftOfFlow } from '../create/request';
import { loadChoices } from './choices';
import { Copies } from './Copies';
import { objectNameOf } from './copy';
import { texts } from './texts';
import { useLevelsTo } from './useSourceLevels';

/** Many flows after the pattern of one, each of an object of its own. */
export default function CopiesPage() {
  const flowName = useParams().flow!;
  const t = useTexts(texts);
  usePage({
    title: t.crumb,
    breadcrumbs: [
      { text: t.flows, href: '#/list' },
      { text: flowName, href: `#/details/${encodeURIComponent(flowName)}` },
    ],
    help: (
      <HelpPanel header={<h2>{t.crumb}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpPick}</p>
        <p>{t.helpNames}</p>
        <p>{t.helpFields}</p>
        <p>{t.helpSafe}</p>
      </HelpPanel>
    ),
  });
  return <CopiesOf key={flowName} flowName={flowName} />;
}

function CopiesOf({ flowName }: { flowName: string }) {
  const t = useTexts(texts);
  const flow = useFlow(flowName);
  const connections = useConnections();
  const connectors = useConnectors();
  const template = useMemo(() => {
    if (!flow.data || !connections.data) return undefined;
    const labels = new Map(
      connections.data.map((each) => [each.connectorProfileName, each.connectorLabel]),
    );
    return draftOfFlow(flow.data, (connection) => labels.get(connection));
  }, [flow.data, connections.data]);
  const error = flow.error ?? connections.error ?? connectors.error;
  if (error) {
    return (
      <ErrorAlert
        header={t.failed}
        error={error}
        onRetry={() => {
          for (const query of [flow, connections, connectors]) {
            if (query.isError) void query.refetch();
          }
        }}
      />
    );
  }
  if (!template || !connectors.data) return <StatusIndicator type="loading">{t.loading}</StatusIndicator>;
  const connector = connectors.data.find((each) => idOf(each) === idOf(template.destination));
  const canCreateTables =
    connector !== undefined &&
    settingsFor('destination', connector).some(({ key }) => key === 'createTable');
  return <Placed template={template} canCreateTables={canCreateTables} />;
}

/** Begins where the flow's own object is. */
function Placed(of: Pick<Parameters<typeof Copies>[0], 'template' | 'canCreateTables'>) {
  const t = useTexts(texts);
  const { source, flowName } = of.template;
  const kept = useMemo(() => loadChoices(flowName), [flowName]);
  const levels = useLevelsTo(source, objectNameOf(source), kept === undefined);
  if (levels.isError) {
    return (
      <ErrorAlert
        header={t.levelsFailed}
        error={levels.error}
        onRetry={() => void levels.refetch()}
      />
    );
  }
  if (!kept && !levels.data) {
    return <StatusIndicator type="loading">{t.loadingObjects}</StatusIndicator>;
  }
  return <Copies {...of} kept={kept} levels={levels.data ?? []} />;
}
