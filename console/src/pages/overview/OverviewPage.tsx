import { ListFlowsCommand } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
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

export default function OverviewPage() {
  const t = useTexts(texts);
  const [days, setDays] = useState(7);
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
                <SegmentedControl
                  label={t.range}
                  selectedId={String(days)}
                  options={[
                    { id: '7', text: t.week },
                    { id: '30', text: t.month },
                  ]}
                  onChange={({ detail }) => setDays(Number(detail.selectedId))}
                />
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
