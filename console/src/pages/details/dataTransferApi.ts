import type { ConnectorConfiguration, SourceFlowConfig } from '@aws-sdk/client-appflow';

const SETTING = 'dataTransferApi';
const AUTOMATIC = 'AUTOMATIC';

/**
 * Which of its APIs Salesforce is read through: the one that the flow names, or, left to the
 * connector, the only one that it has. Nothing where neither says it, and for other sources.
 */
export function dataTransferApiOf(
  source: SourceFlowConfig | undefined,
  connector: ConnectorConfiguration | undefined,
): { api: string; isAutomatic: boolean } | undefined {
  const properties = source?.sourceConnectorProperties?.Salesforce;
  const setting = connector?.connectorRuntimeSettings?.find(({ key }) => key === SETTING);
  if (!properties || !setting) return undefined;
  const apis = (setting.connectorSuppliedValueOptions ?? []).filter((each) => each !== AUTOMATIC);
  const named = properties.dataTransferApi ?? AUTOMATIC;
  if (named !== AUTOMATIC) return apis.includes(named) ? { api: named, isAutomatic: false } : undefined;
  return apis.length === 1 ? { api: apis[0], isAutomatic: true } : undefined;
}
