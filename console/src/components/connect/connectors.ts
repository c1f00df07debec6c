import type { ConnectorConfiguration } from '@aws-sdk/client-appflow';
import { nameOf, type ConnectorRef } from '../../api/queries';

export function refOf({ connectorType, connectorLabel }: ConnectorConfiguration): ConnectorRef {
  return connectorType === 'CustomConnector'
    ? { connectorType, connectorLabel }
    : { connectorType: connectorType! };
}

/** What the console calls a connector: its label or, if it is built in, its type. */
export function nameOfConnector(connector: ConnectorConfiguration): string {
  return nameOf(refOf(connector));
}

/** Whether somebody registered it, so that it can be taken away again. */
export function isRegistered({ connectorProvisioningType }: ConnectorConfiguration): boolean {
  return connectorProvisioningType !== undefined;
}

/** S3 is reached with the service's own keys: flows name a bucket, not a connection. */
export function takesConnections({ connectorType }: ConnectorConfiguration): boolean {
  return connectorType !== 'S3';
}

/** What it says of itself; nothing where that is no more than its name. */
export function descriptionOf({ connectorDescription, connectorName }: ConnectorConfiguration): string | undefined {
  return connectorDescription === connectorName ? undefined : connectorDescription;
}
