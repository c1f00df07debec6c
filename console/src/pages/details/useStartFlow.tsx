import { StartFlowCommand } from '@aws-sdk/client-appflow';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotifications } from '../../app/notifications';
import { appflow } from '../../api/clients';
import { fieldChangesOf, keys } from '../../api/queries';
import type { FieldChanges } from '../../api/sluice';
import { ErrorText } from '../../components/ErrorText';
import { needsDecision } from '../../components/fieldChanges/fieldChanges';
import { FieldChangesDialog } from '../../components/fieldChanges/FieldChangesDialog';
import { useRunWatch } from '../../components/run/useRunWatch';
import { useTexts } from '../../i18n/texts';
import { editFieldsPath } from './editFieldsPath';
import { texts } from './texts';
import { within } from './within';

/** How long a click waits for the fields to be compared. */
const PATIENCE_MS = 2_000;

/**
 * Runs a flow, and tells how that goes. Where fields that it uses have changed, `dialog` asks first;
 * the page shows it. Fields that can't be compared keep no flow from running.
 */
export function useStartFlow(flowName: string) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const watch = useRunWatch();
  const [changes, setChanges] = useState<FieldChanges>();
  const start = useMutation({
    mutationFn: () =>
      // A request that is sent twice, since its answer was lost, is one run.
      appflow().send(new StartFlowCommand({ flowName, clientToken: randomToken() })),
    onSuccess: async ({ executionId }) => {
      watch(flowName, executionId!);
      await Promise.all([
        queries.invalidateQueries({ queryKey: keys.runs(flowName) }),
        queries.invalidateQueries({ queryKey: keys.flow(flowName) }),
      ]);
    },
    onError: (error) =>
      notify({
        type: 'error',
        id: `run ${flowName}`,
        header: t.notStarted(flowName),
        content: <ErrorText error={error} />,
      }),
  });
  const check = useMutation({
    mutationFn: () => within(PATIENCE_MS, queries.fetchQuery(fieldChangesOf(flowName))),
    onSuccess: (found) => {
      if (found && needsDecision(found)) setChanges(found);
      else start.mutate();
    },
  });
  const close = () => setChanges(undefined);
  return {
    run: () => check.mutate(),
    isPending: check.isPending || start.isPending,
    dialog: changes && (
      <FieldChangesDialog
        changes={changes}
        editPath={editFieldsPath(flowName)}
        onRun={() => {
          close();
          start.mutate();
        }}
        onDismiss={close}
      />
    ),
  };
}

// crypto.randomUUID is there for secure contexts only, which a service in one's own network isn't.
function randomToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
