import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';

/** What a dialog ends with: the way out, and its action, which sends `form` or calls `onConfirm`. */
export function DialogActions({
  cancel,
  onCancel,
  confirm,
  form,
  onConfirm,
  isBusy = false,
}: {
  cancel: string;
  onCancel: () => void;
  confirm: string;
  /** The id of the form. */
  form?: string;
  onConfirm?: () => void;
  isBusy?: boolean;
}) {
  return (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" onClick={onCancel}>
          {cancel}
        </Button>
        <Button
          variant="primary"
          form={form}
          onClick={onConfirm}
          loading={isBusy}
        >
          {confirm}
        </Button>
      </SpaceBetween>
    </Box>
  );
}
