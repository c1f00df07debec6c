import {
  CreateConnectorProfileCommand,
  UpdateConnectorProfileCommand,
  type ConnectorProfile,
  type ConnectorProfileConfig,
} from '@aws-sdk/client-appflow';
import { appflow } from '../../api/clients';
import type { ConnectorRef } from '../../api/queries';

/** Makes a connection, or gives new credentials to the one there is. The service tries them first. */
export async function saveConnection(
  ref: ConnectorRef,
  connection: ConnectorProfile | undefined,
  name: string,
  kmsArn: string | undefined,
  connectorProfileConfig: ConnectorProfileConfig,
): Promise<void> {
  if (connection) {
    const { connectorProfileName, connectionMode } = connection;
    await appflow().send(
      new UpdateConnectorProfileCommand({ connectorProfileName, connectionMode, connectorProfileConfig }),
    );
    return;
  }
  await appflow().send(
    new CreateConnectorProfileCommand({
      ...ref,
      connectorProfileName: name,
      connectionMode: 'Public',
      kmsArn,
      connectorProfileConfig,
    }),
  );
}
