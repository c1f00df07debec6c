import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useState } from 'react';
import { useFieldChanges } from '../../api/queries';
import type { FieldChanges } from '../../api/sluice';
import { useTexts } from '../../i18n/texts';
import { calmChanges, changedFields, needsDecision, type CalmChanges } from './fieldChanges';
import { FieldChangesTable } from './FieldChangesTable';
import { NotCompared } from './NotCompared';
import { texts } from './texts';

const CALM = ['newInSource', 'takenAlong', 'newInDestination', 'unused'] as const satisfies readonly (keyof CalmChanges)[];

/** Says what has become of a flow's fields since it was saved; nothing where they are the same. */
export function FieldChangesNotice({ flowName, editPath }: { flowName: string; editPath: string }) {
  const compared = useFieldChanges(flowName);
  if (compared.isError) {
    return <NotCompared error={compared.error} onRetry={() => void compared.refetch()} />;
  }
  return compared.data ? <Changes changes={compared.data} editPath={editPath} /> : null;
}

function Changes({ changes, editPath }: { changes: FieldChanges; editPath: string }) {
  const t = useTexts(texts);
  const [dismissed, setDismissed] = useState<FieldChanges>();
  const isGrave = needsDecision(changes);
  const hasChanges = changedFields(changes).length > 0;
  if ((!isGrave && !hasChanges) || dismissed === changes) return null;
  const counts = calmChanges(changes);
  return (
    <Alert
      type={isGrave ? 'warning' : 'info'}
      header={isGrave ? t.usedTitle : undefined}
      action={<Button href={editPath}>{t.edit}</Button>}
      dismissible={!isGrave}
      onDismiss={() => setDismissed(changes)}
    >
      {isGrave
        ? changes.message === undefined
          ? t.usedText
          : t.wouldFail(changes.message)
        : CALM.flatMap((kind) => (counts[kind] > 0 ? t[kind](counts[kind]) : [])).join(' ')}
      {hasChanges && (
        <ExpandableSection headerText={t.what}>
          <FieldChangesTable changes={changes} />
        </ExpandableSection>
      )}
    </Alert>
  );
}
