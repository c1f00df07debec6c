import { RegisterConnectorCommand } from '@aws-sdk/client-appflow';
import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import LiveRegion from '@cloudscape-design/components/live-region';
import Link from '@cloudscape-design/components/link';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { DialogActions } from '../../components/DialogActions';
import { useNotifications } from '../../app/notifications';
import { appflow } from '../../api/clients';
import { keys, useConnectors } from '../../api/queries';
import { nameOfConnector } from '../../components/connect/connectors';
import { checkConnectorLabel } from '../../components/connect/names';
import { startingTexts } from '../../components/connect/startingTexts';
import { useIsSlow } from '../../components/connect/useIsSlow';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { createFunction, FUNCTIONS } from '../functions/functions';
import { checkUpload, emptyUpload } from '../functions/upload';
import { UploadFields } from '../functions/UploadFields';
import { FunctionField } from './FunctionField';
import { texts, type GalleryTexts } from './texts';

function textOfLabelProblem(label: string, t: GalleryTexts): string | undefined {
  const problem = checkConnectorLabel(label);
  switch (problem?.kind) {
    case undefined:
      return undefined;
    case 'missing':
      return t.labelMissing;
    case 'short':
      return t.labelShort;
    case 'long':
      return t.labelLong;
    case 'first':
      return t.labelFirst;
    case 'character':
      return t.labelCharacter(problem.character);
  }
}

/** A function and a label make a connector. What was typed is kept as long as it fails. */
export function RegisterDialog({ onDone }: { onDone: () => void }) {
  const t = useTexts(texts);
  const format = useFormats();
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const connectors = useConnectors();
  const formId = useId();
  const [isUpload, setIsUpload] = useState(false);
  const [arn, setArn] = useState<string>();
  const [upload, setUpload] = useState(emptyUpload);
  const [label, setLabel] = useState('');
  const [checks, setChecks] = useState(0);
  const isChecked = checks > 0;

  const uploading = useMutation({ mutationFn: () => createFunction(upload) });
  const registering = useMutation({
    mutationFn: (lambdaArn: string) =>
      appflow().send(
        new RegisterConnectorCommand({
          connectorLabel: label,
          connectorProvisioningType: 'LAMBDA',
          connectorProvisioningConfig: { lambda: { lambdaArn } },
        }),
      ),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: keys.connectors });
      notify({ type: 'success', header: t.successful(label) });
      onDone();
    },
    onError: () => setChecks((count) => count + 1),
  });
  const isBusy = uploading.isPending || registering.isPending;
  const isSlow = useIsSlow(registering.isPending);
  const { starting } = useTexts(startingTexts);
  const error = uploading.error ?? registering.error;
  const isNameTaken = uploading.error?.name === 'ResourceConflictException';

  const isLabelTaken =
    registering.error?.name === 'ConflictException' ||
    connectors.data?.some((connector) => nameOfConnector(connector) === label);
  const labelProblem = textOfLabelProblem(label, t) ?? (isLabelTaken ? t.labelTaken(label) : undefined);
  const labelError = label || isChecked ? labelProblem : undefined;

  useEffect(() => {
    if (checks) document.getElementById(formId)?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [checks, formId]);

  function reset() {
    if (isBusy) return;
    uploading.reset();
    registering.reset();
  }

  async function submit() {
    reset();
    const isWrong = labelProblem || (isUpload ? Object.keys(checkUpload(upload)).length > 0 : !arn);
    if (isWrong) {
      setChecks(checks + 1);
      return;
    }
    if (!isUpload) {
      registering.mutate(arn!);
      return;
    }
    uploading.mutate(undefined, {
      async onSuccess({ FunctionArn }) {
        // What is uploaded is there: if the registration fails, it is not uploaded again.
        await queries.invalidateQueries({ queryKey: FUNCTIONS });
        setArn(FunctionArn);
        setIsUpload(false);
        registering.mutate(FunctionArn!);
      },
      onError: () => setChecks((count) => count + 1),
    });
  }

  return (
    <Modal
      visible
      header={t.registerTitle}
      closeAriaLabel={t.close}
      onDismiss={({ detail }) => detail.reason !== 'overlay' && onDone()}
      footer={
        <DialogActions
          cancel={t.cancel}
          onCancel={onDone}
          confirm={t.register}
          form={formId}
          isBusy={isBusy}
        />
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void submit();
        }}
      >
        <SpaceBetween size="l">
          {error && <ErrorAlert error={error} header={t.registerFailed} />}
          <Alert>
            {t.invokeNote} <Link href="#/functions">{t.toFunctions}</Link>
          </Alert>
          <FormField label={t.provisioning}>
            <Input value="Lambda" readOnly />
          </FormField>
          <FormField label={t.code}>
            <RadioGroup
              value={isUpload ? 'upload' : 'choose'}
              items={[
                { value: 'choose', label: t.choose, description: t.chooseText },
                { value: 'upload', label: t.uploadNow, description: t.uploadNowText },
              ]}
              onChange={({ detail }) => {
                setIsUpload(detail.value === 'upload');
                reset();
              }}
            />
          </FormField>
          {isUpload ? (
            <UploadFields
              upload={upload}
              isChecked={isChecked}
              nameError={isNameTaken ? uploading.error?.message : undefined}
              onChange={(changed) => {
                setUpload(changed);
                reset();
              }}
            />
          ) : (
            <FunctionField
              arn={arn}
              isChecked={isChecked}
              onChange={(chosen) => {
                setArn(chosen);
                reset();
              }}
            />
          )}
          <FormField
            label={t.connectorLabel}
            description={t.connectorLabelHint}
            errorText={labelError}
            constraintText={label && !labelProblem && <StatusIndicator>{t.labelGood}</StatusIndicator>}
          >
            <Input
              value={label}
              placeholder={t.connectorLabel}
              autoComplete={false}
              spellcheck={false}
              ariaRequired
              onChange={({ detail }) => {
                setLabel(detail.value);
                reset();
              }}
            />
          </FormField>
          {uploading.isPending && upload.file && (
            <StatusIndicator type="in-progress">{t.uploading(format.size(upload.file.size))}</StatusIndicator>
          )}
          {registering.isPending && (
            <LiveRegion>
              <StatusIndicator type="in-progress">{isSlow ? starting : t.describing}</StatusIndicator>
            </LiveRegion>
          )}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
