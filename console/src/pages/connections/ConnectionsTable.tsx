import type { ConnectorConfiguration, ConnectorProfile } from '@aws-sdk/client-appflow';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useEffect, useMemo } from 'react';
import { returnedTo } from '../../api/oauthChannel';
import { useConnections } from '../../api/queries';
import { nameOfConnector, refOf, takesConnections } from '../../components/connect/connectors';
import { EmptyState } from '../../components/EmptyState';
import { ErrorAlert } from '../../components/ErrorAlert';
import { Time } from '../../components/Time';
import { useSearch } from '../../components/useSearch';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** Where a connection leads to, if it is one that says so. */
export function instanceUrlOf({ connectorProfileProperties }: ConnectorProfile): string | undefined {
  return connectorProfileProperties?.Salesforce?.instanceUrl;
}

type Action = (connection: ConnectorProfile) => void;

interface ConnectionsTableProps {
  /** Nothing: none is chosen yet. */
  connector: ConnectorConfiguration | undefined;
  isTesting: boolean;
  onCreate: () => void;
  onTest: Action;
  onReconnect: Action;
  onDelete: Action;
  onDetails: Action;
}

export function ConnectionsTable(props: ConnectionsTableProps) {
  return props.connector && takesConnections(props.connector) ? (
    <OfConnector {...props} connector={props.connector} />
  ) : (
    <View {...props} />
  );
}

function OfConnector(props: ConnectionsTableProps & { connector: ConnectorConfiguration }) {
  const { connector, onCreate, onReconnect } = props;
  const { data, isPending, isFetching, error, refetch } = useConnections(refOf(connector));

  // Back from the authorization server's page: the dialog that went there goes on.
  useEffect(() => {
    const arrival = returnedTo(nameOfConnector(connector));
    if (!arrival || !data) return;
    const connection = data.find(({ connectorProfileName }) => connectorProfileName === arrival.connection);
    if (connection) onReconnect(connection);
    else onCreate();
  }, [data]);

  return (
    <View
      {...props}
      connections={data}
      isLoading={isPending}
      isFetching={isFetching}
      error={error}
      onRefresh={() => void refetch()}
    />
  );
}

function View({
  connector,
  connections = [],
  isLoading = false,
  isFetching = false,
  error = null,
  isTesting,
  onRefresh,
  onCreate,
  onTest,
  onReconnect,
  onDelete,
  onDetails,
}: ConnectionsTableProps & {
  connections?: ConnectorProfile[];
  isLoading?: boolean;
  isFetching?: boolean;
  error?: unknown;
  onRefresh?: () => void;
}) {
  const t = useTexts(texts);
  const canCreate = connector !== undefined && takesConnections(connector);

  const table = useSearch(connections, {
    find: t.filter,
    textOf: ({ connectorProfileName }) => connectorProfileName!,
    empty: error ? (
      <ErrorAlert error={error} header={t.failed} onRetry={onRefresh} />
    ) : connector && !canCreate ? (
      <EmptyState title={t.none} text={t.noneNeeded} />
    ) : connector ? (
      <EmptyState title={t.none} text={t.noneOfConnector} action={<Button onClick={onCreate}>{t.create}</Button>} />
    ) : (
      <EmptyState title={t.none} text={t.noneYet} />
    ),
    noMatchText: t.noMatchesText,
    pageSize: 25,
    sorting: { defaultState: { sortingColumn: { sortingField: 'connectorProfileName' } } },
    selection: { keepSelection: true, trackBy: 'connectorProfileName' },
  });
  const selected = table.selectedItems?.[0];

  const columns = useMemo<TableProps.ColumnDefinition<ConnectorProfile>[]>(
    () => [
      {
        id: 'name',
        header: t.name,
        isRowHeader: true,
        sortingField: 'connectorProfileName',
        cell: (connection) => (
          <Link
            href={`#/connections`}
            onFollow={(event) => {
              event.preventDefault();
              onDetails(connection);
            }}
          >
            {connection.connectorProfileName}
          </Link>
        ),
      },
      { id: 'mode', header: t.mode, cell: ({ connectionMode }) => connectionMode },
      { id: 'instanceUrl', header: t.instanceUrl, cell: (connection) => instanceUrlOf(connection) ?? '-' },
      {
        id: 'lastUpdated',
        header: t.lastUpdated,
        sortingField: 'lastUpdatedAt',
        cell: ({ lastUpdatedAt }) => <Time at={lastUpdatedAt} />,
      },
    ],
    [t, onDetails],
  );

  const needsSelection = { disabled: !selected, disabledReason: t.chooseConnectionFirst };
  return (
    <Table
      {...table}
      enableKeyboardNavigation
      columnDefinitions={columns}
      loading={isLoading}
      loadingText={t.loading}
      selectionType="single"
      ariaLabels={{
        tableLabel: t.title,
        selectionGroupLabel: t.selection,
        itemSelectionLabel: (_, { connectorProfileName }) => t.select(connectorProfileName!),
      }}
      header={
        <Header
          counter={`(${connections.length})`}
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              {onRefresh && (
                <Button iconName="refresh" ariaLabel={t.refresh} loading={isFetching} onClick={onRefresh} />
              )}
              <Button {...needsSelection} onClick={() => onDelete(selected!)}>
                {t.delete}
              </Button>
              <Button {...needsSelection} onClick={() => onReconnect(selected!)}>
                {t.reconnect}
              </Button>
              <Button {...needsSelection} loading={isTesting} onClick={() => onTest(selected!)}>
                {t.test}
              </Button>
              <Button
                variant="primary"
                disabled={!canCreate}
                disabledReason={connector ? t.noneNeeded : t.chooseConnectorFirst}
                onClick={onCreate}
              >
                {t.create}
              </Button>
            </SpaceBetween>
          }
        >
          {t.title}
        </Header>
      }
    />
  );
}
