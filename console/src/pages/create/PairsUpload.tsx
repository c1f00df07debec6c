import Button from '@cloudscape-design/components/button';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts';
import type { MappedField } from './draft';
import { withPairsOfFile } from './mapping';
import { CsvError, readPairs, writePairs } from './mappingCsv';
import { mappingTexts } from './mappingTexts';

const namesOf = (fields: ConnectorEntityField[]) =>
  new Set(fields.map(({ identifier }) => identifier!));

function save(name: string, text: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Pairs of fields from a file, and into one. */
export function PairsUpload({
  rows,
  sourceFields,
  destinationFields,
  onPairs,
}: {
  rows: MappedField[];
  sourceFields: ConnectorEntityField[];
  /** Nothing where any name will do. */
  destinationFields: ConnectorEntityField[] | undefined;
  onPairs: (rows: MappedField[]) => void;
}) {
  const t = useTexts(mappingTexts);
  const [file, setFile] = useState<File>();
  const [error, setError] = useState<string>();
  const [count, setCount] = useState<number>();
  const plainRows = rows.filter(({ all, formula }) => !all && !formula);

  const read = async (chosen: File | undefined) => {
    setFile(chosen);
    setError(undefined);
    setCount(undefined);
    if (!chosen) return;
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(await chosen.arrayBuffer());
    } catch {
      return setError(t.notUtf8);
    }
    try {
      const pairs = readPairs(
        text,
        namesOf(sourceFields),
        destinationFields && namesOf(destinationFields),
        rows.filter(({ formula }) => formula).map(({ destination }) => destination),
      );
      onPairs(withPairsOfFile(rows, pairs, destinationFields ?? []));
      setCount(pairs.length);
    } catch (thrown) {
      if (!(thrown instanceof CsvError)) throw thrown;
      setError(t.csvFault(thrown.fault));
    }
  };

  return (
    <SpaceBetween size="s">
      <FormField stretch>
        <FileUpload
          accept=".csv,text/csv"
          value={file ? [file] : []}
          onChange={({ detail }) => void read(detail.value[0])}
          i18nStrings={{
            uploadButtonText: () => t.chooseFile,
            dropzoneText: () => t.dropFile,
            removeFileAriaLabel: (_, name) => t.removeFile(name),
          }}
          showFileSize
          constraintText={t.csvHint}
          errorText={error}
        />
      </FormField>
      <div aria-live="polite">
        {count !== undefined && (
          <StatusIndicator type="success">{t.csvDone(count)}</StatusIndicator>
        )}
      </div>
      <Button
        iconName="download"
        disabled={plainRows.length === 0}
        disabledReason={t.nothingMapped}
        onClick={() =>
          save(
            'mapping.csv',
            writePairs(
              plainRows.map(({ sources: [source], destination }) => ({ source, destination })),
            ),
          )
        }
      >
        {t.download}
      </Button>
    </SpaceBetween>
  );
}
