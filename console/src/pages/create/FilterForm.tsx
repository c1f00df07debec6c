import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ConnectorEntityField, Operator } from '@aws-sdk/client-appflow';
import { useMemo, useState } from 'react';
import { Combobox } from '../../components/Combobox';
import { dataTypeOf, typeNameOf } from '../../components/flow/fieldTypes';
import { operatorLabel } from '../../components/flow/filterValues';
import { texts as flowTexts } from '../../components/flow/texts';
import { useTexts } from '../../i18n/texts';
import type { FilterDraft } from './draft';
import { fieldOption, MANY, optionOf } from './fieldOptions';
import { filterControl } from './filterProblems';
import {
  COMPARISON_TYPES,
  kindOf,
  MAX_CRITERIA,
  mayHaveMore,
  operatorsFor,
  withDataType,
  withField,
  withMoreCriteria,
  withOperator,
} from './filters';
import { filterTexts } from './filterTexts';
import { FilterValueInput } from './FilterValueInput';
import type { Problem } from './step';

/** One filter: a field, a condition, and what it is compared with. */
export function FilterForm({
  filter,
  onChange,
  fields,
  isOfFiles,
  problems,
  isChecked,
}: {
  filter: FilterDraft;
  onChange: (filter: FilterDraft) => void;
  /** Those that can be filtered. */
  fields: ConnectorEntityField[];
  isOfFiles: boolean;
  /** Of all filters. */
  problems: Problem[];
  isChecked: boolean;
}) {
  const t = useTexts(filterTexts);
  const tf = useTexts(flowTexts);
  // What is missing is no mistake before it was looked at.
  const [touched, setTouched] = useState<ReadonlySet<number>>(new Set());
  const options = useMemo(() => fields.map(fieldOption), [fields]);
  const field = fields.find(({ identifier }) => identifier === filter.field);
  const kind = kindOf(filter, field);
  const operators = operatorsFor(filter, field);
  const operatorOptions = (
    operators.includes(filter.operator) ? operators : [...operators, filter.operator]
  ).map((value) => ({ value, label: operatorLabel(value, kind, tf) }));
  const isText = dataTypeOf(typeNameOf(field) ?? 'String') === 'String';
  const canCompareAs = field && ((isOfFiles && isText) || filter.dataType !== undefined);
  const types = COMPARISON_TYPES.map((value) => ({ value, label: t.types[value] }));
  const canAdd = field && mayHaveMore(filter.operator, kind);

  const idOf = (part: string) => filterControl(filter.id, part);
  const errorOf = (part: string) => problems.find(({ control }) => control === idOf(part))?.message;
  const labelOfValue = (index: number) => {
    if (filter.operator !== 'BETWEEN') return t.criteria(index + 1);
    return index === 0 ? t.from(1) : t.to(2);
  };
  const changeValue = (index: number, value: string) => {
    setTouched(new Set(touched).add(index));
    onChange({ ...filter, values: filter.values.with(index, value) });
  };

  return (
    <SpaceBetween size="m">
      <Grid
        gridDefinition={[
          { colspan: { default: 12, xs: 4 } },
          ...(canCompareAs ? [{ colspan: { default: 12, xs: 4 } }] : []),
          { colspan: { default: 12, xs: 4 } },
        ]}
      >
        <FormField
          label={t.fieldName}
          errorText={isChecked && errorOf('field')}
          controlId={idOf('field')}
          stretch
        >
          <Combobox
            options={options}
            selectedOption={optionOf(options, filter.field)}
            onChange={({ detail }) => {
              setTouched(new Set());
              const chosen = fields.find(
                ({ identifier }) => identifier === detail.selectedOption.value,
              );
              onChange(withField(filter, chosen!));
            }}
            placeholder={t.chooseField}
            filteringType="auto"
            filteringAriaLabel={t.findFields}
            empty={t.noMatches}
            noMatch={t.noMatches}
            virtualScroll={options.length > MANY}
          />
        </FormField>
        {canCompareAs && (
          <FormField label={t.compareAs} constraintText={isOfFiles && t.compareAsText} stretch>
            <Combobox
              options={types}
              selectedOption={optionOf(
                types,
                COMPARISON_TYPES.find(
                  (type) => kindOf({ ...filter, dataType: type }, field) === kind,
                ) ?? 'String',
              )}
              onChange={({ detail }) =>
                onChange(withDataType(filter, detail.selectedOption.value!, field))
              }
            />
          </FormField>
        )}
        <FormField
          label={t.condition}
          errorText={isChecked && errorOf('condition')}
          controlId={idOf('condition')}
          stretch
        >
          <Combobox
            options={operatorOptions}
            selectedOption={field ? optionOf(operatorOptions, filter.operator) : null}
            onChange={({ detail }) =>
              onChange(withOperator(filter, detail.selectedOption.value as Operator, kind))
            }
            disabled={!field}
            placeholder={t.condition}
          />
        </FormField>
      </Grid>
      {field && (
        <SpaceBetween size="s">
          {filter.values.map((value, index) => (
            <SpaceBetween key={index} direction="horizontal" size="xs" alignItems="end">
              <FormField
                label={labelOfValue(index)}
                errorText={
                  (isChecked || (touched.has(index) && value !== '')) && errorOf(`value-${index}`)
                }
                controlId={idOf(`value-${index}`)}
              >
                <FilterValueInput
                  kind={kind}
                  value={value}
                  choices={field.supportedFieldTypeDetails?.v1?.supportedValues ?? []}
                  label={labelOfValue(index)}
                  onChange={(changed) => changeValue(index, changed)}
                />
              </FormField>
              {filter.operator !== 'BETWEEN' && filter.values.length > 1 && (
                <Button
                  iconName="close"
                  variant="icon"
                  ariaLabel={t.removeCriteria(index + 1)}
                  onClick={() => onChange({ ...filter, values: filter.values.toSpliced(index, 1) })}
                />
              )}
            </SpaceBetween>
          ))}
          {filter.operator !== 'BETWEEN' && filter.values.length > 1 && (
            <Box color="text-body-secondary">
              {filter.operator === 'NOT_EQUAL_TO' ? t.noneOf : t.anyOf}
            </Box>
          )}
          {canAdd && (
            <Button
              onClick={() => onChange(withMoreCriteria(filter, kind))}
              disabled={filter.values.length >= MAX_CRITERIA}
              disabledReason={t.tooManyCriteria}
            >
              {t.addCriteria}
            </Button>
          )}
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
