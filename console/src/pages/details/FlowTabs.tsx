import Tabs, { type TabsProps } from '@cloudscape-design/components/tabs';
import { useSearchParams } from 'react-router-dom';
import type { useRuns } from '../../api/queries';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import { DataFieldsTab } from './DataFieldsTab';
import { FiltersTab } from './FiltersTab';
import { PartitionTab } from './PartitionTab';
import { PairsTable } from './PairsTable';
import { RunsTable } from './RunsTable';
import { texts } from './texts';

/** Which tab is open stands in the address, so that it can be linked to and survives a reload. */
export function FlowTabs({
  draft,
  runs,
  onRetry,
  isGoing,
}: {
  draft: FlowDraft;
  runs: ReturnType<typeof useRuns>;
  onRetry: () => void;
  isGoing: boolean;
}) {
  const t = useTexts(texts);
  const [params, setParams] = useSearchParams();
  const { source, destination } = draft;
  const pairs = (side: typeof source) =>
    Object.entries(side.customProperties).map(([key, value]) => ({ key, value }));
  const settings = (id: string, label: string, side: typeof source): TabsProps.Tab[] =>
    side.connectorType !== 'CustomConnector'
      ? []
      : [
          {
            id,
            label,
            content: (
              <PairsTable
                title={t.settings}
                keyTitle={t.setting}
                pairs={pairs(side)}
                empty={t.noSettings}
                emptyText={t.noSettingsText}
              />
            ),
          },
        ];

  return (
    <Tabs
      activeTabId={params.get('tab') ?? 'data'}
      onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
      tabs={[
        { id: 'data', label: t.tabData, content: <DataFieldsTab draft={draft} /> },
        ...(destination.connectorType === 'S3'
          ? [{ id: 'partition', label: t.tabPartition, content: <PartitionTab draft={draft} /> }]
          : []),
        { id: 'filters', label: t.tabFilters, content: <FiltersTab draft={draft} /> },
        {
          id: 'tags',
          label: t.tabTags,
          content: (
            <PairsTable title={t.tags} keyTitle={t.key} pairs={draft.tags} empty={t.noTags} />
          ),
        },
        {
          id: 'runs',
          label: t.tabRuns,
          content: (
            <RunsTable flowName={draft.flowName} runs={runs} onRetry={onRetry} isGoing={isGoing} />
          ),
        },
        ...settings('source', t.tabSource, source),
        ...settings('destination', t.tabDestination, destination),
      ]}
    />
  );
}
