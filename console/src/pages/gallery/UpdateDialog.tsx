import { UpdateConnectorRegistrationCommand, type ConnectorConfiguration } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { DialogActions } from '../../components/DialogActions';
import { useNotifications } from '../../app/notifications';
import { appflow } from '../../api/clients';
import { keys } from '../../api/queries';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import { FunctionField } from './FunctionField';
import { texts } from './texts';

/** Asks the function of a connector, or another one, what it can do now. */
export function UpdateDialog({ connector, onDone }: { connector: ConnectorConfiguration; onDone: () => void }) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const label = connector.connectorLabel!;
  const [arn, setArn] = useState(connector.connectorProvisioningConfig?.lambda?.lambdaArn);
  const [isChecked, setChecked] = useState(false);
  const update = useMutation({
    mutationFn: (lambdaArn: string) =>
      appflow().send(
        new UpdateConnectorRegistrationCommand({
          connectorLabel: label,
          description: connector.connectorDescription,
          connectorProvisioningConfig: { lambda: { lambdaArn } },
        }),
      ),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: keys.connectors });
      notify({ type: 'success', header: t.updated(label) });
      onDone();
    },
  });
  return (
    <Modal
      visible
      header={t.updateTitle(label)}
      closeAriaLabel={t.close}
      onDismiss={({ detail }) => detail.reason !== 'overlay' && onDone()}
      footer={
        <DialogActions
          cancel={t.cancel}
          onCancel={onDone}
          confirm={t.update}
          isBusy={update.isPending}
          onConfirm={() => {
            setChecked(true);
            if (arn) update.mutate(arn);
          }}
        />
      }
    >
      <SpaceBetween size="m">
        {update.error && <ErrorAlert error={update.error} header={t.updateFailed} />}
        <Box>{t.updateText}</Box>
        <FunctionField arn={arn} isChecked={isChecked} onChange={setArn} />
      </SpaceBetween>
    </Modal>
  );
}
