import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import Box from '@cloudscape-design/components/box';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { DialogActions } from '../../components/DialogActions';
import { useNotifications } from '../../app/notifications';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { createFunction, FUNCTIONS, updateFunctionCode } from './functions';
import { texts } from './texts';
import { checkUpload, checkZip, emptyUpload } from './upload';
import { UploadFields, ZipField } from './UploadFields';

/** Makes a function, or gives new code to the one there is. */
export function UploadDialog({ existing, onDone }: { existing?: FunctionConfiguration; onDone: () => void }) {
  const t = useTexts(texts);
  const format = useFormats();
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const formId = useId();
  const [upload, setUpload] = useState(emptyUpload);
  const [checks, setChecks] = useState(0);
  const name = existing?.FunctionName ?? upload.functionName;

  const send = useMutation({
    mutationFn: async () => {
      if (existing) await updateFunctionCode(name, upload.file!);
      else await createFunction(upload);
    },
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: FUNCTIONS });
      notify({ type: 'success', header: existing ? t.updated(name) : t.uploaded(name) });
      onDone();
    },
  });

  useEffect(() => {
    if (checks) document.getElementById(formId)?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [checks, formId]);

  function submit() {
    const isWrong = existing ? checkZip(upload.file) : Object.keys(checkUpload(upload)).length > 0;
    setChecks(checks + 1);
    if (!isWrong && !send.isPending) send.mutate();
  }

  return (
    <Modal
      visible
      header={existing ? t.updateTitle(name) : t.uploadTitle}
      closeAriaLabel={t.close}
      onDismiss={({ detail }) => detail.reason !== 'overlay' && onDone()}
      footer={
        <DialogActions
          cancel={t.cancel}
          onCancel={onDone}
          confirm={existing ? t.update : t.upload}
          form={formId}
          isBusy={send.isPending}
        />
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SpaceBetween size="m">
          {send.error && <ErrorAlert error={send.error} header={existing ? t.updateFailed : t.uploadFailed} />}
          {existing ? (
            <>
              <Box>{t.updateText}</Box>
              <ZipField
                file={upload.file}
                isChecked={checks > 0}
                onChange={(file) => setUpload({ ...upload, file })}
              />
            </>
          ) : (
            <UploadFields
              upload={upload}
              isChecked={checks > 0}
              nameError={send.error?.name === 'ResourceConflictException' ? send.error.message : undefined}
              onChange={(changed) => {
                setUpload(changed);
                if (!send.isPending) send.reset();
              }}
            />
          )}
          {send.isPending && upload.file && (
            <StatusIndicator type="in-progress">{t.uploading(format.size(upload.file.size))}</StatusIndicator>
          )}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
