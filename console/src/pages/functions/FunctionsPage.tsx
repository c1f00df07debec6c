import { DeleteFunctionCommand, type FunctionConfiguration } from '@aws-sdk/client-lambda';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Fragment, useMemo, useState } from 'react';
import { useNotifications } from '../../app/notifications';
import { usePage } from '../../app/page';
import { lambda } from '../../api/clients';
import { useConnectors } from '../../api/queries';
import { EmptyState } from '../../components/EmptyState';
import { ErrorAlert } from '../../components/ErrorAlert';
import { Time } from '../../components/Time';
import { TypedConfirmation } from '../../components/TypedConfirmation';
import { useSearch } from '../../components/useSearch';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { FUNCTIONS, useFunctions } from './functions';
import { texts } from './texts';
import { UploadDialog } from './UploadDialog';

const NONE: FunctionConfiguration[] = [];

type Open = 'upload' | 'update' | 'delete';

export default function FunctionsPage() {
  const t = useTexts(texts);
  const format = useFormats();
  const functions = useFunctions();
  const connectors = useConnectors();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);

  usePage({
    title: t.title,
    contentType: 'table',
    help: (
      <HelpPanel header={<h2>{t.title}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpNext}</p>
        <p>{t.helpLogs}</p>
      </HelpPanel>
    ),
  });

  const labelsByArn = useMemo(() => {
    const labels = new Map<string, string[]>();
    for (const { connectorLabel, connectorProvisioningConfig } of connectors.data ?? []) {
      const arn = connectorProvisioningConfig?.lambda?.lambdaArn;
      if (arn && connectorLabel) labels.set(arn, [...(labels.get(arn) ?? []), connectorLabel]);
    }
    return labels;
  }, [connectors.data]);
  const labelsOf = ({ FunctionArn }: FunctionConfiguration) => labelsByArn.get(FunctionArn!) ?? [];

  const table = useSearch(functions.data ?? NONE, {
    find: t.filter,
    textOf: ({ FunctionName, Runtime }) => `${FunctionName} ${Runtime ?? ''}`,
    empty: functions.error ? (
      <ErrorAlert error={functions.error} header={t.failed} onRetry={() => void functions.refetch()} />
    ) : (
      <EmptyState title={t.none} text={t.noneText} action={<Button onClick={() => setOpen('upload')}>{t.upload}</Button>} />
    ),
    noMatchText: t.noMatchesText,
    pageSize: 25,
    sorting: { defaultState: { sortingColumn: { sortingField: 'FunctionName' } } },
    selection: { keepSelection: true, trackBy: 'FunctionName' },
  });
  const selected = table.selectedItems?.[0];

  const columns: TableProps.ColumnDefinition<FunctionConfiguration>[] = [
    {
      id: 'name',
      header: t.name,
      isRowHeader: true,
      sortingField: 'FunctionName',
      cell: ({ FunctionName }) => FunctionName,
    },
    { id: 'runtime', header: t.runtimeColumn, sortingField: 'Runtime', cell: ({ Runtime }) => Runtime },
    {
      id: 'size',
      header: t.size,
      sortingField: 'CodeSize',
      cell: ({ CodeSize }) => format.size(CodeSize ?? 0),
    },
    {
      id: 'modified',
      header: t.modified,
      sortingField: 'LastModified',
      cell: ({ LastModified }) => <Time at={LastModified ? new Date(LastModified) : undefined} />,
    },
    {
      id: 'state',
      header: t.state,
      cell: ({ State }) =>
        State === 'Active' ? (
          <StatusIndicator>{t.active}</StatusIndicator>
        ) : (
          <StatusIndicator type="warning">{State}</StatusIndicator>
        ),
    },
    {
      id: 'connectors',
      header: t.connectors,
      cell: (each) =>
        labelsOf(each).length
          ? labelsOf(each).map((label, index) => (
              <Fragment key={label}>
                {index > 0 && ', '}
                <Link href={`#/connectors/${encodeURIComponent(label)}`}>{label}</Link>
              </Fragment>
            ))
          : '-',
    },
    {
      id: 'logs',
      header: t.logs,
      cell: ({ FunctionName }) => (
        <Link
          href={`#/logs?group=${encodeURIComponent(`/aws/lambda/${FunctionName}`)}`}
          ariaLabel={t.logsOf(FunctionName!)}
        >
          {t.viewLogs}
        </Link>
      ),
    },
  ];

  const needsSelection = { disabled: !selected, disabledReason: t.chooseFirst };
  return (
    <>
      <Table
        {...table}
        variant="full-page"
        enableKeyboardNavigation
        columnDefinitions={columns}
        loading={functions.isPending}
        loadingText={t.loading}
        selectionType="single"
        ariaLabels={{
          tableLabel: t.title,
          selectionGroupLabel: t.selection,
          itemSelectionLabel: (_, { FunctionName }) => t.select(FunctionName!),
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={functions.data && `(${functions.data.length})`}
            actions={
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  iconName="refresh"
                  ariaLabel={t.refresh}
                  loading={functions.isFetching}
                  onClick={() => void functions.refetch()}
                />
                <Button {...needsSelection} onClick={() => setOpen('delete')}>
                  {t.delete}
                </Button>
                <Button {...needsSelection} onClick={() => setOpen('update')}>
                  {t.update}
                </Button>
                <Button variant="primary" onClick={() => setOpen('upload')}>
                  {t.upload}
                </Button>
              </SpaceBetween>
            }
          >
            {t.title}
          </Header>
        }
      />
      {open === 'upload' && <UploadDialog onDone={close} />}
      {open === 'update' && selected && <UploadDialog existing={selected} onDone={close} />}
      {open === 'delete' && selected && (
        <DeleteFunctionDialog name={selected.FunctionName!} labels={labelsOf(selected)} onDone={close} />
      )}
    </>
  );
}

function DeleteFunctionDialog({ name, labels, onDone }: { name: string; labels: string[]; onDone: () => void }) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const remove = useMutation({
    mutationFn: async () => (await lambda()).send(new DeleteFunctionCommand({ FunctionName: name })),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: FUNCTIONS });
      notify({ type: 'success', header: t.deleted(name) });
      onDone();
    },
  });
  return (
    <TypedConfirmation
      title={t.deleteTitle}
      name={name}
      action={t.delete}
      warning={labels.length ? t.deleteUsed(labels.join(', ')) : undefined}
      isBusy={remove.isPending}
      error={remove.error ?? undefined}
      onConfirm={() => remove.mutate()}
      onDismiss={onDone}
    >
      {t.deleteText(name)}
    </TypedConfirmation>
  );
}
