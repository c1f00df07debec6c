import type { ConnectorConfiguration, ConnectorType } from '@aws-sdk/client-appflow';
import { nameOf, type ConnectorRef } from '../../api/queries';
import type { Language } from '../../i18n/texts';

export function refOf({ connectorType, connectorLabel }: ConnectorConfiguration): ConnectorRef {
  return connectorType === 'CustomConnector'
    ? { connectorType, connectorLabel }
    : { connectorType: connectorType! };
}

/** What the console calls a connector: its label or, if it is built in, its type. */
export function nameOfConnector(connector: ConnectorConfiguration): string {
  return nameOf(refOf(connector));
}

/** How pages name a connector: as nameOf, but for what AppFlow's console has another name for. */
export function titleOf({ connectorType, connectorLabel }: Partial<ConnectorRef>): string {
  if (connectorType === 'CustomConnector') return connectorLabel ?? '';
  return connectorType === 'S3' ? 'Amazon S3' : (connectorType ?? '');
}

/** Whether somebody registered it, so that it can be taken away again. */
export function isRegistered({ connectorProvisioningType }: ConnectorConfiguration): boolean {
  return connectorProvisioningType !== undefined;
}

/** S3 is reached with the service's own keys: flows name a bucket, not a connection. */
export function takesConnections({ connectorType }: ConnectorConfiguration): boolean {
  return connectorType !== 'S3';
}

/** Those that are built in describe themselves in English. */
const IN_CHINESE: Partial<Record<ConnectorType, string>> = {
  Salesforce: '通过 REST API 读取 Salesforce 组织中的对象。',
  S3: 'S3 或兼容存储中的 CSV、JSON Lines 或 Parquet 文件夹。',
};

/** What it says of itself; nothing where that is no more than its name. */
export function descriptionOf(
  { connectorType, connectorDescription, connectorName }: ConnectorConfiguration,
  language: Language,
): string | undefined {
  const own = connectorDescription === connectorName ? undefined : connectorDescription;
  return language === 'zh' ? (IN_CHINESE[connectorType!] ?? own) : own;
}
