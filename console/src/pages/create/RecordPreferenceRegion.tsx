import FormField from '@cloudscape-design/components/form-field';
import Tiles from '@cloudscape-design/components/tiles';
import type { ConnectorEntityField, WriteOperationType } from '@aws-sdk/client-appflow';
import { useMemo } from 'react';
import { Multicombobox } from '../../components/flow/Multicombobox';
import { useTexts } from '../../i18n/texts';
import type { MappingDraft } from './draft';
import { fieldOption, MANY, optionOf } from './fieldOptions';
import { defaultIdFields, idFieldChoices } from './mapping';
import { mappingTexts } from './mappingTexts';
import { Region } from './Region';

export function RecordPreferenceRegion({
  mapping,
  changeMapping,
  destinationFields,
  destinationTitle,
  supported,
  idError,
}: {
  mapping: MappingDraft;
  changeMapping: (part: Partial<MappingDraft>) => void;
  destinationFields: ConnectorEntityField[];
  destinationTitle: string;
  /** What the connector can do; unknown while that is asked. */
  supported: readonly WriteOperationType[] | undefined;
  idError: string | undefined;
}) {
  const t = useTexts(mappingTexts);
  const { writeOperation, idFields } = mapping;
  const cards: [WriteOperationType, string, string][] = [
    ['INSERT', t.insert, t.insertText],
    ['UPDATE', t.update, t.updateText],
    ['UPSERT', t.upsert, t.upsertText],
    ['DELETE', t.delete, t.deleteText],
  ];
  const options = useMemo(
    () => idFieldChoices(destinationFields, writeOperation).map(fieldOption),
    [destinationFields, writeOperation],
  );
  return (
    <Region title={t.preference} description={t.preferenceText}>
      <Tiles
        ariaLabel={t.preference}
        columns={2}
        value={writeOperation}
        onChange={({ detail }) => {
          const operation = detail.value as WriteOperationType;
          changeMapping({
            writeOperation: operation,
            idFields: defaultIdFields(destinationFields, operation),
          });
        }}
        items={cards.map(([value, label, text]) => {
          const canDo = value === writeOperation || !supported || supported.includes(value);
          return {
            value,
            label,
            description: canDo ? text : `${text} ${t.notSupported(destinationTitle)}`,
            disabled: !canDo,
          };
        })}
      />
      {writeOperation !== 'INSERT' && (
        <FormField
          label={t.idFields}
          description={t.idFieldsText}
          errorText={idError}
          controlId="mapping-id-fields"
        >
          <Multicombobox
            options={options}
            selectedOptions={idFields.map((name) => optionOf(options, name)!)}
            onChange={({ detail }) =>
              changeMapping({ idFields: detail.selectedOptions.map(({ value }) => value!) })
            }
            placeholder={t.chooseIdFields}
            filteringType="auto"
            filteringAriaLabel={t.findFields}
            empty={t.noFields}
            noMatch={t.noFields}
            deselectAriaLabel={({ label }) => t.removeField(label!)}
            virtualScroll={options.length > MANY}
          />
        </FormField>
      )}
    </Region>
  );
}
