import type { ConnectorConfiguration, ConnectorProfile } from '@aws-sdk/client-appflow';
import { CustomConnectDialog } from './CustomConnectDialog';
import { SalesforceConnectDialog } from './SalesforceConnectDialog';

export interface ConnectDialogProps {
  connector: ConnectorConfiguration;
  /** To be connected anew: its name stays, and with it the flows that use it. */
  connection?: ConnectorProfile;
  /** The connection is there, and `useConnections` knows it. */
  onConnected(connectionName: string): void;
  onDismiss(): void;
}

/** "Connect to …": mounted to be open. What was typed is forgotten when it is taken away. */
export function ConnectDialog(props: ConnectDialogProps) {
  return props.connector.connectorType === 'Salesforce' ? (
    <SalesforceConnectDialog {...props} />
  ) : (
    <CustomConnectDialog {...props} />
  );
}
