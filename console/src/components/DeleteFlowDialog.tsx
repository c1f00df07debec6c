import { DeleteFlowCommand } from '@aws-sdk/client-appflow';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useNotifications } from '../app/notifications';
import { appflow } from '../api/clients';
import { keys } from '../api/queries';
import { defineTexts, useTexts } from '../i18n/texts';
import { TypedConfirmation } from './TypedConfirmation';

const texts = defineTexts(
  {
    title: 'Delete flow',
    what: (name: string) =>
      `The flow ${name} and the history of its runs are deleted for good. What it transferred stays where it is.`,
    running: 'The flow is running. The run is canceled first; records that are written already stay.',
    delete: 'Delete',
    deleted: (name: string) => `${name} successfully deleted.`,
  },
  {
    title: 'Delete flow（删除数据流）',
    what: (name: string) => `将永久删除数据流 ${name} 及其运行历史。已传输的数据会保留在原处。`,
    running: '该数据流正在运行。系统会先取消这次运行；已写入的记录会保留。',
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
  const isDeleted = useRef(false);

  // Not before: as long as the flow's page is there, it would ask for the flow again.
  useEffect(
    () => () => {
      if (!isDeleted.current) return;
      queries.removeQueries({ queryKey: keys.flow(flowName) });
      queries.removeQueries({ queryKey: keys.fieldChanges(flowName) });
      queries.removeQueries({ queryKey: keys.runs(flowName) });
      queries.removeQueries({ queryKey: keys.run(flowName) });
    },
    [queries, flowName],
  );

  const remove = useMutation({
    mutationFn: () => appflow().send(new DeleteFlowCommand({ flowName, forceDelete: isRunning })),
    onSuccess: async () => {
      isDeleted.current = true;
      notify({ type: 'success', comesAlong: true, header: t.deleted(flowName) });
      onDeleted();
      await queries.invalidateQueries({ queryKey: keys.flows, exact: true });
    },
  });
  return (
    <TypedConfirmation
      title={t.title}
      name={flowName}
      action={t.delete}
      warning={isRunning && t.running}
      isBusy={remove.isPending}
      error={remove.error ?? undefined}
      onConfirm={() => remove.mutate()}
      onDismiss={onDismiss}
    >
      {t.what(flowName)}
    </TypedConfirmation>
  );
}
