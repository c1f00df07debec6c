import Tiles from '@cloudscape-design/components/tiles';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import FormField from '@cloudscape-design/components/form-field';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft, MappingDraft, MappingMethod } from './draft';
import { isSchemaless } from './mapping';
import { mappingTexts } from './mappingTexts';
import { PairsUpload } from './PairsUpload';
import { Region } from './Region';

export function MappingMethodRegion({
  draft,
  changeMapping,
  sourceFields,
  destinationFields,
  error,
}: {
  draft: FlowDraft;
  changeMapping: (part: Partial<MappingDraft>) => void;
  sourceFields: ConnectorEntityField[];
  destinationFields: ConnectorEntityField[];
  error: string | undefined;
}) {
  const t = useTexts(mappingTexts);
  const { method } = draft.mapping;
  const canPass = isSchemaless(draft);
  return (
    <Region title={t.method} hasInfo>
      <FormField errorText={error} stretch>
        <Tiles
          ariaLabel={t.method}
          columns={3}
          value={method}
          onChange={({ detail }) => changeMapping({ method: detail.value as MappingMethod })}
          items={[
            {
              value: 'manual',
              label: t.manual,
              description: t.manualText,
              controlId: 'mapping-method',
            },
            { value: 'csv', label: t.csv, description: t.csvText },
            {
              value: 'passthrough',
              label: t.passthrough,
              description: canPass ? t.passthroughText : `${t.passthroughText} ${t.passthroughOff}`,
              disabled: !canPass,
            },
          ]}
        />
      </FormField>
      {method === 'csv' && (
        <PairsUpload
          rows={draft.mapping.rows}
          sourceFields={sourceFields}
          destinationFields={canPass ? undefined : destinationFields}
          onPairs={(rows) => changeMapping({ rows })}
        />
      )}
    </Region>
  );
}
