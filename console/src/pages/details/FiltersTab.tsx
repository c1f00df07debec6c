import Button from '@cloudscape-design/components/button';
import { useSideFields } from '../../api/sideFields';
import { FiltersTable } from '../../components/flow/FiltersTable';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import { texts } from './texts';

export function FiltersTab({ draft }: { draft: FlowDraft }) {
  const t = useTexts(texts);
  const tags = Object.fromEntries(draft.tags.map(({ key, value }) => [key, value]));
  const fields = useSideFields(draft.source, 'source', tags);
  return (
    <FiltersTable
      filters={draft.filters}
      sourceFields={fields.data ?? []}
      actions={
        <Button href={`#/edit/${encodeURIComponent(draft.flowName)}/4`}>{t.editFilters}</Button>
      }
    />
  );
}
