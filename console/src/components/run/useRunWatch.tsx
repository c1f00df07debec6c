import { CancelFlowExecutionsCommand, DescribeFlowCommand } from '@aws-sdk/client-appflow';
import Button from '@cloudscape-design/components/button';
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNotifications, type Notification } from '../../app/notifications';
import { appflow } from '../../api/clients';
import { keys } from '../../api/queries';
import { describeRun, type RunDetails } from '../../api/sluice';
import { formatCount } from '../../i18n/formats';
import { useLanguage, useTexts, type Language } from '../../i18n/texts';
import { ErrorText } from '../ErrorText';
import { outcomeOf, type Outcome } from './outcome';
import { runPath } from './runPath';
import { RunOutcomeContent } from './RunOutcomeContent';
import { RunProgressContent } from './RunProgressContent';
import { RunWatch } from './RunWatch';
import { texts, tutorialTexts } from './texts';

// By who is told of it: a run is watched once, also after its page is left.
const watched = new WeakMap<object, Set<string>>();

/** All that a run may have changed. */
export async function refreshAfterRun(queries: QueryClient, flowName: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: keys.flows }),
    queries.invalidateQueries({ queryKey: keys.runs(flowName) }),
    queries.invalidateQueries({ queryKey: keys.allRuns }),
    queries.invalidateQueries({ queryKey: keys.run(flowName) }),
  ]);
}

const FLASHES: Record<Outcome, FlashbarProps.Type> = {
  Succeeded: 'success',
  MatchedNothing: 'warning',
  PartlyRefused: 'warning',
  Failed: 'error',
  Canceled: 'info',
  Running: 'info',
};

function headerOf(run: RunDetails, language: Language): string {
  const t = texts[language];
  switch (outcomeOf(run)) {
    case 'Succeeded':
      return tutorialTexts.succeeded(run.flowName);
    case 'MatchedNothing':
      return t.matchedNothing(run.flowName);
    case 'PartlyRefused': {
      const count = (records: number) => formatCount(records, language);
      return t.partlyRefused(run.flowName, count(run.recordsRefused), count(run.recordsProcessed));
    }
    case 'Failed':
      return t.failed(run.flowName);
    case 'Canceled':
      return t.canceled(run.flowName);
    case 'Running':
      return t.running(run.flowName);
  }
}

/** Tells across the top of the page how a run goes, and how it came out. */
export function useRunWatch(): (flowName: string, executionId: string) => void {
  const language = useLanguage();
  const queries = useQueryClient();
  const { notify } = useNotifications();

  return useCallback(
    (flowName, executionId) => {
      const runs = watched.get(notify) ?? new Set();
      watched.set(notify, runs);
      if (runs.has(executionId)) return;
      runs.add(executionId);
      const watch = new RunWatch(flowName, executionId);
      const tell = (notification: Omit<Notification, 'id'>) => notify({ id: `run ${flowName}`, ...notification });
      const t = texts[language];
      const link = (text: string) => <Button href={runPath(flowName, executionId)}>{text}</Button>;

      tell({
        type: 'info',
        loading: true,
        header: t.running(flowName),
        content: <RunProgressContent watch={watch} />,
        action: <CancelRunButton watch={watch} />,
      });
      const tellEnd = async () => {
        await watch.toEnd();
        const [run, flow] = await Promise.all([
          describeRun(flowName, executionId),
          appflow().send(new DescribeFlowCommand({ flowName })),
        ]);
        const type = FLASHES[outcomeOf(run)];
        tell({
          type,
          comesAlong: true,
          header: headerOf(run, language),
          content: <RunOutcomeContent run={run} flow={flow} />,
          action: type === 'success' ? undefined : link(run.recordsRefused > 0 ? t.viewRefused : t.viewRun),
        });
      };
      void tellEnd()
        .catch((error: unknown) => {
          runs.delete(executionId); // Another try may be more lucky.
          tell({
            type: 'error',
            header: t.notWatched(flowName),
            content: <ErrorText error={error} />,
            action: link(t.viewRun),
          });
        })
        .finally(() => refreshAfterRun(queries, flowName));
    },
    [language, queries, notify],
  );
}

function CancelRunButton({ watch: { flowName, executionId } }: { watch: RunWatch }) {
  const t = useTexts(texts);
  const cancel = useCancelRuns(flowName);
  return (
    <Button loading={cancel.isPending} disabled={cancel.isSuccess} onClick={() => cancel.mutate([executionId])}>
      {t.cancel}
    </Button>
  );
}

/** Ends runs at a durable position; what is written stays. */
export function useCancelRuns(flowName: string) {
  const t = useTexts(texts);
  const queries = useQueryClient();
  const { notify } = useNotifications();
  return useMutation({
    mutationFn: (executionIds: string[]) =>
      appflow().send(new CancelFlowExecutionsCommand({ flowName, executionIds })),
    onError: (error) =>
      notify({ type: 'error', header: t.cancelFailed(flowName), content: <ErrorText error={error} /> }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.runs(flowName) }),
  });
}
