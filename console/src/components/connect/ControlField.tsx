import Box from '@cloudscape-design/components/box';
import DatePicker from '@cloudscape-design/components/date-picker';
import FileInput from '@cloudscape-design/components/file-input';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import TimeInput from '@cloudscape-design/components/time-input';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts';
import { Combobox } from '../Combobox';
import { checkValue, type Control } from './credentialForm';
import { texts, type ConnectTexts } from './texts';

type KnownKey =
  | 'username'
  | 'password'
  | 'apiKey'
  | 'apiSecretKey'
  | 'clientId'
  | 'clientSecret'
  | 'grantType'
  | 'tokenUrl'
  | 'authCodeUrl'
  | 'scopes';

/** The connector's own, or the console's for what every connector has. */
export function labelOf(control: Control, t: ConnectTexts): string {
  return control.label ?? t[control.key as KnownKey];
}

interface ControlFieldProps {
  control: Control;
  value: string;
  /** Whether the form was tried: what is wrong is shown from then on. */
  isChecked: boolean;
  /** The service's own words on this field. */
  error?: string;
  /** A secret that is kept already, and has to be typed again. */
  isKept?: boolean;
  onChange: (value: string) => void;
}

/** A control that is drawn from what a connector says of itself. */
export function ControlField({ control, value, isChecked, error, isKept, onChange }: ControlFieldProps) {
  const t = useTexts(texts);
  const [fileError, setFileError] = useState<string>();
  const label = labelOf(control, t);
  const change = (changed: string) => {
    setFileError(undefined);
    onChange(changed);
  };
  const problem = checkValue(control, value);
  const isShown = problem && (isChecked || problem === 'space');
  const problemText = {
    missing: control.options.length ? t.choiceMissing(label) : t.valueMissing(label),
    space: t.valueSpace,
    number: t.valueNumber,
    url: t.valueUrl,
    template: t.valueTemplate,
  };
  const descriptions = [
    control.description,
    control.kind === 'pem' && t.pemHint,
    isKept && control.isSensitive && t.typeAgain,
  ].filter((text) => typeof text === 'string');
  const field = (
    <FormField
      label={label}
      // Beside the label: what the field is called stays what the connector calls it.
      info={
        !control.isRequired &&
        control.kind !== 'toggle' && (
          <Box color="text-body-secondary" variant="span">
            <i>{t.optional}</i>
          </Box>
        )
      }
      description={descriptions.length > 0 && descriptions.map((text) => <div key={text}>{text}</div>)}
      errorText={error ?? fileError ?? (isShown && problemText[problem])}
    >
      <Inner control={control} label={label} value={value} onChange={change} t={t} />
    </FormField>
  );
  // A form field has one control; what else there is stands beside it.
  if (control.kind === 'pem') {
    return (
      <SpaceBetween size="xs">
        {field}
        <FileInput
          value={[]}
          accept=".pem,.crt,.cer,.key"
          ariaLabel={`${t.uploadFile} (${label})`}
          onChange={({ detail }) => {
            const file = detail.value[0];
            file?.text().then(change, () => setFileError(t.fileUnreadable(file.name)));
          }}
        >
          {t.uploadFile}
        </FileInput>
      </SpaceBetween>
    );
  }
  if (control.kind === 'datetime') {
    const { date, time } = splitDateTime(value);
    return (
      <SpaceBetween size="xs">
        {field}
        <FormField label={t.timeOf(label)}>
          <TimeInput
            value={time}
            placeholder="hh:mm:ss"
            disabled={!date}
            onChange={({ detail }) => change(joinDateTime(date, detail.value))}
          />
        </FormField>
      </SpaceBetween>
    );
  }
  return field;
}

function splitDateTime(value: string): { date: string; time: string } {
  const [date = '', time = ''] = value.replace('Z', '').split('T');
  return { date, time };
}

function joinDateTime(date: string, time: string): string {
  return date && `${date}T${time || '00:00:00'}Z`;
}

function Inner({
  control,
  label,
  value,
  onChange,
  t,
}: {
  control: Control;
  label: string;
  value: string;
  onChange: (value: string) => void;
  t: ConnectTexts;
}) {
  switch (control.kind) {
    case 'select': {
      const options = control.options.map((option) => ({ value: option, label: option }));
      const unset = { value: '', label: t.notSet };
      return (
        <Combobox
          selectedOption={value ? { value, label: value } : null}
          options={control.isRequired || !value ? options : [unset, ...options]}
          placeholder={t.choose(label)}
          filteringType={options.length > 8 ? 'auto' : 'none'}
          onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
          ariaRequired={control.isRequired}
        />
      );
    }
    case 'pem':
      return (
        <Textarea
          value={value}
          onChange={({ detail }) => onChange(detail.value)}
          rows={value.includes('\n') ? 5 : 2}
          spellcheck={false}
          autoComplete={false}
        />
      );
    case 'toggle':
      return (
        <Toggle
          checked={value === 'true'}
          onChange={({ detail }) => onChange(String(detail.checked))}
          ariaLabel={label}
        />
      );
    case 'date':
      return (
        <DatePicker value={value} onChange={({ detail }) => onChange(detail.value)} placeholder="YYYY/MM/DD" />
      );
    case 'datetime': {
      const { date, time } = splitDateTime(value);
      return (
        <DatePicker
          value={date}
          onChange={({ detail }) => onChange(joinDateTime(detail.value, time))}
          placeholder="YYYY/MM/DD"
        />
      );
    }
    default:
      return (
        <Input
          value={value}
          type={control.kind === 'password' ? 'password' : 'text'}
          inputMode={control.kind === 'integer' ? 'numeric' : undefined}
          readOnly={control.kind === 'fixed'}
          // No password manager of the browser is asked: this log-in is not the reader's own.
          autoComplete={control.kind === 'password' ? 'new-password' : 'off'}
          spellcheck={false}
          ariaRequired={control.isRequired}
          onChange={({ detail }) => onChange(detail.value)}
        />
      );
  }
}
