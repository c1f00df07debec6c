import FormField from '@cloudscape-design/components/form-field';
import { Combobox } from '../../components/Combobox';
import { texts as flowTexts } from '../../components/flow/texts';
import { useTexts } from '../../i18n/texts';
import { retryChoices, withoutRetryTag } from './retryPolicy';
import type { StepProps } from './step';
import { texts } from './texts';

const USUAL = '';

/** How long a run goes on trying what may work again by itself. */
export function RetryField({ draft, change }: Pick<StepProps, 'draft' | 'change'>) {
  const t = useTexts(texts);
  const tf = useTexts(flowTexts);
  const { retryMinutes, original } = draft;
  const tags = Object.entries(original?.tags ?? {}).map(([key, value]) => ({ key, value }));
  const optionOf = (minutes: number | undefined) => ({
    value: minutes === undefined ? USUAL : String(minutes),
    label: tf.retryFor(minutes),
  });
  const usual = { ...optionOf(undefined), description: t.retryUsualText };
  const choices = retryChoices(withoutRetryTag(tags).retryMinutes, retryMinutes);
  return (
    <FormField label={tf.retry} description={t.retryText} controlId="retry">
      <Combobox
        selectedOption={optionOf(retryMinutes)}
        options={[usual, ...choices.map(optionOf)]}
        onChange={({ detail: { selectedOption } }) =>
          change({
            retryMinutes: selectedOption.value === USUAL ? undefined : Number(selectedOption.value),
          })
        }
      />
    </FormField>
  );
}
