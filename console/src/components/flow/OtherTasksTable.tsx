import type { Task } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** Tasks that have no form, as the API has them; nothing where there are none. */
export function OtherTasksTable({
  tasks,
  actionOf,
}: {
  tasks: Task[];
  /** What can be done with the task at that index. */
  actionOf?: (index: number) => ReactNode;
}) {
  const t = useTexts(texts);
  if (tasks.length === 0) return null;
  return (
    <Table
      items={tasks.map((task, index) => ({ task, index }))}
      variant="container"
      wrapLines
      ariaLabels={{ tableLabel: t.otherTasks }}
      header={
        <Header variant="h2" counter={`(${tasks.length})`} description={t.otherTasksText}>
          {t.otherTasks}
        </Header>
      }
      columnDefinitions={[
        {
          id: 'type',
          header: t.taskType,
          minWidth: 120,
          cell: ({ task }) => task.taskType,
          isRowHeader: true,
        },
        {
          id: 'task',
          header: t.task,
          minWidth: 240,
          cell: ({ task: { taskType: _, ...rest } }) => (
            <Box variant="code">{JSON.stringify(rest)}</Box>
          ),
        },
        ...(actionOf
          ? [
              {
                id: 'action',
                header: t.action,
                minWidth: 120,
                cell: ({ index }: { task: Task; index: number }) => actionOf(index),
              },
            ]
          : []),
      ]}
    />
  );
}
