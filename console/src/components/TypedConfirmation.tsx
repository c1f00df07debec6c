import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { DialogActions } from './DialogActions';
import { defineTexts, useTexts } from '../i18n/texts';
import { ErrorAlert } from './ErrorAlert';

const texts = defineTexts(
  {
    confirm: (name: string) => `To confirm, type the name: ${name}`,
    constraint: 'Upper and lower case matter.',
    mismatch: 'This is not the name.',
    cancel: 'Cancel',
    close: 'Close',
  },
  {
    confirm: (name: string) => `请输入名称以确认：${name}`,
    constraint: '区分大小写。',
    mismatch: '与名称不一致。',
    cancel: '取消',
    close: '关闭',
  },
);

/** Asks for the name of what is to be taken away for good, before it is. */
export function TypedConfirmation({
  title,
  name,
  action,
  warning,
  isBusy,
  error,
  onConfirm,
  onDismiss,
  children,
}: {
  title: string;
  name: string;
  /** Of the button: "Delete". */
  action: string;
  /** What it would break. */
  warning?: ReactNode;
  isBusy: boolean;
  error: unknown;
  onConfirm: () => void;
  onDismiss: () => void;
  children: ReactNode;
}) {
  const t = useTexts(texts);
  const formId = useId();
  const [typed, setTyped] = useState('');
  const [checks, setChecks] = useState(0);
  const isWrong = typed !== name;

  useEffect(() => {
    if (checks) document.getElementById(formId)?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [checks, formId]);

  return (
    <Modal
      visible
      header={title}
      closeAriaLabel={t.close}
      onDismiss={onDismiss}
      footer={
        <DialogActions
          cancel={t.cancel}
          onCancel={onDismiss}
          confirm={action}
          isBusy={isBusy}
          form={formId}
        />
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          setChecks(checks + 1);
          if (!isWrong && !isBusy) onConfirm();
        }}
      >
        <SpaceBetween size="m">
          <Box>{children}</Box>
          {warning && <Alert type="warning">{warning}</Alert>}
          <FormField
            label={t.confirm(name)}
            constraintText={t.constraint}
            errorText={checks > 0 && isWrong && t.mismatch}
          >
            <Input
              value={typed}
              onChange={({ detail }) => setTyped(detail.value)}
              autoComplete={false}
              spellcheck={false}
            />
          </FormField>
          {error !== undefined && <ErrorAlert error={error} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
