import Alert from '@cloudscape-design/components/alert';
import Icon from '@cloudscape-design/components/icon';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useConnectors } from '../../api/queries';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import { DescriptionField } from './DescriptionField';
import { ErrorHandlingRegion } from './ErrorHandlingRegion';
import { Region } from './Region';
import { SideRegion } from './SideRegion';
import type { StepProps } from './step';
import { texts } from './texts';
import { TriggerRegion } from './TriggerRegion';

/** Step 2. */
export function ConfigureFlowStep(props: StepProps & { isEdited: boolean }) {
  const t = useTexts(texts);
  const { draft, change, isEdited } = props;
  const connectors = useConnectors();
  const { source, destination } = draft;
  return (
    <SpaceBetween size="l">
      {isEdited && (
        <Region title={t.details}>
          <Alert type="info">{t.fixedText}</Alert>
          <div>
            <Box variant="awsui-key-label">{t.name}</Box>
            <div>{draft.flowName}</div>
          </div>
          <DescriptionField draft={draft} change={change} />
        </Region>
      )}
      {connectors.isError && (
        <ErrorAlert error={connectors.error} onRetry={() => void connectors.refetch()} />
      )}
      <SideRegion role="source" {...props} connectors={connectors} />
      <Box textAlign="center" color="text-body-secondary">
        <Icon name="arrow-down" />
      </Box>
      <SideRegion role="destination" {...props} connectors={connectors} />
      {destination.connectorType && <ErrorHandlingRegion {...props} />}
      {source.connectorType && destination.connectorType && <TriggerRegion />}
    </SpaceBetween>
  );
}
