import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { defineTexts, useTexts } from '../i18n/texts';
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
  const { message, code, requestId } = useServiceError(error);
  return (
    <Alert
      type="error"
      header={header}
      action={onRetry && <Button onClick={onRetry}>{t.retry}</Button>}
    >
      {message}
      {requestId && (
        <ExpandableSection headerText={t.details}>
          <Box variant="code">
            {code} · {t.requestId} {requestId}
          </Box>
        </ExpandableSection>
      )}
    </Alert>
  );
}
