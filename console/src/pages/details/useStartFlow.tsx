import { StartFlowCommand } from '@aws-sdk/client-appflow';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNotifications } from '../../app/notifications';
import { appflow } from '../../api/clients';
import { keys } from '../../api/queries';
import { ErrorText } from '../../components/ErrorText';
import { useRunWatch } from '../../components/run/useRunWatch';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** Runs a flow, and tells how that goes. */
export function useStartFlow(flowName: string) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const { notify } = useNotifications();
  const watch = useRunWatch();
  return useMutation({
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
}

// crypto.randomUUID is there for secure contexts only, which a service in one's own network isn't.
function randomToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
