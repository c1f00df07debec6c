import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useSearchParams } from 'react-router-dom';
import { useLogGroups } from '../../api/logs';
import { useOpenHelp, usePage } from '../../app/page';
import { ErrorAlert } from '../../components/ErrorAlert';
import { EmptyState } from '../../components/EmptyState';
import { useTexts } from '../../i18n/texts';
import { LogEvents } from './LogEvents';
import { texts } from './texts';

export default function LogsPage() {
  const t = useTexts(texts);
  const openHelp = useOpenHelp();
  const groups = useLogGroups();
  const [params] = useSearchParams();
  const wanted = params.get('group');

  usePage({
    title: t.title,
    help: (
      <HelpPanel header={<h2>{t.title}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpRuns}</p>
      </HelpPanel>
    ),
  });

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={t.description}
          info={<Link variant="info" onFollow={openHelp}>{t.info}</Link>}
        >
          {t.title}
        </Header>
      }
    >
      {groups.isError ? (
        <ErrorAlert error={groups.error} header={t.groupsFailed} onRetry={() => void groups.refetch()} />
      ) : groups.isPending ? (
        <Box textAlign="center" padding="xxl">
          <StatusIndicator type="loading">{t.loadingGroups}</StatusIndicator>
        </Box>
      ) : groups.data.length === 0 ? (
        <Container>
          <EmptyState
            title={t.noGroups}
            text={t.noGroupsText}
            action={<Button href="#/gallery">{t.register}</Button>}
          />
        </Container>
      ) : (
        <LogEvents groups={groups.data} group={wanted ?? groups.data[0]!} />
      )}
    </ContentLayout>
  );
}
