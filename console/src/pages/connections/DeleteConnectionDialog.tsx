import { DeleteConnectorProfileCommand, type ConnectorProfile } from '@aws-sdk/client-appflow';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNotifications } from '../../app/notifications';
import { appflow } from '../../api/clients';
import { keys } from '../../api/queries';
import { refOf } from '../../components/connect/connectors';
import { useFlowsOfConnection } from '../../components/connect/usage';
import { TypedConfirmation } from '../../components/TypedConfirmation';
import { useTexts } from '../../i18n/texts';
import { FlowLinks } from './FlowLinks';
import { texts } from './texts';

/** Says which flows would fail. Where it doesn't know of any, the service may still refuse. */
export function DeleteConnectionDialog({ connection, onDone }: { connection: ConnectorProfile; onDone: () => void }) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const name = connection.connectorProfileName!;
  const flows = useFlowsOfConnection(refOf(connection), name);
  const remove = useMutation({
    mutationFn: () =>
      appflow().send(
        new DeleteConnectorProfileCommand({
          connectorProfileName: name,
          forceDelete: Boolean(flows.data?.length),
        }),
      ),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: keys.connections });
      notify({ type: 'success', header: t.deleted(name) });
      onDone();
    },
  });
  return (
    <TypedConfirmation
      title={t.deleteTitle}
      name={name}
      action={t.delete}
      warning={
        flows.data?.length ? (
          <>
            {t.deleteUsed} <FlowLinks names={flows.data} />
          </>
        ) : undefined
      }
      isBusy={remove.isPending || flows.isLoading}
      error={remove.error ?? flows.error ?? undefined}
      onConfirm={() => remove.mutate()}
      onDismiss={onDone}
    >
      {t.deleteText(name)}
    </TypedConfirmation>
  );
}
