import HelpPanel from '@cloudscape-design/components/help-panel';
import { useDeferredValue, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { usePage } from '../../app/page';
import { useFlowList } from '../../api/queries';
import { useTexts } from '../../i18n/texts';
import { rowOf } from './flowRows';
import { FlowsTable } from './FlowsTable';
import { texts } from './texts';

export default function FlowsPage() {
  const t = useTexts(texts);
  const [address] = useSearchParams();
  const { data, isFetching, error, refetch } = useFlowList();
  // More flows arrive while the reader is typing: the typing goes first.
  const list = useDeferredValue(data);
  const rows = useMemo(() => list?.flows.map(rowOf), [list]);

  usePage({
    title: t.title,
    contentType: 'table',
    help: (
      <HelpPanel header={<h2>{t.title}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpFind}</p>
        <p>{t.helpActions}</p>
      </HelpPanel>
    ),
  });

  return (
    <FlowsTable
      key={address.get('find')}
      find={address.get('find') ?? ''}
      rows={rows}
      hasMore={isFetching && (list?.hasMore ?? true)}
      isFetching={isFetching}
      error={error}
      refresh={refetch}
    />
  );
}
