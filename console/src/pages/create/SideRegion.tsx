import type { ConnectorConfiguration } from '@aws-sdk/client-appflow';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { UseQueryResult } from '@tanstack/react-query';
import { Combobox } from '../../components/Combobox';
import { descriptionOf, isRegistered, titleOf } from '../../components/connect/connectors';
import { ControlField } from '../../components/connect/ControlField';
import { useLanguage, useTexts } from '../../i18n/texts';
import { BucketFields } from './BucketFields';
import { ConnectionField } from './ConnectionField';
import {
  addressOf,
  connectorsFor,
  idOf,
  settingId,
  settingsFor,
  sideFaults,
  withConnector,
  type Role,
} from './endpoints';
import { FileFormatField } from './FileFormatField';
import { ObjectField } from './ObjectField';
import { Region } from './Region';
import { SalesforceSettings } from './SalesforceSettings';
import { statusOf } from './selectStatus';
import type { StepProps } from './step';
import { texts } from './texts';
import { useObjects } from './useObjects';
import { usePrefixWarning } from './usePrefixWarning';

/** Where records come from, or where they go. */
export function SideRegion({
  role,
  draft,
  change,
  isChecked,
  isEdited,
  connectors,
}: StepProps & {
  role: Role;
  isEdited: boolean;
  connectors: UseQueryResult<ConnectorConfiguration[]>;
}) {
  const t = useTexts(texts);
  const language = useLanguage();
  const side = draft[role];
  const connector = connectors.data?.find((each) => idOf(each) === idOf(side));
  const objects = useObjects(side);
  const { warning, lookAgain } = usePrefixWarning(side, draft, role === 'source');
  const faults = sideFaults(role, side, connector, objects.data);
  // That an object is not there is known at once, and worth saying at once.
  const errorAt = (control: string) => {
    const found = faults.find((each) => each.control === control)?.fault;
    return found && found !== 'Setting' && (isChecked || found === 'ObjectGone')
      ? t.sideFault(found)
      : undefined;
  };
  const set = (part: Partial<typeof side>) => change({ [role]: { ...side, ...part } });
  const options = connectorsFor(role, connectors.data ?? []).map((each) => ({
    value: idOf(each),
    label: titleOf(each),
    description: descriptionOf(each, language),
  }));
  const chosen = connector && {
    value: idOf(connector),
    label: titleOf(connector),
  };
  const isS3 = side.connectorType === 'S3';
  return (
    <Region title={role === 'source' ? t.source : t.destination} hasInfo>
      <FormField
        label={role === 'source' ? t.sourceName : t.destinationName}
        constraintText={isEdited && chosen && t.fixedSide}
        errorText={errorAt(`${role}-connector`)}
        controlId={`${role}-connector`}
      >
        <Combobox
          selectedOption={chosen ?? null}
          options={options}
          filteringType="auto"
          readOnly={isEdited && chosen !== undefined}
          placeholder={role === 'source' ? t.sourcePlaceholder : t.destinationPlaceholder}
          empty={t.noConnectors}
          {...statusOf(connectors, t, t.connectorsLoading)}
          onChange={({ detail }) => {
            const next = connectors.data!.find((each) => idOf(each) === detail.selectedOption.value);
            if (next && idOf(next) !== idOf(side)) change(withConnector(draft, role, next));
          }}
        />
      </FormField>
      {isS3 && (
        <SpaceBetween size="l">
          <BucketFields
            idPrefix={role}
            label={t.bucketDetails}
            value={side}
            isPrefixOptional={role === 'destination'}
            note={
              side.bucketName
                ? t.s3Address(
                    addressOf(
                      side.bucketName,
                      side.bucketPrefix || (role === 'destination' ? draft.flowName : ''),
                    ),
                  )
                : undefined
            }
            error={errorAt(`${role}-bucket`)}
            prefixWarning={warning}
            onRefresh={lookAgain}
            isFixed={isEdited && role === 'destination'}
            onChange={set}
          />
          <FileFormatField role={role} draft={draft} change={change} isEdited={isEdited} />
        </SpaceBetween>
      )}
      {connector && !isS3 && (
        <SpaceBetween size="l">
          <ConnectionField
            role={role}
            connector={connector}
            connectionName={side.connectorProfileName}
            error={errorAt(`${role}-connection`)}
            onChange={(connectorProfileName) => set({ connectorProfileName })}
          />
          {side.connectorType === 'CustomConnector' && side.connectorProfileName && (
            <FormField
              label={t.apiVersion}
              errorText={errorAt(`${role}-api-version`)}
              controlId={`${role}-api-version`}
            >
              <Combobox
                selectedOption={side.apiVersion ? { value: side.apiVersion } : null}
                options={connector.supportedApiVersions?.map((value) => ({ value }))}
                placeholder={t.apiVersionPlaceholder}
                onChange={({ detail }) => set({ apiVersion: detail.selectedOption.value })}
              />
            </FormField>
          )}
          {side.connectorProfileName && (
            <ObjectField
              role={role}
              draft={draft}
              change={change}
              title={titleOf(connector)}
              objects={objects}
              error={errorAt(`${role}-object`)}
              isFixed={isEdited && role === 'destination' && side.object !== undefined}
              isFunction={isRegistered(connector)}
            />
          )}
          {side.object &&
            settingsFor(role, connector).map((setting) => (
              <div key={setting.key} id={settingId(role, setting)}>
                <ControlField
                  control={setting}
                  value={side.customProperties[setting.key] ?? ''}
                  isChecked={isChecked}
                  onChange={(value) => {
                    const { [setting.key]: _, ...others } = side.customProperties;
                    const isUnset = value === '' || (value === 'false' && !setting.isRequired);
                    set({ customProperties: isUnset ? others : { ...others, [setting.key]: value } });
                  }}
                />
              </div>
            ))}
          {role === 'source' && side.connectorType === 'Salesforce' && side.object && (
            <SalesforceSettings
              properties={side.properties}
              onChange={(part) => set({ properties: { ...side.properties, ...part } })}
            />
          )}
        </SpaceBetween>
      )}
    </Region>
  );
}
