import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import Tiles from '@cloudscape-design/components/tiles';
import { useTexts } from '../../i18n/texts';
import { Region } from './Region';
import { texts } from './texts';

/** Flows run on demand; why not otherwise, the other cards say. */
export function TriggerRegion() {
  const t = useTexts(texts);
  return (
    <Region title={t.trigger} hasInfo>
      <FormField label={t.triggerLabel} stretch>
        <Tiles
          value="OnDemand"
          items={[
            { value: 'OnDemand', label: t.onDemand, description: t.onDemandText },
            { value: 'Scheduled', label: t.onSchedule, description: t.onScheduleText, disabled: true },
            { value: 'Event', label: t.onEvent, description: t.onEventText, disabled: true },
          ]}
        />
      </FormField>
      <Alert type="info">{t.onDemandNote}</Alert>
    </Region>
  );
}
