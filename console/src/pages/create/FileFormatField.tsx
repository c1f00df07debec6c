import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useTexts } from '../../i18n/texts';
import {
  inputFormatOf,
  outputFormatOf,
  withInputFormat,
  withOutputFormat,
  type FileFormat,
  type Role,
} from './endpoints';
import type { StepProps } from './step';
import { texts } from './texts';

/** How the files of S3 are read or written. */
export function FileFormatField({
  role,
  draft,
  change,
  isEdited,
}: Pick<StepProps, 'draft' | 'change'> & { role: Role; isEdited: boolean }) {
  const t = useTexts(texts);
  const isSource = role === 'source';
  const value = isSource ? inputFormatOf(draft) : outputFormatOf(draft);
  // That a source is Parquet is said by a tag, and tags are not changed with the flow.
  const isByTag = (format: FileFormat) => isEdited && isSource && format === 'PARQUET';
  const items = [
    { value: 'CSV', label: t.csv, description: t.csvText },
    { value: 'JSON', label: t.json, description: t.jsonText },
    { value: 'PARQUET', label: t.parquet, description: t.parquetText },
  ] as const;
  return (
    <FormField label={t.format}>
      <RadioGroup
        value={value}
        items={items.map((item) => ({
          ...item,
          ...(isByTag(item.value) !== isByTag(value)
            ? { disabled: true, description: t.parquetByTag }
            : {}),
        }))}
        onChange={({ detail }) => {
          const format = detail.value as FileFormat;
          change(isSource ? withInputFormat(draft, format) : withOutputFormat(draft, format));
        }}
      />
    </FormField>
  );
}
