import type { ConnectorConfiguration } from '@aws-sdk/client-appflow';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import { returnedTo } from '../../api/oauthChannel';
import { useConnections } from '../../api/queries';
import { Combobox } from '../../components/Combobox';
import { ConnectDialog } from '../../components/connect/ConnectDialog';
import { nameOfConnector, titleOf } from '../../components/connect/connectors';
import { formatTime } from '../../components/Time';
import { localeOf, useLanguage, useTexts } from '../../i18n/texts';
import type { Role } from './endpoints';
import { statusOf } from './selectStatus';
import { texts } from './texts';

/** A connection that is there, or one that is made here and now. */
export function ConnectionField({
  role,
  connector,
  connectionName,
  error,
  onChange,
}: {
  role: Role;
  connector: ConnectorConfiguration;
  connectionName: string | undefined;
  error: string | undefined;
  onChange(name: string): void;
}) {
  const t = useTexts(texts);
  const locale = localeOf(useLanguage());
  // Back from the authorization server's page: the dialog that went there goes on.
  const [isConnecting, setConnecting] = useState(() => returnedTo(nameOfConnector(connector)) !== undefined);
  const connections = useConnections({
    connectorType: connector.connectorType!,
    connectorLabel: connector.connectorLabel,
  });
  const title = titleOf(connector);
  const hasNone = connections.data?.length === 0 && !connectionName;
  const button = <Button onClick={() => setConnecting(true)}>{t.connect}</Button>;
  return (
    <div id={`${role}-connection`}>
      {hasNone ? (
        <FormField description={t.noConnections(title)} errorText={error}>
          {button}
        </FormField>
      ) : (
        <FormField label={t.connection(title)} errorText={error} secondaryControl={button}>
          <Combobox
            selectedOption={connectionName ? { value: connectionName } : null}
            options={(connections.data ?? []).map(({ connectorProfileName, createdAt }) => ({
              value: connectorProfileName,
              labelTag: createdAt && t.created(formatTime(createdAt, locale, true)),
            }))}
            filteringType="auto"
            placeholder={t.connectionPlaceholder}
            {...statusOf(connections, t, t.connectionsLoading)}
            onChange={({ detail }) => onChange(detail.selectedOption.value!)}
          />
        </FormField>
      )}
      {isConnecting && (
        <ConnectDialog
          connector={connector}
          onConnected={(name) => {
            setConnecting(false);
            onChange(name);
          }}
          onDismiss={() => setConnecting(false)}
        />
      )}
    </div>
  );
}
