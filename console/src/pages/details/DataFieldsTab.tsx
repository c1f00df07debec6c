import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Alert from '@cloudscape-design/components/alert';
import { useSideFields } from '../../api/sideFields';
import { ErrorText } from '../../components/ErrorText';
import { MappedFieldsTable } from '../../components/flow/MappedFieldsTable';
import { OtherTasksTable } from '../../components/flow/OtherTasksTable';
import { ValidationsTable } from '../../components/flow/ValidationsTable';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import { editFieldsPath } from './editFieldsPath';
import { texts } from './texts';

export function DataFieldsTab({ draft }: { draft: FlowDraft }) {
  const t = useTexts(texts);
  const tags = Object.fromEntries(draft.tags.map(({ key, value }) => [key, value]));
  const source = useSideFields(draft.source, 'source', tags);
  const destination = useSideFields(draft.destination, 'destination');
  const error = source.error ?? destination.error;
  const { mapping, otherTasks } = draft;
  const edit = (
    <Button href={editFieldsPath(draft.flowName)}>{t.editFields}</Button>
  );
  return (
    <SpaceBetween size="l">
      {error && (
        <Alert type="warning" header={t.fieldsFailed}>
          <ErrorText error={error} />
        </Alert>
      )}
      {mapping.method === 'passthrough' && (
        <Alert type="info" action={edit}>{t.passthrough}</Alert>
      )}
      {(mapping.method !== 'passthrough' || mapping.rows.length > 0) && (
        <MappedFieldsTable
          rows={mapping.rows}
          sourceFields={source.data ?? []}
          destinationFields={destination.data ?? []}
          actions={mapping.method === 'passthrough' ? undefined : edit}
        />
      )}
      <ValidationsTable validations={mapping.validations} sourceFields={source.data ?? []} />
      <OtherTasksTable tasks={otherTasks} />
    </SpaceBetween>
  );
}
