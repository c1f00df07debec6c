import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useState } from 'react';
import { DialogActions } from '../../components/DialogActions';
import { Combobox } from '../../components/Combobox';
import { fieldsByName, labelOf } from '../../components/flow/fieldTypes';
import { formulaText } from '../../components/flow/mappedFieldView';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft, Formula, MappedField } from './draft';
import { fieldOption, MANY, optionOf } from './fieldOptions';
import { freeDestinations, isSchemaless, withFormula } from './mapping';
import { mappingTexts } from './mappingTexts';

const KINDS: Formula['kind'][] = ['Concatenate', 'Add', 'Subtract', 'Multiply', 'Divide'];

/** Puts several source fields into one destination field. */
export function FormulaDialog({
  draft,
  sources,
  destination: chosen,
  sourceFields,
  destinationFields,
  onAdd,
  onDismiss,
}: {
  draft: FlowDraft;
  sources: string[];
  /** Empty: still to be chosen. */
  destination: string;
  sourceFields: ConnectorEntityField[];
  destinationFields: ConnectorEntityField[];
  onAdd: (rows: MappedField[]) => void;
  onDismiss: () => void;
}) {
  const t = useTexts(mappingTexts);
  const { rows } = draft.mapping;
  const [parts, setParts] = useState(sources);
  const [kind, setKind] = useState<Formula['kind']>('Concatenate');
  const [separator, setSeparator] = useState(' ');
  const [destination, setDestination] = useState(chosen);
  const [isChecked, setChecked] = useState(false);

  const isFree = isSchemaless(draft);
  const fields = fieldsByName(sourceFields);
  const options = freeDestinations(draft, destinationFields).map(fieldOption);
  const formula: Formula = kind === 'Concatenate' ? { kind, separator } : { kind };
  const name = destination.trim();
  const isTaken = rows.some((row) => row.destination === name && name !== '');
  const destinationFault =
    name === ''
      ? isFree
        ? t.nameMissing
        : t.destinationMissing
      : isTaken
        ? t.sameNameTaken(name)
        : undefined;
  const separatorFault =
    kind === 'Concatenate' && separator.includes('${') ? t.separatorFault : undefined;

  const labelOfPart = (part: string) => {
    const field = fields.get(part);
    return field ? labelOf(field) : part;
  };
  const moveUp = (at: number) => setParts(parts.toSpliced(at - 1, 2, parts[at], parts[at - 1]));
  const add = () => {
    setChecked(true);
    if (destinationFault || separatorFault) return;
    onAdd(withFormula(rows, { sources: parts, destination: name, formula }, destinationFields));
  };

  return (
    <Modal
      visible
      header={t.formulaTitle}
      onDismiss={onDismiss}
      footer={
        <DialogActions
          cancel={t.cancel}
          onCancel={onDismiss}
          confirm={t.add}
          onConfirm={add}
        />
      }
    >
      <SpaceBetween size="l">
        <FormField label={t.formulaType}>
          <RadioGroup
            value={kind}
            onChange={({ detail }) => setKind(detail.value as Formula['kind'])}
            items={KINDS.map((value) => {
              const isPossible = value === 'Concatenate' || parts.length === 2;
              return {
                value,
                label: t[value],
                description: isPossible ? t[`${value}Text` as const] : t.needsTwo,
                disabled: !isPossible,
              };
            })}
          />
        </FormField>
        <FormField label={t.parts}>
          <ol style={{ margin: 0, paddingInlineStart: '2em' }}>
            {parts.map((part, i) => (
              <li key={part}>
                {labelOfPart(part)}
                {i > 0 && (
                  <Button
                    variant="inline-icon"
                    iconName="angle-up"
                    ariaLabel={t.moveUp(labelOfPart(part))}
                    onClick={() => moveUp(i)}
                  />
                )}
              </li>
            ))}
          </ol>
        </FormField>
        {kind === 'Concatenate' && (
          <FormField label={t.separator} description={t.separatorText} errorText={separatorFault}>
            <Input
              value={separator}
              onChange={({ detail }) => setSeparator(detail.value)}
              spellcheck={false}
            />
          </FormField>
        )}
        <FormField label={t.formulaDestination} errorText={isChecked && destinationFault}>
          {isFree ? (
            <Input
              value={destination}
              onChange={({ detail }) => setDestination(detail.value)}
              spellcheck={false}
            />
          ) : (
            <Combobox
              options={options}
              selectedOption={optionOf(options, destination)}
              onChange={({ detail }) => setDestination(detail.selectedOption.value!)}
              placeholder={t.chooseDestination}
              filteringType="auto"
              filteringAriaLabel={t.findFields}
              empty={t.noFields}
              noMatch={t.noFields}
              virtualScroll={options.length > MANY}
              expandToViewport
            />
          )}
        </FormField>
        <FormField label={t.formulaPreview}>
          <Box variant="code">
            {formulaText({ id: '', sources: parts, destination, formula, modifications: [] })}
          </Box>
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
