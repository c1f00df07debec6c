import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import LiveRegion from '@cloudscape-design/components/live-region';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { DialogActions } from '../DialogActions';
import { useTexts } from '../../i18n/texts';
import { ConnectorIcon } from '../ConnectorIcon';
import { ErrorAlert } from '../ErrorAlert';
import { startingTexts } from './startingTexts';
import { texts } from './texts';

/** What every Connect dialog has around its fields. */
export function ConnectFrame({
  title,
  label,
  action,
  isBusy,
  error,
  errorHeader,
  notice,
  isSlow = false,
  checks,
  onSubmit,
  onDismiss,
  children,
}: {
  title: string;
  /** The connector's. */
  label: string;
  action: string;
  isBusy: boolean;
  error: unknown;
  errorHeader: string;
  /** What stands in for an error: that a window is open, was blocked, was closed. */
  notice?: ReactNode;
  /** Whether a function is asked that may have to start first. */
  isSlow?: boolean;
  /** Counts how often the button found something to be corrected: the first of it is focused. */
  checks: number;
  onSubmit: () => void;
  onDismiss: () => void;
  children: ReactNode;
}) {
  const t = useTexts(texts);
  const { starting } = useTexts(startingTexts);
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const [isNoteShown, setNoteShown] = useState(true);

  useEffect(() => {
    if (checks) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [checks]);
  useEffect(() => {
    if (error !== undefined) form.current?.closest('[role="dialog"]')?.scrollIntoView({ block: 'start' });
  }, [error]);

  return (
    <Modal
      visible
      header={
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <ConnectorIcon name={label} size="small" />
          {title}
        </SpaceBetween>
      }
      closeAriaLabel={t.close}
      // A click beside the dialog is too little to throw away what was typed.
      onDismiss={({ detail }) => detail.reason !== 'overlay' && onDismiss()}
      footer={
        <DialogActions
          cancel={t.cancel}
          onCancel={onDismiss}
          confirm={action}
          form={formId}
          isBusy={isBusy}
        />
      }
    >
      <form
        id={formId}
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation(); // The dialog may be inside another form of the page.
          if (!isBusy) onSubmit();
        }}
      >
        <SpaceBetween size="l">
          {error !== undefined && <ErrorAlert error={error} header={errorHeader} />}
          {notice}
          {isNoteShown && (
            <Alert dismissible dismissAriaLabel={t.hide} onDismiss={() => setNoteShown(false)}>
              {t.access(label)}
            </Alert>
          )}
          {children}
          <Box color="text-body-secondary">
            <em>{t.consent(action, label)}</em>
          </Box>
          {isSlow && (
            <LiveRegion>
              <StatusIndicator type="in-progress">{starting}</StatusIndicator>
            </LiveRegion>
          )}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
