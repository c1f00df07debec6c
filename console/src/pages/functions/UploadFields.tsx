import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Combobox } from '../../components/Combobox';
import { useTexts } from '../../i18n/texts';
import { texts, type FunctionTexts } from './texts';
import { checkUpload, checkZip, RUNTIMES, withFile, withRuntime, type Upload, type UploadProblem } from './upload';

function textOf(problem: UploadProblem, t: FunctionTexts): string {
  return t.problems[problem];
}

/** The zip alone. */
export function ZipField({
  file,
  isChecked,
  onChange,
}: {
  file: File | undefined;
  isChecked: boolean;
  onChange: (file: File | undefined) => void;
}) {
  const t = useTexts(texts);
  const problem = checkZip(file);
  const isShown = problem && (isChecked || file);
  return (
    <FormField label={t.zip} description={t.zipHint} errorText={isShown && (problem === 'missing' ? t.zipMissing : textOf(problem, t))}>
      <FileUpload
        value={file ? [file] : []}
        accept=".zip,application/zip"
        showFileSize
        onChange={({ detail }) => onChange(detail.value[0])}
        i18nStrings={{
          uploadButtonText: () => t.chooseZip,
          dropzoneText: () => t.dropZip,
          removeFileAriaLabel: (_, name) => t.removeFile(name),
        }}
      />
    </FormField>
  );
}

/** All that CreateFunction wants to know. */
export function UploadFields({
  upload,
  isChecked,
  nameError,
  onChange,
}: {
  upload: Upload;
  isChecked: boolean;
  /** The service's own words on the name: that it is taken. */
  nameError?: string;
  onChange: (upload: Upload) => void;
}) {
  const t = useTexts(texts);
  const problems = checkUpload(upload);
  const errorOf = (field: keyof Upload) => {
    const problem = problems[field];
    return problem && (isChecked || problem !== 'missing') ? textOf(problem, t) : undefined;
  };
  return (
    <SpaceBetween size="m">
      <ZipField
        file={upload.file}
        isChecked={isChecked}
        onChange={(file) => onChange(withFile(upload, file))}
      />
      <FormField label={t.functionName} errorText={nameError ?? errorOf('functionName')}>
        <Input
          value={upload.functionName}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => onChange({ ...upload, functionName: detail.value })}
        />
      </FormField>
      <FormField label={t.runtime} description={t.runtimeHint}>
        <Combobox
          selectedOption={{ value: upload.runtime, label: upload.runtime }}
          options={RUNTIMES.map((value) => ({ value, label: value }))}
          onChange={({ detail }) => onChange(withRuntime(upload, detail.selectedOption.value!))}
        />
      </FormField>
      <FormField label={t.handler} description={t.handlerHint} errorText={errorOf('handler')}>
        <Input
          value={upload.handler}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => onChange({ ...upload, handler: detail.value })}
        />
      </FormField>
      <FormField label={t.memory} description={t.memoryHint} errorText={errorOf('memory')}>
        <Input
          value={upload.memory}
          inputMode="numeric"
          autoComplete={false}
          onChange={({ detail }) => onChange({ ...upload, memory: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  );
}
