import HelpPanel from '@cloudscape-design/components/help-panel';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMemo, useState } from 'react';
import { Navigate, useLocation, useParams, useSearchParams } from 'react-router-dom';
import { usePage } from '../../app/page';
import { useConnections, useConnectors, useFlow } from '../../api/queries';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import { emptyDraft, type FlowDraft } from './draft';
import { loadDraft, saveDraft } from './draftStorage';
import { connectorsFor, idOf, withConnector } from './endpoints';
import { FlowWizard } from './FlowWizard';
import { draftOfFlow } from './request';
import { texts } from './texts';

/** A new flow, a copy of one (`?copy=`), or another version of one that is there. */
export default function CreateFlowPage() {
  const t = useTexts(texts);
  const { flow, step: number = '' } = useParams();
  const step = /^[1-5]$/.test(number) ? Number(number) : 1;
  const [search] = useSearchParams();
  const copied = search.get('copy');
  const source = search.get('source');
  const isFresh = (useLocation().state as { isFresh?: boolean } | null)?.isFresh;
  usePage({
    title: flow === undefined ? t.createFlow : t.editFlow(flow),
    breadcrumbs: [{ text: t.flows, href: '#/list' }],
    contentType: 'wizard',
    help: (
      <HelpPanel header={<h2>{t.helpTitle}</h2>}>
        <dl>
          {t.help.map(([title, text]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
        <p>{t.helpDraft}</p>
      </HelpPanel>
    ),
  });
  if (flow !== undefined) {
    const path = `/edit/${encodeURIComponent(flow)}`;
    return (
      <FlowLoader key={path} flow={flow}>
        {(base) => (
          <FlowWizard
            name={`edit/${flow}`}
            base={base}
            step={step}
            isEdited
            pathTo={(to) => `${path}/${to}`}
            exit={`/details/${encodeURIComponent(flow)}`}
          />
        )}
      </FlowLoader>
    );
  }
  if (copied) {
    const query = `?copy=${encodeURIComponent(copied)}`;
    return (
      <FlowLoader key={query} flow={copied}>
        {(base) => (
          <FlowWizard
            name={`copy/${copied}`}
            base={{ ...base, flowName: `${copied}-copy`.slice(0, 256) }}
            step={step}
            isEdited={false}
            pathTo={(to) => `/create/${to}${query}`}
            exit={`/details/${encodeURIComponent(copied)}`}
          />
        )}
      </FlowLoader>
    );
  }
  if (source) return <ChosenSource source={source} />;
  return (
    <FlowWizard
      key="new"
      name="new"
      base={NOTHING}
      step={step}
      isEdited={false}
      isFresh={isFresh}
      pathTo={(to) => `/create/${to}`}
      exit="/list"
    />
  );
}

const NOTHING = emptyDraft();

/** Begins with a flow as the service has it now. */
function FlowLoader({
  flow,
  children,
}: {
  flow: string;
  children: (base: FlowDraft) => React.ReactNode;
}) {
  const t = useTexts(texts);
  const described = useFlow(flow);
  const connections = useConnections();
  const [openedAt] = useState(() => Date.now());
  const base = useMemo(() => {
    if (!described.data || !connections.data) return undefined;
    const labels = new Map(
      connections.data.map((each) => [each.connectorProfileName, each.connectorLabel]),
    );
    return draftOfFlow(described.data, (connection) => labels.get(connection));
  }, [described.data, connections.data]);
  // What is there stays, with what was typed into it, also where it can't be read again.
  if (base && described.dataUpdatedAt >= openedAt) return children(base);
  const error = described.error ?? connections.error;
  if (error) {
    return (
      <ErrorAlert
        header={t.notLoaded}
        error={error}
        onRetry={() => {
          if (described.isError) void described.refetch();
          if (connections.isError) void connections.refetch();
        }}
      />
    );
  }
  return <StatusIndicator type="loading">{t.loading}</StatusIndicator>;
}

/** Puts a source into the draft, and goes on without it in the address. */
function ChosenSource({ source }: { source: string }) {
  const t = useTexts(texts);
  const connectors = useConnectors();
  const isKept = useMemo(() => loadDraft('new') !== undefined, []);
  if (connectors.isError) {
    return <ErrorAlert error={connectors.error} onRetry={() => void connectors.refetch()} />;
  }
  if (!connectors.data) return <StatusIndicator type="loading">{t.loading}</StatusIndicator>;
  const draft = loadDraft('new') ?? NOTHING;
  const connector = connectorsFor('source', connectors.data).find((each) => idOf(each) === source);
  if (connector && idOf(draft.source) !== source) {
    saveDraft('new', { ...draft, ...withConnector(draft, 'source', connector) });
  }
  return <Navigate to="/create/1" replace state={{ isFresh: !isKept }} />;
}
