import type { ExecutionStatus } from '@aws-sdk/client-appflow';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useTexts } from '../i18n/texts';
import { runStatusTexts } from './statusTexts';

const TYPES: Record<ExecutionStatus, StatusIndicatorProps.Type> = {
  Successful: 'success',
  InProgress: 'in-progress',
  Error: 'error',
  CancelStarted: 'in-progress',
  Canceled: 'stopped',
};

/** How a run stands; "-" where there was none. */
export function RunStatus({ status }: { status: ExecutionStatus | undefined }) {
  const t = useTexts(runStatusTexts);
  if (!status) return <>-</>;
  return <StatusIndicator type={TYPES[status]}>{t[status]}</StatusIndicator>;
}
