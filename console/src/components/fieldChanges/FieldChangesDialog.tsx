import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FieldChanges } from '../../api/sluice';
import { useTexts } from '../../i18n/texts';
import { FieldChangesTable } from './FieldChangesTable';
import { texts } from './texts';

/** Before a run of a flow that was saved when its fields were others. */
export function FieldChangesDialog({
  changes,
  editPath,
  onRun,
  onDismiss,
}: {
  changes: FieldChanges;
  /** Where the flow is edited. */
  editPath: string;
  onRun: () => void;
  onDismiss: () => void;
}) {
  const t = useTexts(texts);
  return (
    <Modal
      visible
      size="large"
      header={t.usedTitle}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              {t.cancel}
            </Button>
            <Button onClick={onRun}>{t.runAnyway}</Button>
            <Button variant="primary" href={editPath}>
              {t.edit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {changes.message === undefined ? (
          <Box>{t.usedText}</Box>
        ) : (
          <Alert type="warning">{t.wouldFail(changes.message)}</Alert>
        )}
        <FieldChangesTable changes={changes} />
      </SpaceBetween>
    </Modal>
  );
}
