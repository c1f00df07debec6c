import type {
  ConnectorConfiguration,
  ConnectorEntity,
  S3InputFormatConfig,
  S3OutputFormatConfig,
} from '@aws-sdk/client-appflow';
import { titleOf } from '../../components/connect/connectors';
import { checkValue, settingControl, type Control } from '../../components/connect/credentialForm';
import { emptyDraft, type FlowDraft, type SideDraft } from './draft';

export type Role = 'source' | 'destination';

/** Names a connector among all of them, as the console's addresses do. */
export function idOf({
  connectorType,
  connectorLabel,
}: Pick<ConnectorConfiguration, 'connectorType' | 'connectorLabel'>): string {
  return (connectorType === 'CustomConnector' ? connectorLabel : connectorType) ?? '';
}

export function connectorsFor(role: Role, connectors: ConnectorConfiguration[]) {
  return connectors
    .filter((each) => (role === 'source' ? each.canUseAsSource : each.canUseAsDestination))
    .sort((a, b) => titleOf(a).localeCompare(titleOf(b)));
}

/** What a flow can set for this side. Built-in connectors have members of their own for that. */
export function settingsFor(
  role: Role,
  { connectorType, connectorRuntimeSettings }: ConnectorConfiguration,
): Control[] {
  if (connectorType !== 'CustomConnector') return [];
  const scopes = [role.toUpperCase(), 'SOURCE_AND_DESTINATION'];
  return (connectorRuntimeSettings ?? [])
    .filter(({ scope }) => scopes.includes(scope ?? ''))
    .map(settingControl);
}

/** A side that has another connector, and all that was said of the one before is gone. */
export function withConnector(draft: FlowDraft, role: Role, connector: ConnectorConfiguration) {
  const side: SideDraft = {
    ...emptyDraft()[role],
    connectorType: connector.connectorType,
    ...(connector.connectorType === 'CustomConnector'
      ? {
          connectorLabel: connector.connectorLabel,
          apiVersion: connector.supportedApiVersions?.[0],
        }
      : {}),
  };
  return { ...withoutMapping(draft, role), ...withoutOriginal(draft, role), [role]: side };
}

/** A side with another object: what was said of the fields of the one before means nothing now. */
export function withObject(draft: FlowDraft, role: Role, object: ConnectorEntity) {
  const side: SideDraft = { ...draft[role], object: object.name, objectLabel: object.label };
  return { ...withoutMapping(draft, role), [role]: side };
}

function withoutMapping({ mapping }: FlowDraft, role: Role): Partial<FlowDraft> {
  const { rows, validations, idFields, writeOperation, ...others } = emptyDraft().mapping;
  return role === 'source'
    ? { mapping: { ...mapping, rows, validations }, filters: [], otherTasks: [] }
    : { mapping: { ...others, validations: mapping.validations, rows, idFields, writeOperation } };
}

/** Tasks and settings of a copied flow don't suit another connector. */
function withoutOriginal({ original }: FlowDraft, role: Role): Partial<FlowDraft> {
  if (!original) return {};
  const { tasks: _, ...others } = original;
  const member = role === 'source' ? 'sourceFlowConfig' : 'destinationFlowConfigList';
  return { original: { ...others, [member]: undefined } };
}

/** An object that the connection has not (any more). */
export function isGone({ object }: SideDraft, objects: ConnectorEntity[] | undefined): boolean {
  return object !== undefined && objects?.every(({ name }) => name !== object) === true;
}

export type SideFault =
  | 'NoConnector'
  | 'NoConnection'
  | 'NoApiVersion'
  | 'NoObject'
  | 'ObjectGone'
  | 'NoBucket'
  | 'BucketName'
  | 'Setting';

/** What stands in the way of the next step, by the control it belongs to, in the page's order. */
export function sideFaults(
  role: Role,
  side: SideDraft,
  connector: ConnectorConfiguration | undefined,
  objects: ConnectorEntity[] | undefined,
): { control: string; fault: SideFault }[] {
  if (!side.connectorType) return [{ control: `${role}-connector`, fault: 'NoConnector' }];
  if (side.connectorType === 'S3') {
    const fault = bucketFault(side.bucketName);
    return fault ? [{ control: `${role}-bucket`, fault }] : [];
  }
  if (!side.connectorProfileName) return [{ control: `${role}-connection`, fault: 'NoConnection' }];
  const faults: ReturnType<typeof sideFaults> = [];
  if (side.connectorType === 'CustomConnector' && !side.apiVersion) {
    faults.push({ control: `${role}-api-version`, fault: 'NoApiVersion' });
  }
  if (!side.object) faults.push({ control: `${role}-object`, fault: 'NoObject' });
  else if (isGone(side, objects)) faults.push({ control: `${role}-object`, fault: 'ObjectGone' });
  for (const setting of connector ? settingsFor(role, connector) : []) {
    if (checkValue(setting, side.customProperties[setting.key] ?? '')) {
      faults.push({ control: settingId(role, setting), fault: 'Setting' });
    }
  }
  return faults;
}

export function settingId(role: Role, { key }: Control): string {
  return `${role}-setting-${key}`;
}

export function bucketFault(name: string): 'NoBucket' | 'BucketName' | undefined {
  if (!name) return 'NoBucket';
  return /^\S{3,63}$/.test(name) ? undefined : 'BucketName';
}

/** How people write where something is in S3. */
export function addressOf(bucket: string, prefix: string): string {
  return `s3://${bucket}${prefix && `/${prefix}`}`;
}

export type FileFormat = 'CSV' | 'JSON' | 'PARQUET';

/** AppFlow reads no Parquet and has no word for it, so that a tag says it (docs/operating.md). */
const INPUT_TYPE_TAG = 'sluice:s3InputFormatConfig.s3InputFileType';

export function inputFormatOf({ source, tags }: FlowDraft): FileFormat {
  const config = source.properties.s3InputFormatConfig as S3InputFormatConfig | undefined;
  const tag = tags.find(({ key }) => key === INPUT_TYPE_TAG);
  return config?.s3InputFileType ?? (tag?.value as FileFormat | undefined) ?? 'CSV';
}

export function withInputFormat(draft: FlowDraft, format: FileFormat): Partial<FlowDraft> {
  const { s3InputFormatConfig: _, ...properties } = draft.source.properties;
  const tags = draft.tags.filter(({ key }) => key !== INPUT_TYPE_TAG);
  const said =
    format === 'PARQUET' ? {} : { s3InputFormatConfig: { s3InputFileType: format } };
  return {
    source: { ...draft.source, properties: { ...properties, ...said } },
    tags: format === 'PARQUET' ? [...tags, { key: INPUT_TYPE_TAG, value: format }] : tags,
  };
}

export function outputFormatOf({ destination }: FlowDraft): FileFormat {
  const config = destination.properties.s3OutputFormatConfig as S3OutputFormatConfig | undefined;
  return config?.fileType ?? 'JSON';
}

export function withOutputFormat(draft: FlowDraft, fileType: FileFormat): Partial<FlowDraft> {
  const { destination } = draft;
  const { preserveSourceDataTyping, ...config } = (destination.properties.s3OutputFormatConfig ??
    {}) as S3OutputFormatConfig;
  const s3OutputFormatConfig: S3OutputFormatConfig = {
    ...config,
    fileType,
    // Only Parquet has types, and the service refuses it for others.
    ...(fileType === 'PARQUET' && preserveSourceDataTyping !== undefined
      ? { preserveSourceDataTyping }
      : {}),
  };
  return {
    destination: {
      ...destination,
      properties: { ...destination.properties, s3OutputFormatConfig },
    },
  };
}
