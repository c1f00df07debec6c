import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { DialogActions } from '../../components/DialogActions';
import { replayRecords, type RefusedRecord } from '../../api/sluice';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useRunWatch } from '../../components/run/useRunWatch';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { blamedRecord, faultOf, MOST_CORRECTED, spread } from './refusedRecords';
import { texts } from './runTexts';

/** Records that failed, to be corrected and sent again in a run of their own. */
export function SendAgainDialog({
  flowName,
  executionId,
  records,
  onSent,
  onDismiss,
}: {
  flowName: string;
  executionId: string;
  records: readonly RefusedRecord[];
  onSent: () => void;
  onDismiss: () => void;
}) {
  const t = useTexts(texts);
  const format = useFormats();
  const watch = useRunWatch();
  const canCorrect = records.length <= MOST_CORRECTED;
  const [corrected, setCorrected] = useState(() => records.map(({ record }) => spread(record)));
  const [isChecked, setChecked] = useState(false);

  const send = useMutation({
    mutationFn: () =>
      replayRecords(
        flowName,
        executionId,
        records.map(({ id, record }, i) => ({ id, record: canCorrect ? corrected[i]! : record })),
      ),
    onSuccess: (run) => {
      watch(flowName, run.executionId);
      onSent();
    },
  });
  const blamed = send.error ? blamedRecord(send.error.message) : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!canCorrect || corrected.every((record) => !faultOf(record))) send.mutate();
  }

  return (
    <Modal
      visible
      size="large"
      header={t.sendTitle}
      onDismiss={onDismiss}
      footer={
        <DialogActions
          cancel={t.cancel}
          onCancel={onDismiss}
          confirm={t.send}
          isBusy={send.isPending}
          form="send-again"
        />
      }
    >
      <form id="send-again" onSubmit={submit}>
        <SpaceBetween size="l">
          <Box>{t.sendText(format.count(records.length))}</Box>
          {!canCorrect && <Alert type="info">{t.tooMany(MOST_CORRECTED)}</Alert>}
          {canCorrect &&
            records.map(({ id, errorMessage }, i) => (
              <FormField
                key={id}
                stretch
                label={t.recordLabel(id)}
                description={errorMessage}
                errorText={
                  isChecked && faultOf(corrected[i]!)
                    ? t.notAnObject
                    : blamed === i && send.error?.message
                }
              >
                <Textarea
                  value={corrected[i]!}
                  rows={Math.min(16, corrected[i]!.split('\n').length + 1)}
                  spellcheck={false}
                  onChange={({ detail }) =>
                    setCorrected(corrected.map((record, at) => (at === i ? detail.value : record)))
                  }
                />
              </FormField>
            ))}
          {send.error && (blamed === undefined || !canCorrect) && <ErrorAlert error={send.error} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
