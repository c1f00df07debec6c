import Checkbox from '@cloudscape-design/components/checkbox';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** What Salesforce alone knows of being read. */
export function SalesforceSettings({
  properties,
  onChange,
}: {
  properties: Record<string, unknown>;
  onChange(part: Record<string, unknown>): void;
}) {
  const t = useTexts(texts);
  return (
    <ExpandableSection headerText={t.additional}>
      <SpaceBetween size="l">
        <FormField label={t.apiPreference}>
          <RadioGroup
            value={(properties.dataTransferApi as string | undefined) ?? 'AUTOMATIC'}
            items={[
              { value: 'AUTOMATIC', label: t.automatic, description: t.automaticText },
              { value: 'REST_SYNC', label: t.standard, description: t.standardText },
              { value: 'BULKV2', label: t.bulk, description: t.bulkOff, disabled: true },
            ]}
            onChange={({ detail }) => onChange({ dataTransferApi: detail.value })}
          />
        </FormField>
        <Checkbox
          checked={properties.includeDeletedRecords === true}
          description={t.includeDeletedText}
          onChange={({ detail }) => onChange({ includeDeletedRecords: detail.checked })}
        >
          {t.includeDeleted}
        </Checkbox>
        <Checkbox
          checked={properties.enableDynamicFieldUpdate === true}
          description={t.dynamicFieldsText}
          onChange={({ detail }) => onChange({ enableDynamicFieldUpdate: detail.checked })}
        >
          {t.dynamicFields}
        </Checkbox>
      </SpaceBetween>
    </ExpandableSection>
  );
}
