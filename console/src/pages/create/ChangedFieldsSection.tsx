import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useFieldChanges } from '../../api/queries';
import { changedFields } from '../../components/fieldChanges/fieldChanges';
import { FieldChangesTable } from '../../components/fieldChanges/FieldChangesTable';
import { NotCompared } from '../../components/fieldChanges/NotCompared';
import { texts } from '../../components/fieldChanges/texts';
import { useTexts } from '../../i18n/texts';

/** What has become of the fields since the flow that is edited was saved. */
export function ChangedFieldsSection({ flowName }: { flowName: string }) {
  const t = useTexts(texts);
  const compared = useFieldChanges(flowName);
  if (compared.isError) {
    return <NotCompared error={compared.error} onRetry={() => void compared.refetch()} />;
  }
  if (!compared.data) return null;
  const count = changedFields(compared.data).length;
  if (count === 0) return null;
  return (
    <ExpandableSection
      variant="container"
      headerText={t.title}
      headerCounter={`(${count})`}
      headingTagOverride="h2"
      defaultExpanded
    >
      <FieldChangesTable changes={compared.data} />
    </ExpandableSection>
  );
}
