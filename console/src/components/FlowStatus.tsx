import type { FlowStatus as Status } from '@aws-sdk/client-appflow';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useTexts } from '../i18n/texts';
import { flowStatusTexts } from './statusTexts';

const TYPES: Record<Status, StatusIndicatorProps.Type> = {
  Active: 'success',
  Draft: 'pending',
  Suspended: 'stopped',
  Errored: 'error',
  Deprecated: 'warning',
  Deleted: 'stopped',
};

export function FlowStatus({ status }: { status: Status | undefined }) {
  const t = useTexts(flowStatusTexts);
  if (!status) return <>-</>;
  return <StatusIndicator type={TYPES[status]}>{t[status]}</StatusIndicator>;
}
