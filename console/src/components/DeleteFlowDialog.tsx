import { DeleteFlowCommand } from '@aws-sdk/client-appflow';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useNotifications } from '../app/notifications';
import { appflow } from '../api/clients';
import { keys } from '../api/queries';
import { defineTexts, useTexts } from '../i18n/texts';
import { ErrorAlert } from './ErrorAlert';

const texts = defineTexts(
  {
    title: 'Delete flow',
    what: (name: string) =>
      `The flow ${name} and the history of its runs are deleted for good. What it transferred stays where it is.`,
    running: 'The flow is running. The run is canceled first; records that are written already stay.',
    confirm: (name: string) => `To confirm, type the flow's name: ${name}`,
    constraint: 'Upper and lower case matter.',
    mismatch: 'This is not the name of the flow.',
    cancel: 'Cancel',
    delete: 'Delete',
    deleted: (name: string) => `${name} successfully deleted.`,
  },
  {
    title: '删除数据流',
    what: (name: string) => `将永久删除数据流 ${name} 及其运行历史。已传输的数据会保留在原处。`,
    running: '该数据流正在运行。系统会先取消这次运行；已写入的记录会保留。',
    confirm: (name: string) => `请输入数据流名称以确认：${name}`,
    constraint: '区分大小写。',
    mismatch: '与数据流名称不一致。',
    cancel: '取消',
    delete: 'Delete（删除）',
    deleted: (name: string) => `${name} 已删除。`,
  },
);

/** Asks for the flow's name before it deletes the flow. */
export function DeleteFlowDialog({
  flowName,
  isRunning,
  onDeleted,
  onDismiss,
}: {
  flowName: string;
  isRunning: boolean;
  onDeleted: () => void;
  onDismiss: () => void;
}) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const [typed, setTyped] = useState('');
  const [isChecked, setChecked] = useState(false);
  const remove = useMutation({
    mutationFn: () => appflow().send(new DeleteFlowCommand({ flowName, forceDelete: isRunning })),
    onSuccess: async () => {
      notify({ type: 'success', header: t.deleted(flowName) });
      onDeleted();
      queries.removeQueries({ queryKey: keys.flow(flowName) });
      queries.removeQueries({ queryKey: keys.runs(flowName) });
      await queries.invalidateQueries({ queryKey: keys.flows, exact: true });
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (typed === flowName) remove.mutate();
  }

  return (
    <Modal
      visible
      header={t.title}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>{t.cancel}</Button>
            <Button
              variant="primary"
              loading={remove.isPending}
              form="delete-flow"
              formAction="submit"
            >
              {t.delete}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id="delete-flow" onSubmit={submit}>
        <SpaceBetween size="m">
          <span>{t.what(flowName)}</span>
          {isRunning && <Alert type="warning">{t.running}</Alert>}
          <FormField
            label={t.confirm(flowName)}
            constraintText={t.constraint}
            errorText={isChecked && typed !== flowName && t.mismatch}
          >
            <Input
              value={typed}
              onChange={({ detail }) => setTyped(detail.value)}
              placeholder={flowName}
              autoComplete={false}
              spellcheck={false}
            />
          </FormField>
          {remove.isError && <ErrorAlert error={remove.error} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
