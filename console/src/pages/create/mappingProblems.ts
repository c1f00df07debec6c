import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import {
  dataTypeOf,
  fieldsByName,
  isNumber,
  labelOf,
  typeNameOf,
} from '../../components/flow/fieldTypes';
import { mappedFieldView, type FieldsByName } from '../../components/flow/mappedFieldView';
import type { Language } from '../../i18n/texts';
import type { FlowDraft, MappedField, ValidationDraft } from './draft';
import { hasMapping, idFieldChoices, isSchemaless, isWritable, written } from './mapping';
import { mappingTexts, type MappingTexts } from './mappingTexts';
import type { Problem } from './step';
import { isMaker, temporaryOf } from './tasks';

const SHOWN = 5; // Names in a sentence.
export const MAX_PARTITION_KEYS = 10;

export function shortened(names: string[], t: MappingTexts): string[] {
  if (names.length <= SHOWN + 1) return names;
  return [...names.slice(0, SHOWN), t.other(names.length - SHOWN)];
}

const unique = (names: string[]) => [...new Set(names)];

/** What a validation can't be asked of a field of that type; nothing: it can. */
export function isCheckable(condition: ValidationDraft['condition'], typeName: string): boolean {
  const type = dataTypeOf(typeName);
  return condition === 'NonNull' || type === 'String' || isNumber(type);
}

class Check {
  readonly problems: Problem[] = [];
  private readonly source: FieldsByName;
  private readonly destination: FieldsByName;
  private readonly made: Set<string>;

  constructor(
    private readonly draft: FlowDraft,
    private readonly sourceFields: ConnectorEntityField[],
    private readonly destinationFields: ConnectorEntityField[],
    private readonly t: MappingTexts,
  ) {
    this.source = fieldsByName(sourceFields);
    this.destination = isSchemaless(draft) ? new Map() : fieldsByName(destinationFields);
    this.made = new Set([
      ...draft.otherTasks.filter(isMaker).map(temporaryOf),
      ...draft.mapping.rows.flatMap(({ temporary }) => temporary ?? []),
    ]);
  }

  private say(control: string, message: string) {
    this.problems.push({ control, message });
  }

  private get rows(): MappedField[] {
    const { method, rows } = this.draft.mapping;
    return method === 'passthrough' ? [] : rows;
  }

  private get destinations(): Set<string> {
    return new Set(written(this.rows, this.sourceFields).map(({ name }) => name));
  }

  private labelOf(name: string): string {
    const field = this.source.get(name);
    return field ? labelOf(field) : name;
  }

  private isUnknown(name: string): boolean {
    return this.source.size > 0 && !this.source.has(name) && !this.made.has(name);
  }

  method() {
    const canPass = isSchemaless(this.draft);
    if (this.draft.mapping.method === 'passthrough' && !canPass) {
      this.say('mapping-method', this.t.passthroughOff);
    } else if (!hasMapping(this.draft)) {
      this.say('mapping-source', this.t.nothingMapped);
    }
  }

  ids() {
    const { writeOperation, idFields } = this.draft.mapping;
    if (isSchemaless(this.draft) || writeOperation === 'INSERT') return;
    const control = 'mapping-id-fields';
    if (idFields.length === 0) return this.say(control, this.t.idMissing);
    const choices = idFieldChoices(this.destinationFields, writeOperation);
    const impossible = idFields.filter(
      (name) => choices.length > 0 && choices.every(({ identifier }) => identifier !== name),
    );
    if (impossible.length) return this.say(control, this.t.idNotPossible(impossible));
    const mapped = this.destinations;
    const unmapped = idFields.filter((name) => !mapped.has(name));
    if (unmapped.length) this.say(control, this.t.idNotMapped(unmapped));
  }

  fields() {
    const { t, draft, rows, destination } = this;
    const gone = unique(
      rows.flatMap(({ sources }) => sources).filter((name) => this.isUnknown(name)),
    );
    if (gone.length) this.say('mapping-source', t.sourceGone(shortened(gone, t)));
    const all = written(rows, this.sourceFields).map(({ name }) => name);
    const names = unique(all);
    const twice = names.find((name) => all.indexOf(name) !== all.lastIndexOf(name));
    if (all.length > names.length && twice) this.say('mapping-destination', t.twice(twice));
    if (destination.size === 0) return;
    const unknown = names.filter((name) => !destination.has(name));
    if (unknown.length) this.say('mapping-destination', t.destinationGone(shortened(unknown, t)));
    const { writeOperation, idFields } = draft.mapping;
    const unwritable = names.filter((name) => {
      const field = destination.get(name);
      return field && !isWritable(field, writeOperation, idFields);
    });
    if (unwritable.length) this.say('mapping-destination', t.unwritable(shortened(unwritable, t)));
  }

