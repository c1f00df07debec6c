import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { ServiceError } from '../api/errors';
import { defineTexts, useTexts } from '../i18n/texts';
import { LastLines } from './logs/LastLines';
import { logGroupIn } from './logs/logGroupIn';
import { useServiceError } from './useServiceError';

const texts = defineTexts(
  {
    retry: 'Retry',
    details: 'Details',
    requestId: 'Request ID',
  },
  {
    retry: '重试',
    details: '详情',
    requestId: '请求 ID',
  },
);

/** What went wrong, in the service's own sentence, with what to look for in the log. */
export function ErrorAlert({
  error,
  header,
  onRetry,
}: {
  error: unknown;
  header?: string;
  onRetry?: () => void;
}) {
  const t = useTexts(texts);
  const shown = useServiceError(error);
  return (
    <Alert
      type="error"
      header={header}
      action={onRetry && <Button onClick={onRetry}>{t.retry}</Button>}
    >
      <div style={{ overflowWrap: 'anywhere' }}>{shown.message}</div>
      <Details error={shown} />
    </Alert>
  );
}

/** Where a connector's function is to blame, its last lines too, once somebody wants to see them. */
function Details({ error: { message, code, requestId } }: { error: ServiceError }) {
  const t = useTexts(texts);
  const [isOpen, setOpen] = useState(false);
  const group = logGroupIn(message);
  if (!requestId && !group) return null;
  return (
    <ExpandableSection
      headerText={t.details}
      expanded={isOpen}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      <SpaceBetween size="s">
        {requestId && (
          <Box variant="code">
            {code} · {t.requestId} {requestId}
          </Box>
        )}
        {isOpen && group && <LastLines group={group} />}
      </SpaceBetween>
    </ExpandableSection>
  );
}
