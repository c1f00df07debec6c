import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { ErrorText } from '../../components/ErrorText';
import { runPath } from '../../components/run/runPath';
import { useTexts } from '../../i18n/texts';
import { texts as wizardTexts } from '../create/texts';
import type { NameConflict } from './conflicts';
import { listed } from './notesOf';
import { texts } from './texts';
import { stateOf, type PreviewRow, type RowState } from './usePreview';

const TYPES: Record<RowState, StatusIndicatorProps.Type> = {
  off: 'stopped',
  reading: 'loading',
  unreadable: 'error',
  wrong: 'error',
  ready: 'success',
  waiting: 'pending',
  creating: 'in-progress',
  created: 'success',
  failed: 'error',
};

/** How a row stands, and what has to be done about it. */
export function RowStatus({
  row,
  canCreateTables,
}: {
  row: PreviewRow;
  canCreateTables: boolean;
}) {
  const t = useTexts(texts);
  const wizard = useTexts(wizardTexts);
  const state = stateOf(row);
  const { nameConflict: conflict, outcome } = row;
  const nameProblem = (of: NameConflict) => {
    if (of.kind === 'Taken') return t.nameTaken;
    return of.kind === 'Repeated' ? t.nameRepeated : wizard.flowNameFault(of);
  };
  const { problems: others = [], required = [] } = row.copy ?? {};
  const problems = state === 'wrong' ? [...others] : [];
  if (state === 'wrong' && required.length) problems.push(t.required(listed(required, t)));
  if (state === 'wrong' && row.isMissing) {
    problems.unshift((canCreateTables ? t.notThereMakes : t.notThere)(row.destination));
  }
  if (state === 'wrong' && conflict) problems.unshift(nameProblem(conflict));
  return (
    <>
      <StatusIndicator type={TYPES[state]}>{t.states[state]}</StatusIndicator>
      {problems.map((problem) => (
        <Box key={problem} variant="p">
          {problem}
        </Box>
      ))}
      {state === 'unreadable' && (
        <Box variant="p">
          <ErrorText error={row.error} />
        </Box>
      )}
      {state === 'failed' && (
        <Box variant="p">
          <ErrorText error={outcome!.error} />
        </Box>
      )}
      {outcome?.executionId && (
        <div>
          <Link href={runPath(outcome.flowName, outcome.executionId)}>{t.started}</Link>
        </div>
      )}
      {outcome?.startError !== undefined && (
        <Box variant="p">
          {t.notStarted} <ErrorText error={outcome.startError} />
        </Box>
      )}
    </>
  );
}
