import BarChart from '@cloudscape-design/components/bar-chart';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import LineChart from '@cloudscape-design/components/line-chart';
import { EmptyState } from '../../components/EmptyState';
import { useFormats } from '../../i18n/formats';
import { localeOf, useLanguage, useTexts } from '../../i18n/texts';
import { KINDS, type Day, type Kind } from './statistics';
import { texts } from './texts';

const HEIGHT = 220;

/** Each of them can be told from white and from black. */
const COLORS: Record<Kind, string> = {
  succeeded: '#2e8b57',
  partly: '#b2730b',
  failed: '#d13313',
  canceled: '#7d8998',
  running: '#3184c2',
};

export default function DayCharts({ days }: { days: readonly Day[] }) {
  const t = useTexts(texts);
  const format = useFormats();
  const locale = localeOf(useLanguage());
  const nameOfDay = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric' });
  const names = days.map(({ start }) => nameOfDay.format(start));
  const kinds = KINDS.filter((kind) => days.some(({ runs }) => runs[kind] > 0));
  const most = Math.max(
    1,
    ...days.map(({ runs }) => KINDS.reduce((sum, kind) => sum + runs[kind], 0)),
  );
  const mostRecords = Math.max(1, ...days.map(({ records }) => records));
  const empty = (
    <EmptyState
      title={t.noRuns}
      text={t.noRunsText}
      action={<Button href="#/list">{t.viewFlows}</Button>}
    />
  );
  const isEmpty = kinds.length === 0;
  return (
    <Grid
      gridDefinition={[
        { colspan: { default: 12, s: 6 } },
        { colspan: { default: 12, s: 6 } },
      ]}
    >
      <Container fitHeight header={<Header variant="h2" description={t.byDayText}>{t.byDay}</Header>}>
        <BarChart
          ariaLabel={t.byDay}
          height={HEIGHT}
          stackedBars
          hideFilter
          xScaleType="categorical"
          xDomain={names}
          yDomain={[0, most]}
          xTitle={t.day}
          yTitle={t.runsAxis}
          yTickFormatter={(value) => (Number.isInteger(value) ? format.count(value) : '')}
          series={kinds.map((kind) => ({
            type: 'bar',
            title: t.kinds[kind],
            color: COLORS[kind],
            valueFormatter: format.count,
            data: days.map(({ runs }, i) => ({ x: names[i]!, y: runs[kind] })),
          }))}
          empty={empty}
        />
      </Container>
      <Container fitHeight header={<Header variant="h2" description={t.recordsText}>{t.recordsByDay}</Header>}>
        <LineChart
          ariaLabel={t.recordsByDay}
          height={HEIGHT}
          hideFilter
          hideLegend
          xScaleType="categorical"
          xDomain={names}
          yDomain={[0, mostRecords]}
          xTitle={t.day}
          yTitle={t.recordsAxis}
          yTickFormatter={(value) => (Number.isInteger(value) ? format.count(value) : '')}
          series={
            isEmpty
              ? []
              : [
                  {
                    type: 'line',
                    title: t.recordsAxis,
                    color: COLORS.running,
                    valueFormatter: format.count,
                    data: days.map(({ records }, i) => ({ x: names[i]!, y: records })),
                  },
                ]
          }
          empty={empty}
        />
      </Container>
    </Grid>
  );
}
