import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useMemo, useState } from 'react';
import { Combobox } from '../../components/Combobox';
import { texts as flowTexts } from '../../components/flow/texts';
import { useTexts } from '../../i18n/texts';
import type { ValidationDraft } from './draft';
import { fieldOption, MANY, optionOf } from './fieldOptions';
import { readableFields } from './mapping';
import { mappingTexts } from './mappingTexts';

const CONDITIONS = ['NonNull', 'NonZero', 'NonNegative', 'Numeric'] as const;
const ACTIONS = ['DropRecord', 'DropDataset'] as const;

export function ValidationsSection({
  validations,
  onChange,
  sourceFields,
  errorOf,
}: {
  validations: ValidationDraft[];
  onChange: (validations: ValidationDraft[]) => void;
  sourceFields: ConnectorEntityField[];
  /** Of the validation at that place. */
  errorOf: (index: number) => string | undefined;
}) {
  const t = useTexts(mappingTexts);
  const tf = useTexts(flowTexts);
  const fields = useMemo(() => readableFields(sourceFields).map(fieldOption), [sourceFields]);
  const conditions = CONDITIONS.map((value) => ({ value, label: tf.conditions[value] }));
  const actions = ACTIONS.map((value) => ({ value, label: tf.actions[value] }));
  const [isOpen, setOpen] = useState(validations.length > 0);
  const hasError = validations.some((_, index) => errorOf(index));
  const changeAt = (index: number, part: Partial<ValidationDraft>) =>
    onChange(validations.with(index, { ...validations[index], ...part }));

  return (
    <ExpandableSection
      variant="container"
      headerText={t.validations}
      headerCounter={`(${validations.length})`}
      headerDescription={t.validationsText}
      expanded={isOpen || hasError}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      <AttributeEditor
        items={validations}
        addButtonText={t.addValidation}
        onAddButtonClick={() =>
          onChange([...validations, { field: '', condition: 'NonNull', action: 'DropRecord' }])
        }
        removeButtonText={t.removeLabel}
        removeButtonAriaLabel={({ field }) => t.removeValidation(field)}
        onRemoveButtonClick={({ detail }) => onChange(validations.toSpliced(detail.itemIndex, 1))}
        empty={t.noValidations}
        definition={[
          {
            label: t.fieldName,
            control: ({ field }, index) => (
              <Combobox
                controlId={`validation-${index}`}
                options={fields}
                selectedOption={optionOf(fields, field)}
                onChange={({ detail }) => changeAt(index, { field: detail.selectedOption.value! })}
                placeholder={t.chooseField}
                filteringType="auto"
                filteringAriaLabel={t.findFields}
                noMatch={t.noFields}
                virtualScroll={fields.length > MANY}
                expandToViewport
              />
            ),
            errorText: (_, index) => errorOf(index),
          },
          {
            label: t.condition,
            control: ({ condition }, index) => (
              <Combobox
                options={conditions}
                selectedOption={optionOf(conditions, condition)}
                onChange={({ detail }) =>
                  changeAt(index, {
                    condition: detail.selectedOption.value as ValidationDraft['condition'],
                  })
                }
                expandToViewport
              />
            ),
          },
          {
            label: t.action,
            control: ({ action }, index) => (
              <Combobox
                options={actions}
                selectedOption={optionOf(actions, action)}
                onChange={({ detail }) =>
                  changeAt(index, {
                    action: detail.selectedOption.value as ValidationDraft['action'],
                  })
                }
                expandToViewport
              />
            ),
          },
        ]}
      />
    </ExpandableSection>
  );
}
