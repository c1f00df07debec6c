import { UnregisterConnectorCommand } from '@aws-sdk/client-appflow';
import Link from '@cloudscape-design/components/link';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNotifications } from '../../app/notifications';
import { appflow } from '../../api/clients';
import { keys, useConnections, useFlows, type ConnectorRef } from '../../api/queries';
import { usesConnector } from '../../components/connect/usage';
import { TypedConfirmation } from '../../components/TypedConfirmation';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** As many names as a person reads. */
const MOST_NAMED = 20;

/** Says what would fail without the connector. */
export function UnregisterDialog({
  label,
  onUnregistered,
  onDismiss,
}: {
  label: string;
  onUnregistered: () => void;
  onDismiss: () => void;
}) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const ref: ConnectorRef = { connectorType: 'CustomConnector', connectorLabel: label };
  const connections = useConnections(ref);
  const flows = useFlows();
  const connectionNames = connections.data?.map(({ connectorProfileName }) => connectorProfileName!) ?? [];
  const flowNames = flows.data?.filter((flow) => usesConnector(flow, label)).map(({ flowName }) => flowName!) ?? [];
  const isUsed = connectionNames.length > 0 || flowNames.length > 0;

  const unregister = useMutation({
    mutationFn: () => appflow().send(new UnregisterConnectorCommand({ connectorLabel: label, forceDelete: isUsed })),
    async onSuccess() {
      notify({ type: 'success', comesAlong: true, header: t.unregistered(label) });
      onUnregistered();
      await queries.invalidateQueries({ queryKey: keys.connectors });
    },
  });

  const named = (names: string[], what: string, hrefOf: (name: string) => string) =>
    names.length > 0 && (
      <li>
        {what}:{' '}
        {names.slice(0, MOST_NAMED).map((name, index) => (
          <span key={name}>
            {index > 0 && ', '}
            <Link href={hrefOf(name)}>{name}</Link>
          </span>
        ))}
        {names.length > MOST_NAMED && ` … (${names.length})`}
      </li>
    );

  return (
    <TypedConfirmation
      title={t.unregisterTitle}
      name={label}
      action={t.unregister}
      warning={
        isUsed && (
          <>
            {t.unregisterUsed}
            <ul>
              {named(flowNames, t.flowsUsed, (name) => `#/details/${encodeURIComponent(name)}`)}
              {named(
                connectionNames,
                t.connectionsUsed,
                () => `#/connections?connector=${encodeURIComponent(label)}`,
              )}
            </ul>
          </>
        )
      }
      isBusy={unregister.isPending || connections.isLoading || flows.isLoading}
      error={unregister.error ?? connections.error ?? flows.error ?? undefined}
      onConfirm={() => unregister.mutate()}
      onDismiss={onDismiss}
    >
      {t.unregisterText(label)}
    </TypedConfirmation>
  );
}
