import Autosuggest from '@cloudscape-design/components/autosuggest';
import Box from '@cloudscape-design/components/box';
import DatePicker from '@cloudscape-design/components/date-picker';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TimeInput from '@cloudscape-design/components/time-input';
import { useId, useState } from 'react';
import { Combobox } from '../../components/Combobox';
import { dayOf, momentOf, type ValueKind } from '../../components/flow/filterValues';
import { useTexts } from '../../i18n/texts';
import { optionOf } from './fieldOptions';
import { dayValue, localParts, momentValue, zoneAt } from './filters';
import { filterTexts } from './filterTexts';

interface Props {
  value: string;
  onChange: (value: string) => void;
  label: string;
}

const BOOLEANS = ['true', 'false'].map((value) => ({ value, label: value }));

/** The control for a value of that kind. */
export function FilterValueInput({
  kind,
  choices,
  ...props
}: Props & {
  kind: ValueKind;
  /** Values that the source knows, of texts. */
  choices: string[];
}) {
  const t = useTexts(filterTexts);
  const { value, onChange } = props;
  switch (kind) {
    case 'boolean':
      return (
        <Combobox
          options={BOOLEANS}
          selectedOption={optionOf(BOOLEANS, value)}
          onChange={({ detail }) => onChange(detail.selectedOption.value!)}
          placeholder={t.chooseValue}
        />
      );
    case 'date':
      return (
        <>
          <DatePicker
            value={value && dayOf(value)}
            onChange={({ detail }) => onChange(dayValue(detail.value))}
            placeholder="YYYY/MM/DD"
          />
          <Box variant="small" color="text-body-secondary">
            {t.dayHint}
          </Box>
        </>
      );
    case 'datetime':
      return <MomentInput {...props} />;
    case 'number':
      return (
        <Input
          value={value}
          inputMode="decimal"
          onChange={({ detail }) => onChange(detail.value.trim())}
          placeholder={t.enterNumber}
        />
      );
    case 'text':
      return choices.length > 0 ? (
        <Autosuggest
          value={value}
          options={choices.map((choice) => ({ value: choice }))}
          onChange={({ detail }) => onChange(detail.value)}
          placeholder={t.enterText}
          empty={t.noMatches}
        />
      ) : (
        <Input
          value={value}
          onChange={({ detail }) => onChange(detail.value)}
          placeholder={t.enterText}
          spellcheck={false}
        />
      );
  }
}

/** A moment in the reader's zone, which is named, with what it is in UTC. */
function MomentInput({ value, onChange, label }: Props) {
  const t = useTexts(filterTexts);
  const timeId = useId();
  // A time that is being typed is no time yet.
  const [parts, setParts] = useState(() => localParts(value));
  const change = (part: Partial<typeof parts>) => {
    const changed = { ...parts, ...part };
    setParts(changed);
    onChange(momentValue(changed.date, changed.time));
  };
  const moment = value === '' ? undefined : momentOf(value);
  const { zone, offset } = zoneAt(moment ?? new Date());
  return (
    <SpaceBetween size="xxs">
      <SpaceBetween direction="horizontal" size="xs">
        <DatePicker
          value={parts.date}
          onChange={({ detail }) => change({ date: detail.value })}
          placeholder="YYYY/MM/DD"
        />
        <TimeInput
          value={parts.time}
          onChange={({ detail }) => change({ time: detail.value })}
          ariaLabel={`${label}, ${t.time}`}
          controlId={timeId}
          placeholder="hh:mm:ss"
          format="hh:mm:ss"
        />
      </SpaceBetween>
      <Box variant="small" color="text-body-secondary">
        {t.zone(zone, offset)}
        {moment && ` ${t.utc(moment.toISOString().replace('.000Z', 'Z'))}`}
      </Box>
    </SpaceBetween>
  );
}
