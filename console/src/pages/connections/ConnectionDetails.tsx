import type { ConnectorProfile } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import Spinner from '@cloudscape-design/components/spinner';
import { refOf, titleOf } from '../../components/connect/connectors';
import { useFlowsOfConnection } from '../../components/connect/usage';
import { ErrorText } from '../../components/ErrorText';
import { Time } from '../../components/Time';
import { useTexts } from '../../i18n/texts';
import { instanceUrlOf } from './ConnectionsTable';
import { FlowLinks } from './FlowLinks';
import { texts } from './texts';

/** All that is known of a connection, but its credentials. */
export function ConnectionDetails({ connection, onDismiss }: { connection: ConnectorProfile; onDismiss: () => void }) {
  const t = useTexts(texts);
  const flows = useFlowsOfConnection(refOf(connection), connection.connectorProfileName!);
  const copyable = (text: string, what: string) => (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={t.copy(what)}
      copySuccessText={t.copied}
      copyErrorText={t.copyFailed}
    />
  );
  const { profileProperties, oAuth2Properties } = connection.connectorProfileProperties?.CustomConnector ?? {};
  const settings = Object.entries(profileProperties ?? {});
  if (oAuth2Properties) settings.push(['tokenUrl', oAuth2Properties.tokenUrl!]);
  return (
    <Modal
      visible
      size="large"
      header={connection.connectorProfileName}
      closeAriaLabel={t.close}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button onClick={onDismiss}>{t.close}</Button>
        </Box>
      }
    >
      <KeyValuePairs
        columns={2}
        items={[
          { label: t.connector, value: titleOf(connection) },
          { label: t.mode, value: connection.connectionMode },
          { label: t.created, value: <Time at={connection.createdAt} /> },
          { label: t.lastUpdated, value: <Time at={connection.lastUpdatedAt} /> },
          { label: t.instanceUrl, value: instanceUrlOf(connection) ?? '-' },
          ...settings.map(([key, value]) => ({ label: `${t.settings}: ${key}`, value })),
          {
            label: t.flows,
            value: flows.error ? (
              <ErrorText error={flows.error} />
            ) : flows.data ? (
              flows.data.length ? <FlowLinks names={flows.data} /> : t.noFlows
            ) : (
              <Spinner />
            ),
          },
          { label: t.arn, value: copyable(connection.connectorProfileArn!, t.arn) },
          {
            label: t.secret,
            value: connection.credentialsArn ? copyable(connection.credentialsArn, t.secret) : t.noSecret,
          },
        ]}
      />
    </Modal>
  );
}
