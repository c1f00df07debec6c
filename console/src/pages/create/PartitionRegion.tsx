import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useState } from 'react';
import { Combobox } from '../../components/Combobox';
import { Multicombobox } from '../../components/flow/Multicombobox';
import { useTexts } from '../../i18n/texts';
import type { MappingDraft } from './draft';
import { MANY, optionOf } from './fieldOptions';
import { readableFields, written } from './mapping';
import { mappingTexts } from './mappingTexts';
import { Region } from './Region';

const PRECISIONS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE'] as const;

/** Where an S3 destination's files go, and how many they are. */
export function PartitionRegion({
  mapping,
  changeMapping,
  sourceFields,
  fieldsError,
  sizeError,
}: {
  mapping: MappingDraft;
  changeMapping: (part: Partial<MappingDraft>) => void;
  sourceFields: ConnectorEntityField[];
  fieldsError: string | undefined;
  sizeError: string | undefined;
}) {
  const t = useTexts(mappingTexts);
  const { partition, aggregation, method, rows } = mapping;
  const [hasFields, setHasFields] = useState(partition.byFields.length > 0);
  const change = (part: Partial<MappingDraft['partition']>) =>
    changeMapping({ partition: { ...partition, ...part } });
  const names =
    method === 'passthrough'
      ? readableFields(sourceFields).map(({ identifier }) => identifier!)
      : written(rows, sourceFields).map(({ name }) => name);
  const options = names.map((value) => ({ value, label: value }));
  const precisions = PRECISIONS.map((value) => ({ value, label: t[value] }));

  return (
    <Region title={t.partition} description={t.partitionText}>
      <FormField label={t.partitionSettings} stretch>
        <SpaceBetween size="s">
          <Checkbox
            checked={partition.byDate !== undefined}
            description={t.byDateText}
            onChange={({ detail }) =>
              change(
                detail.checked ? { byDate: 'DAY', byExecutionId: true } : { byDate: undefined },
              )
            }
          >
            {t.byDate}
          </Checkbox>
          {partition.byDate && (
            <FormField label={t.precision}>
              <Combobox
                options={precisions}
                selectedOption={optionOf(precisions, partition.byDate)}
                onChange={({ detail }) =>
                  change({ byDate: detail.selectedOption.value as (typeof PRECISIONS)[number] })
                }
              />
            </FormField>
          )}
          <Checkbox
            checked={partition.byExecutionId}
            disabled={partition.byDate !== undefined && partition.byExecutionId}
            description={
              partition.byDate ? `${t.byExecutionText} ${t.byExecutionForced}` : t.byExecutionText
            }
            onChange={({ detail }) => change({ byExecutionId: detail.checked })}
          >
            {t.byExecution}
          </Checkbox>
          <Checkbox
            checked={hasFields}
            description={t.byFieldsText}
            onChange={({ detail }) => {
              setHasFields(detail.checked);
              if (!detail.checked) change({ byFields: [] });
            }}
          >
            {t.byFields}
          </Checkbox>
          {hasFields && (
            <FormField label={t.byFields} errorText={fieldsError} controlId="partition-fields">
              <Multicombobox
                options={options}
                selectedOptions={partition.byFields.map((name) => optionOf(options, name)!)}
                onChange={({ detail }) =>
                  change({ byFields: detail.selectedOptions.map(({ value }) => value!) })
                }
                placeholder={t.chooseField}
                filteringType="auto"
                filteringAriaLabel={t.findFields}
                empty={t.mapFirst}
                noMatch={t.noFields}
                deselectAriaLabel={({ label }) => t.removeField(label!)}
                virtualScroll={options.length > MANY}
              />
            </FormField>
          )}
        </SpaceBetween>
      </FormField>
      <FormField label={t.aggregation} stretch>
        <RadioGroup
          value={aggregation.type}
          onChange={({ detail }) =>
            changeMapping({
              aggregation: {
                ...aggregation,
                type: detail.value as MappingDraft['aggregation']['type'],
              },
            })
          }
          items={[
            { value: 'None', label: t.noAggregation, description: t.noAggregationText },
            { value: 'SingleFile', label: t.singleFile },
            { value: 'MultipleFiles', label: t.multipleFiles },
          ]}
        />
      </FormField>
      {aggregation.type === 'MultipleFiles' && (
        <FormField label={t.targetSize} errorText={sizeError} controlId="aggregation-size">
          <Input
            type="number"
            inputMode="numeric"
            value={aggregation.targetFileSizeMb?.toString() ?? ''}
            onChange={({ detail }) =>
              changeMapping({
                aggregation: {
                  ...aggregation,
                  targetFileSizeMb: detail.value === '' ? undefined : Number(detail.value),
                },
              })
            }
          />
        </FormField>
      )}
    </Region>
  );
}
