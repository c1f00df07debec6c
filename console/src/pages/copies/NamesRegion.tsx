import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import { addressOf } from '../create/endpoints';
import { Region } from '../create/Region';
import type { Choices, FieldsMode } from './choices';
import { texts } from './texts';

/** How the new flows and what they write to are called, and what they map. */
export function NamesRegion({
  template,
  choices,
  canCreateTables,
  onChange,
}: {
  template: FlowDraft;
  choices: Choices;
  /** Whether the destination's connector can make what isn't there. */
  canCreateTables: boolean;
  onChange(part: Partial<Choices>): void;
}) {
  const t = useTexts(texts);
  const { destination } = template;
  const isS3 = destination.connectorType === 'S3';
  const modes: FieldsMode[] = isS3 ? ['all', 'template'] : ['byName', 'all', 'template'];
  return (
    <Region title={t.names} hasInfo>
      <ColumnLayout columns={2}>
        <FormField
          label={t.namePattern}
          description={t.namePatternText(choices.levels.length > 0)}
          controlId="copies-names"
        >
          <Input
            value={choices.namePattern}
            spellcheck={false}
            onChange={({ detail }) => onChange({ namePattern: detail.value })}
          />
        </FormField>
        {isS3 ? (
          <div>
            <Box variant="awsui-key-label">{t.folder}</Box>
            {t.folderText(addressOf(destination.bucketName, destination.bucketPrefix))}
          </div>
        ) : (
          <FormField
            label={t.destinationPattern}
            description={t.destinationPatternText}
            controlId="copies-destinations"
          >
            <Input
              value={choices.destinationPattern}
              spellcheck={false}
              onChange={({ detail }) => onChange({ destinationPattern: detail.value })}
            />
          </FormField>
        )}
      </ColumnLayout>
      {canCreateTables && (
        <Checkbox
          checked={choices.createsTables}
          description={t.createTablesText}
          onChange={({ detail }) => onChange({ createsTables: detail.checked })}
        >
          {t.createTables}
        </Checkbox>
      )}
      <FormField label={t.fields} constraintText={t.kept}>
        <RadioGroup
          value={choices.fields}
          items={modes.map((value) => ({
            value,
            label: t.modes[value],
            description: t.modeTexts[value],
          }))}
          onChange={({ detail }) => onChange({ fields: detail.value as FieldsMode })}
        />
      </FormField>
    </Region>
  );
}
