import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useLogEvents } from '../../api/logs';
import { defineTexts, useTexts } from '../../i18n/texts';
import { ErrorText } from '../ErrorText';
import { logsPath } from './logsPath';

const texts = defineTexts(
  {
    title: (group: string) => `The last lines of ${group}`,
    loading: 'Loading the log',
    none: 'The function has written nothing in the last ten minutes.',
    open: 'Open the log',
  },
  {
    title: (group: string) => `${group} 的最后几行`,
    loading: '正在加载日志',
    none: '该函数在最近十分钟内没有写入任何内容。',
    open: '打开日志',
  },
);

const MOST = 10;
const LOOK_BACK_MS = 10 * 60_000;

/** What a function has written just now: more is on the log's own page. */
export function LastLines({ group }: { group: string }) {
  const t = useTexts(texts);
  const [from] = useState(() => Date.now() - LOOK_BACK_MS);
  const { data, error, isPending } = useLogEvents(['last', group, from], () => ({ group, from }), false);
  const lines = data?.events.slice(-MOST).map(({ message }) => message!.trimEnd()) ?? [];
  const isMissing = error?.name === 'ResourceNotFoundException'; // It has written nothing yet.
  return (
    <SpaceBetween size="xxs">
      <Box variant="awsui-key-label">{t.title(group)}</Box>
      {isPending ? (
        <StatusIndicator type="loading">{t.loading}</StatusIndicator>
      ) : error && !isMissing ? (
        <StatusIndicator type="error"><ErrorText error={error} /></StatusIndicator>
      ) : lines.length === 0 ? (
        <Box color="text-body-secondary">{t.none}</Box>
      ) : (
        <Box variant="code">
          <div style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{lines.join('\n')}</div>
        </Box>
      )}
      {!isMissing && <Link href={logsPath({ group, from })}>{t.open}</Link>}
    </SpaceBetween>
  );
}
