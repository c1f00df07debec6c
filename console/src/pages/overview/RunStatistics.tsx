import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, useMemo } from 'react';
import type { RunSummary } from '../../api/sluice';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { byDay, totalsOf } from './statistics';
import { texts } from './texts';

// Charts and tables are large, and nothing that one waits for.
const DayCharts = lazy(() => import('./DayCharts'));
const FlowRankings = lazy(() => import('./FlowRankings'));

export function RunStatistics({ runs, days }: { runs: readonly RunSummary[]; days: number }) {
  const t = useTexts(texts);
  const format = useFormats();
  const totals = useMemo(() => totalsOf(runs), [runs]);
  const perDay = useMemo(() => byDay(runs, days, new Date()), [runs, days]);
  const large = (text: string) => <Box variant="awsui-value-large">{text}</Box>;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t.counts}</Header>}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: t.allRuns, value: large(format.count(totals.all)) },
            { label: t.running, value: large(format.count(totals.runs.running)) },
            { label: t.succeeded, value: large(format.count(totals.runs.succeeded)) },
            { label: t.failedRuns, value: large(format.count(totals.runs.failed)) },
            { label: t.records, value: large(format.count(totals.records)) },
            { label: t.size, value: large(format.size(totals.bytes)) },
          ]}
        />
      </Container>
      <Suspense fallback={<Box padding="xxxl" />}>
        <SpaceBetween size="l">
          <DayCharts days={perDay} />
          <FlowRankings runs={runs} />
        </SpaceBetween>
      </Suspense>
    </SpaceBetween>
  );
}
