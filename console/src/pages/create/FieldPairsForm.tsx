import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Input from '@cloudscape-design/components/input';
import LiveRegion from '@cloudscape-design/components/live-region';
import type { MultiselectProps } from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { Combobox } from '../../components/Combobox';
import { Multicombobox } from '../../components/flow/Multicombobox';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft, MappedField } from './draft';
import { fieldOption, MANY, optionOf } from './fieldOptions';
import { FormulaDialog } from './FormulaDialog';
import {
  isSchemaless,
  isWritable,
  pairsByName,
  readableFields,
  withAllFields,
  withPairs,
  type Pair,
} from './mapping';
import { mappingTexts } from './mappingTexts';
import { InfoLink } from './InfoLink';

const ALL = '\u0000all'; // No field's name.

/** Picks fields on both sides and maps them. */
export function FieldPairsForm({
  draft,
  changeRows,
  sourceFields,
  destinationFields,
  sourceTitle,
  destinationTitle,
  sourceAction,
  destinationAction,
  sourceError,
  destinationError,
}: {
  draft: FlowDraft;
  changeRows: (rows: MappedField[]) => void;
  sourceFields: ConnectorEntityField[];
  destinationFields: ConnectorEntityField[];
  sourceTitle: string;
  destinationTitle: string;
  /** Beside the title. */
  sourceAction: ReactNode;
  destinationAction: ReactNode;
  sourceError: string | undefined;
  destinationError: string | undefined;
}) {
  const t = useTexts(mappingTexts);
  const { rows, writeOperation, idFields } = draft.mapping;
  const isFree = isSchemaless(draft);
  const [sources, setSources] = useState<string[]>([]);
  const [destination, setDestination] = useState('');
  const [said, setSaid] = useState('');
  const [unmatched, setUnmatched] = useState<string[]>([]);
  const [isFormulaOpen, setFormulaOpen] = useState(false);
  const select = useRef<MultiselectProps.Ref>(null);

  const sourceOptions = useMemo(
    () => readableFields(sourceFields).map(fieldOption),
    [sourceFields],
  );
  const groups = useMemo(
    () => [
      { label: t.bulkActions, options: [{ value: ALL, label: t.mapAll }] },
      { label: t.sourceFields, options: sourceOptions },
    ],
    [sourceOptions, t],
  );
  const taken = useMemo(() => rows.map((row) => row.destination), [rows]);
  const destinationOptions = useMemo(() => {
    const isTaken = new Set(taken);
    return destinationFields.map((field) => {
      const canWrite = isWritable(field, writeOperation, idFields);
      return {
        ...fieldOption(field),
        disabled: isTaken.has(field.identifier!) || !canWrite,
        disabledReason: canWrite ? t.isTaken : t.notWritable,
      };
    });
  }, [destinationFields, taken, writeOperation, idFields, t]);

  const done = (changed: MappedField[], pairs: Pair[], without: string[] = []) => {
    changeRows(changed);
    setSources([]);
    setDestination('');
    setUnmatched(without);
    const [pair] = pairs;
    const labelOf = (name: string) => optionOf(sourceOptions, name)?.label ?? name;
    setSaid(
      pairs.length === 1
        ? t.mapped(labelOf(pair.source), pair.destination)
        : t.mappedMany(pairs.length),
    );
    select.current?.focus();
  };
  const mapPairs = (pairs: Pair[], without: string[] = []) =>
    done(withPairs(rows, pairs, destinationFields), pairs, without);

  const mapByNames = (names: string[]) => {
    const writable = destinationOptions.filter(({ disabled }) => !disabled);
    const mapped = pairsByName(
      names,
      writable.map(({ value }) => value!),
      taken,
    );
    mapPairs(mapped.pairs, mapped.unmatched);
  };
  const mapAll = () => {
    const names = sourceOptions.map(({ value }) => value!);
    if (!isFree) {
      const haveRow = new Set(rows.flatMap((row) => (row.formula ? [] : row.sources)));
      return mapByNames(names.filter((name) => !haveRow.has(name)));
    }
    done(
      withAllFields(rows),
      names.map((name) => ({ source: name, destination: name })),
    );
  };
  const mapDirectly = () => {
    const pairs = sources.map((source) => ({
      source,
      destination: (sources.length === 1 && destination.trim()) || source,
    }));
    const isTaken = new Set(taken);
    mapPairs(
      pairs.filter((pair) => !isTaken.has(pair.destination)),
      pairs.filter((pair) => isTaken.has(pair.destination)).map((pair) => pair.destination),
    );
  };
  const map = () => {
    if (isFree) mapDirectly();
    else if (sources.length > 1) setFormulaOpen(true);
    else mapPairs([{ source: sources[0], destination }]);
  };

  const canOfferNames = !isFree && sources.length > 0 && destination === '';
  const isReady = sources.length > 0 && (isFree || destination !== '');
  return (
    <SpaceBetween size="m">
      <Grid
        gridDefinition={[{ colspan: { default: 12, xs: 6 } }, { colspan: { default: 12, xs: 6 } }]}
      >
        <SpaceBetween size="xs">
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <Box variant="h3">{sourceTitle}</Box>
            {sourceAction}
          </SpaceBetween>
          <FormField
            label={t.sourceField}
            info={<InfoLink about={t.sourceField} />}
            constraintText={draft.source.connectorType === 'S3' && t.filesFirstRow}
            errorText={sourceError}
            controlId="mapping-source"
            stretch
          >
            <Multicombobox
              selectRef={select}
              options={groups}
              selectedOptions={sources.map((name) => optionOf(sourceOptions, name)!)}
              onChange={({ detail }) => {
                const names = detail.selectedOptions.map(({ value }) => value!);
                if (names.includes(ALL)) mapAll();
                else setSources(names);
              }}
              placeholder={t.chooseSource}
              filteringType="auto"
              filteringAriaLabel={t.findFields}
              noMatch={t.noFields}
              deselectAriaLabel={({ label }) => t.removeField(label!)}
              tokenLimit={5}
              virtualScroll={sourceOptions.length > MANY}
            />
          </FormField>
        </SpaceBetween>
        <SpaceBetween size="xs">
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <Box variant="h3">{destinationTitle}</Box>
            {destinationAction}
          </SpaceBetween>
          <FormField
            label={t.destinationField}
            constraintText={isFree && sources.length > 1 && t.oneDestination}
            errorText={destinationError}
            controlId="mapping-destination"
            stretch
          >
            {isFree ? (
              <Input
                value={sources.length > 1 ? '' : destination}
                onChange={({ detail }) => setDestination(detail.value)}
                placeholder={t.sameName}
                disabled={sources.length > 1}
                spellcheck={false}
              />
            ) : (
              <Combobox
                options={destinationOptions}
                selectedOption={optionOf(destinationOptions, destination)}
                onChange={({ detail }) => setDestination(detail.selectedOption.value!)}
                placeholder={t.chooseDestination}
                filteringType="auto"
                filteringAriaLabel={t.findFields}
                empty={t.noFields}
                noMatch={t.noFields}
                virtualScroll={destinationOptions.length > MANY}
              />
            )}
          </FormField>
        </SpaceBetween>
      </Grid>
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <Button
          onClick={map}
          disabled={!isReady}
          disabledReason={isFree ? t.needsSource : t.needsBoth}
        >
          {isFree ? t.mapDirectly : t.mapFields}
        </Button>
        {canOfferNames && (
          <Button variant="inline-link" onClick={() => mapByNames(sources)}>
            {t.mapByNames(sources.length)}
          </Button>
        )}
        <LiveRegion hidden>{said}</LiveRegion>
      </SpaceBetween>
      {unmatched.length > 0 && (
        <Alert type="info" dismissible onDismiss={() => setUnmatched([])}>
          {isFree ? t.sameNameTaken(unmatched.join(', ')) : t.unmatched(unmatched)}
        </Alert>
      )}
      {isFormulaOpen && (
        <FormulaDialog
          draft={draft}
          sources={sources}
          destination={destination}
          sourceFields={sourceFields}
          destinationFields={destinationFields}
          onAdd={(changed) => {
            setFormulaOpen(false);
            done(changed, [{ source: sources.join(', '), destination }]);
          }}
          onDismiss={() => setFormulaOpen(false)}
        />
      )}
    </SpaceBetween>
  );
}
