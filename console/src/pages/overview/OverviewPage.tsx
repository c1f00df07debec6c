import { ListFlowsCommand } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { appflow } from '../../api/clients';
import { keys } from '../../api/queries';
import { listRuns } from '../../api/sluice';
import { usePage } from '../../app/page';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import { GetStarted } from './GetStarted';
import { RunStatistics } from './RunStatistics';
import { firstDay } from './statistics';
import { texts } from './texts';

/** In days. */
const RANGES = [7, 30] as const;

export default function OverviewPage() {
  const t = useTexts(texts);
  const [days, setDays] = useState<number>(RANGES[0]);
  const textOf = (range: number) => (range === 7 ? t.week : t.month);
  const runs = useQuery({
    queryKey: [...keys.allRuns, days],
    queryFn: ({ signal }) => listRuns(firstDay(days, new Date()), signal),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    refetchInterval: 30_000,
  });
  const hasFlows = useQuery({
    queryKey: [...keys.flows, 'any'],
    queryFn: async () => {
      const { flows = [] } = await appflow().send(new ListFlowsCommand({ maxResults: 1 }));
      return flows.length > 0;
    },
  });

  usePage({
    title: t.title,
    help: (
      <HelpPanel header={<h2>{t.title}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpTables}</p>
      </HelpPanel>
    ),
  });

  const error = runs.error ?? hasFlows.error;
  const isNew = hasFlows.data === false && runs.data?.length === 0;
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            !isNew && (
              <SpaceBetween direction="horizontal" size="xs">
                <ButtonDropdown
                  ariaLabel={`${t.range}: ${textOf(days)}`}
                  items={RANGES.map((range) => ({
                    id: String(range),
                    text: textOf(range),
                    itemType: 'checkbox',
                    checked: range === days,
                  }))}
                  onItemClick={({ detail }) => setDays(Number(detail.id))}
                >
                  {textOf(days)}
                </ButtonDropdown>
                <Button
                  iconName="refresh"
                  ariaLabel={t.refresh}
                  loading={runs.isFetching}
                  onClick={() => void runs.refetch()}
                />
              </SpaceBetween>
            )
          }
        >
          {t.title}
        </Header>
      }
    >
      {runs.data && hasFlows.data !== undefined ? (
        isNew ? (
          <GetStarted />
        ) : (
          <RunStatistics runs={runs.data} days={days} />
        )
      ) : error ? (
        <ErrorAlert
          error={error}
          header={t.failed}
          onRetry={() => void Promise.all([runs.refetch(), hasFlows.refetch()])}
        />
      ) : (
        <Box textAlign="center" padding="xxl">
          <StatusIndicator type="loading">{t.loading}</StatusIndicator>
        </Box>
      )}
    </ContentLayout>
  );
}
