import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table from '@cloudscape-design/components/table';
import { useMemo } from 'react';
import type { RunSummary } from '../../api/sluice';
import { EmptyState } from '../../components/EmptyState';
import { secondsOf } from '../../components/run/outcome';
import { runPath } from '../../components/run/runPath';
import { Time } from '../../components/Time';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import { failing, slowest } from './statistics';
import { texts } from './texts';

const MOST = 5;

export default function FlowRankings({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <Grid
      gridDefinition={[
        { colspan: { default: 12, s: 6 } },
        { colspan: { default: 12, s: 6 } },
      ]}
    >
      <SlowestFlows runs={runs} />
      <FailingFlows runs={runs} />
    </Grid>
  );
}

function FlowLink({ flowName }: { flowName: string }) {
  return <Link href={`#/details/${encodeURIComponent(flowName)}`}>{flowName}</Link>;
}

function SlowestFlows({ runs }: { runs: readonly RunSummary[] }) {
  const t = useTexts(texts);
  const format = useFormats();
  const items = useMemo(() => slowest(runs, MOST), [runs]);
  return (
    <Table
      items={items}
      trackBy="flowName"
      wrapLines
      ariaLabels={{ tableLabel: t.slowest }}
      header={<Header variant="h2">{t.slowest}</Header>}
      columnDefinitions={[
        { id: 'flow', header: t.flow, cell: ({ flowName }) => <FlowLink flowName={flowName} />, isRowHeader: true, minWidth: 120 },
        { id: 'average', header: t.average, cell: ({ averageSeconds }) => format.duration(averageSeconds) },
        {
          id: 'longest',
          header: t.longest,
          cell: ({ longest }) => (
            <Link href={runPath(longest.flowName, longest.executionId)}>
              {format.duration(secondsOf(longest))}
            </Link>
          ),
        },
      ]}
      empty={<EmptyState title={t.noSlow} />}
    />
  );
}

function FailingFlows({ runs }: { runs: readonly RunSummary[] }) {
  const t = useTexts(texts);
  const format = useFormats();
  const items = useMemo(() => failing(runs, MOST), [runs]);
  return (
    <Table
      items={items}
      trackBy="flowName"
      wrapLines
      ariaLabels={{ tableLabel: t.failing }}
      header={<Header variant="h2">{t.failing}</Header>}
      columnDefinitions={[
        { id: 'flow', header: t.flow, cell: ({ flowName }) => <FlowLink flowName={flowName} />, isRowHeader: true, minWidth: 120 },
        {
          id: 'failures',
          header: t.failures,
          cell: ({ failures, runs: all }) => t.ofAll(format.count(failures), format.count(all)),
        },
        {
          id: 'last',
          header: t.last,
          minWidth: 220,
          cell: ({ last }) => (
            <>
              <div>
                <Link href={runPath(last.flowName, last.executionId)}>
                  <Time at={new Date(last.startedAt * 1000)} />
                </Link>
              </div>
              {last.message}
            </>
          ),
        },
      ]}
      empty={<EmptyState title={t.noFailing} />}
    />
  );
}
