import { ListConnectorEntitiesCommand, type ConnectorConfiguration, type ConnectorProfile } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useNotifications } from '../../app/notifications';
import { usePage } from '../../app/page';
import { appflow } from '../../api/clients';
import { useConnectors } from '../../api/queries';
import { Combobox } from '../../components/Combobox';
import { ConnectDialog } from '../../components/connect/ConnectDialog';
import { descriptionOf, nameOfConnector, titleOf } from '../../components/connect/connectors';
import { ErrorAlert } from '../../components/ErrorAlert';
import { ErrorText } from '../../components/ErrorText';
import { useLanguage, useTexts } from '../../i18n/texts';
import { ConnectionDetails } from './ConnectionDetails';
import { ConnectionsTable } from './ConnectionsTable';
import { DeleteConnectionDialog } from './DeleteConnectionDialog';
import { texts } from './texts';

type Open =
  | { dialog: 'create' }
  | { dialog: 'reconnect' | 'delete' | 'details'; connection: ConnectorProfile };

/** Asks the other side for its objects, as a flow would. */
async function countObjects(connector: ConnectorConfiguration, connection: ConnectorProfile): Promise<number> {
  let count = 0;
  let nextToken: string | undefined;
  do {
    const answer = await appflow().send(
      new ListConnectorEntitiesCommand({
        connectorType: connection.connectorType,
        connectorProfileName: connection.connectorProfileName,
        apiVersion: connector.connectorType === 'CustomConnector' ? connector.supportedApiVersions?.[0] : undefined,
        nextToken,
      }),
    );
    count += Object.values(answer.connectorEntityMap ?? {}).flat().length;
    nextToken = answer.nextToken;
  } while (nextToken);
  return count;
}

export default function ConnectionsPage() {
  const t = useTexts(texts);
  const language = useLanguage();
  const { notify } = useNotifications();
  const [query, setQuery] = useSearchParams();
  const connectors = useConnectors();
  const name = query.get('connector');
  const connector = connectors.data?.find((each) => nameOfConnector(each) === name);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);

  usePage({
    title: t.title,
    help: (
      <HelpPanel header={<h2>{t.title}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpTest}</p>
        <p>{t.helpReconnect}</p>
      </HelpPanel>
    ),
  });

  const test = useMutation({
    mutationFn: (connection: ConnectorProfile) => countObjects(connector!, connection),
    onMutate({ connectorProfileName }) {
      notify({ type: 'in-progress', loading: true, id: `test ${connectorProfileName}`, header: t.testing(connectorProfileName!) });
    },
    onSuccess(count, { connectorProfileName }) {
      const id = `test ${connectorProfileName}`;
      if (count) notify({ type: 'success', id, header: t.works(connectorProfileName!, count) });
      else notify({ type: 'warning', id, header: t.worksEmpty(connectorProfileName!) });
    },
    onError(error, { connectorProfileName }) {
      notify({
        type: 'error',
        id: `test ${connectorProfileName}`,
        header: t.testFailed(connectorProfileName!),
        content: <ErrorText error={error} />,
      });
    },
  });

  return (
    <ContentLayout header={<Header variant="h1">{t.title}</Header>}>
      <SpaceBetween size="l">
        {connectors.isError && (
          <ErrorAlert
            error={connectors.error}
            header={t.connectorsFailed}
            onRetry={() => void connectors.refetch()}
          />
        )}
        <Container
          header={
            <Header variant="h2" description={t.manageText}>
              {t.manage}
            </Header>
          }
        >
          <FormField label={t.connectors}>
            <Combobox
              selectedOption={connector ? { value: name!, label: titleOf(connector) } : null}
              placeholder={t.chooseConnector}
              filteringType="auto"
              options={connectors.data?.map((each) => ({
                value: nameOfConnector(each),
                label: titleOf(each),
                description: descriptionOf(each, language),
              }))}
              statusType={connectors.isPending ? 'loading' : 'finished'}
              loadingText={t.loadingConnectors}
              empty={t.noConnectors}
              noMatch={<Box textAlign="center">{t.noMatches}</Box>}
              onChange={({ detail }) => setQuery({ connector: detail.selectedOption.value! })}
            />
          </FormField>
        </Container>
        <ConnectionsTable
          key={name}
          connector={connector}
          isTesting={test.isPending}
          onCreate={() => setOpen({ dialog: 'create' })}
          onTest={(connection) => test.mutate(connection)}
          onReconnect={(connection) => setOpen({ dialog: 'reconnect', connection })}
          onDelete={(connection) => setOpen({ dialog: 'delete', connection })}
          onDetails={(connection) => setOpen({ dialog: 'details', connection })}
        />
      </SpaceBetween>
      {connector && (open?.dialog === 'create' || open?.dialog === 'reconnect') && (
        <ConnectDialog
          connector={connector}
          connection={open.dialog === 'reconnect' ? open.connection : undefined}
          onConnected={(connected) => {
            close();
            notify({
              type: 'success',
              header: open.dialog === 'reconnect' ? t.reconnected(connected) : t.connected(connected),
            });
          }}
          onDismiss={close}
        />
      )}
      {open?.dialog === 'delete' && <DeleteConnectionDialog connection={open.connection} onDone={close} />}
      {open?.dialog === 'details' && <ConnectionDetails connection={open.connection} onDismiss={close} />}
    </ContentLayout>
  );
}
