import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import { useTexts } from '../../i18n/texts';
import { descriptionFault } from './flowDetails';
import type { StepProps } from './step';
import { texts } from './texts';

export function DescriptionField({ draft, change }: Pick<StepProps, 'draft' | 'change'>) {
  const t = useTexts(texts);
  const fault = descriptionFault(draft.description);
  return (
    <FormField
      label={t.description}
      description={t.descriptionHint}
      errorText={fault && t.descriptionFault(fault)}
      controlId="flow-description"
    >
      <Textarea
        value={draft.description}
        onChange={({ detail }) => change({ description: detail.value })}
        placeholder={t.descriptionPlaceholder}
        rows={3}
      />
    </FormField>
  );
}