  types() {
    const { t } = this;
    const masked = new Set(
      this.rows
        .filter((row) => !row.formula && row.modifications.some(({ kind }) => kind !== 'Truncate'))
        .flatMap(({ sources }) => sources),
    );
    for (const row of this.rows) {
      const { fit } = mappedFieldView(row, this.source, this.destination);
      if (fit?.fit === 'impossible') {
        const from = row.sources.map((name) => this.labelOf(name)).join(', ');
        this.say('mapping-source', t.impossible(from, fit.from, row.destination, fit.to));
      }
      if (row.formula && row.formula.kind !== 'Concatenate') this.operands(row.sources, masked);
      if (row.modifications.some(({ kind }) => kind === 'Truncate')) this.truncated(row);
    }
  }

  private operands(names: string[], masked: Set<string>) {
    for (const name of unique(names)) {
      const type = typeNameOf(this.source.get(name));
      if (masked.has(name)) {
        this.say('mapping-source', this.t.maskedOperand(this.labelOf(name)));
      } else if (type && dataTypeOf(type) !== 'String' && !isNumber(dataTypeOf(type))) {
        this.say('mapping-source', this.t.noNumber(this.labelOf(name), type));
      }
    }
  }

  private truncated({ formula, sources, modifications }: MappedField) {
    const isTextBefore = modifications[0].kind !== 'Truncate' || formula?.kind === 'Concatenate';
    const type = formula ? 'BigDecimal' : typeNameOf(this.source.get(sources[0]));
    if (isTextBefore || !type || dataTypeOf(type) === 'String') return;
    this.say('mapping-source', this.t.cutsNoText(this.labelOf(sources[0]), type));
  }

  validations() {
    const { t } = this;
    const seen = new Set<string>();
    this.draft.mapping.validations.forEach(({ field, condition, action }, i) => {
      const control = `validation-${i}`;
      const type = typeNameOf(this.source.get(field));
      const key = JSON.stringify([field, condition, action]);
      if (field === '') this.say(control, t.validationField);
      else if (this.isUnknown(field)) this.say(control, t.validationGone(field));
      else if (type && !isCheckable(condition, type)) {
        this.say(control, t.validationType(this.labelOf(field), type));
      } else if (seen.has(key)) this.say(control, t.validationTwice(this.labelOf(field)));
      seen.add(key);
    });
  }

  folders() {
    if (!isSchemaless(this.draft)) return;
    const { partition, aggregation, method } = this.draft.mapping;
    const { byFields } = partition;
    const mapped = new Set(
      method === 'passthrough'
        ? this.sourceFields.map(({ identifier }) => identifier!)
        : this.destinations,
    );
    const isKnown = mapped.size > 0 && this.draft.otherTasks.length === 0;
    const unmapped = byFields.filter((name) => !mapped.has(name));
    if (byFields.length > MAX_PARTITION_KEYS) this.say('partition-fields', this.t.tooManyKeys);
    else if (isKnown && unmapped.length)
      this.say('partition-fields', this.t.keyNotMapped(unmapped));
    const { type, targetFileSizeMb: size } = aggregation;
    const isSize = size !== undefined && Number.isInteger(size) && size >= 1;
    if (type === 'MultipleFiles' && !isSize) this.say('aggregation-size', this.t.sizeFault);
  }
}

/** What stands in the way of leaving step 3. */
export function mappingProblems(
  draft: FlowDraft,
  sourceFields: ConnectorEntityField[],
  destinationFields: ConnectorEntityField[],
  language: Language,
): Problem[] {
  const check = new Check(draft, sourceFields, destinationFields, mappingTexts[language]);
  check.method();
  check.ids();
  check.fields();
  check.types();
  check.folders();
  check.validations();
  return check.problems;
}
