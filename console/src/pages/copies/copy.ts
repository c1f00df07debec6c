import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import {
  fieldsByName,
  labelOf,
  typeNameOf,
} from '../../components/flow/fieldTypes';
import { mappedFieldView } from '../../components/flow/mappedFieldView';
import type { Language } from '../../i18n/texts';
import type { FilterDraft, FlowDraft, MappedField, SideDraft } from '../create/draft';
import { filterableFields, kindOf, operatorsFor, valueFault } from '../create/filters';
import {
  defaultIdFields,
  idFieldChoices,
  isSchemaless,
  isWritable,
  missingRequired,
  pairsByName,
  readableFields,
  withAllFields,
  withPairs,
  written,
} from '../create/mapping';
import { isCheckable, mappingProblems } from '../create/mappingProblems';
import { isMaker, temporaryOf } from '../create/tasks';
import type { FieldsMode } from './choices';
import type { SourceObject } from './sourceObjects';

/** One flow that is to be like the template, but of another object. */
export interface Target {
  object: SourceObject;
  flowName: string;
  /** Of destinations with objects. */
  destination: string;
}

export interface Fields {
  source: ConnectorEntityField[];
  /** Empty where the destination takes what comes: files, a table that is to be made. */
  destination: ConnectorEntityField[];
}

/** What of the template, or of the source, the copy does not have; names of fields. */
export interface LeftOut {
  /** Mappings whose source field the object lacks. */
  source: string[];
  /** Fields for which the destination has no place. */
  destination: string[];
  /** "Name (text) → day (date)" */
  types: string[];
  filters: string[];
  validations: string[];
  folders: string[];
  /** How many tasks that the console can't draw. */
  otherTasks: number;
}

export interface Copy {
  draft: FlowDraft;
  /** How many fields are mapped. */
  mapped: number;
  leftOut: LeftOut;
  /** Pairs of types that don't always fit: "Name (text) → age (int)". */
  mayRefuse: string[];
  /** Fields of the destination that need a value and get none. */
  required: string[];
  /** Where these are other fields than the template's. */
  foundBy?: string[];
  /** Why no flow can be made like that. */
  problems: string[];
}

/** How the template's object is called among those that the source lists. */
export function objectNameOf({ connectorType, object, bucketName, bucketPrefix }: SideDraft) {
  if (connectorType !== 'S3') return object ?? '';
  return `${bucketName}/${bucketPrefix.replace(/\/+$/, '')}`;
}

export function sourceOf({ source }: FlowDraft, { name, label }: SourceObject): SideDraft {
  if (source.connectorType !== 'S3') return { ...source, object: name, objectLabel: label };
  const [bucketName] = name.split('/', 1);
  return { ...source, bucketName, bucketPrefix: name.slice(bucketName.length + 1) };
}

export function destinationOf({ destination }: FlowDraft, object: string): SideDraft {
  return destination.connectorType === 'S3' ? destination : { ...destination, object };
}

/** Types are those of the fields that the copy has; what else the row's task said stays. */
function withoutTypes({ properties, ...row }: MappedField): MappedField {
  const { SOURCE_DATA_TYPE: _, DESTINATION_DATA_TYPE: __, ...others } = properties ?? {};
  return Object.keys(others).length > 0 ? { ...row, properties: others } : row;
}

class Copying {
  readonly leftOut: LeftOut = {
    source: [],
    destination: [],
    types: [],
    filters: [],
    validations: [],
    folders: [],
    otherTasks: 0,
  };
  private readonly source;
  private readonly destination;

  constructor(
    private readonly template: FlowDraft,
    private readonly fields: Fields,
  ) {
    this.source = fieldsByName(fields.source);
    this.destination = fieldsByName(fields.destination);
  }

  /** All of them or none: one may need what the other makes. */
  otherTasks(mode: FieldsMode) {
    const { otherTasks } = this.template;
    const made = new Set(otherTasks.filter(isMaker).map(temporaryOf));
    const canStay = otherTasks
      .flatMap(({ sourceFields }) => sourceFields ?? [])
      .every((name) => this.source.has(name) || made.has(name) || name === '');
    if (mode === 'template' && canStay) return otherTasks;
    this.leftOut.otherTasks = otherTasks.length;
    return [];
  }

  rows(mode: FieldsMode, made: Set<string>): MappedField[] {
    if (mode === 'all') return withAllFields([]);
    const rows = mode === 'byName' ? this.rowsByName() : this.rowsOfTemplate(made);
    return rows.filter((row) => {
      const { fit } = mappedFieldView(row, this.source, this.destination);
      if (fit?.fit !== 'impossible') return true;
      this.leftOut.types.push(pairText(row, fit));
      return false;
    });
  }

  private rowsByName(): MappedField[] {
    const { writeOperation, idFields } = this.template.mapping;
    const sources = readableFields(this.fields.source).map(({ identifier }) => identifier!);
    const destinations = this.fields.destination
      .filter((field) => isWritable(field, writeOperation, idFields) || field.isPrimaryKey)
      .map(({ identifier }) => identifier!);
    const isOpen = this.destination.size === 0;
    const { pairs, unmatched } = pairsByName(sources, isOpen ? sources : destinations, []);
    this.leftOut.destination.push(...unmatched);
    return withPairs([], pairs, this.fields.destination);
  }

  private rowsOfTemplate(made: Set<string>): MappedField[] {
    const isThere = (name: string) => this.source.has(name) || made.has(name);
    return this.template.mapping.rows.flatMap((row): MappedField[] => {
      if (row.all) return [{ ...row, all: { excluded: row.all.excluded.filter(isThere) } }];
      const missing = row.sources.filter((name) => !isThere(name));
      if (missing.length > 0) {
        this.leftOut.source.push(...missing);
        return [];
      }
      const field = this.destination.get(row.destination);
      if (this.destination.size > 0 && !field) {
        this.leftOut.destination.push(row.destination);
        return [];
      }
      return [{ ...withoutTypes(row), destinationType: typeNameOf(field) }];
    });
  }

  filters(): FilterDraft[] {
    const fields = fieldsByName(filterableFields(this.fields.source));
    // Of files only, the filter says as what their text is compared.
    const hasTypes = this.template.source.connectorType !== 'S3';
    return this.template.filters.flatMap((before): FilterDraft[] => {
      const { dataType, ...untyped } = before;
      const filter = hasTypes || dataType === undefined ? untyped : before;
      const field = fields.get(filter.field);
      const kind = kindOf(filter, field);
      const fits =
        field !== undefined &&
        operatorsFor(filter, field).includes(filter.operator) &&
        filter.values.every((_, i) => valueFault(filter, i, kind) === undefined);
      if (!fits) this.leftOut.filters.push(filter.field);
      return fits ? [filter] : [];
    });
  }

  validations() {
    return this.template.mapping.validations.filter(({ field, condition }) => {
      const type = typeNameOf(this.source.get(field));
      const fits = this.source.has(field) && (!type || isCheckable(condition, type));
      if (!fits) this.leftOut.validations.push(field);
      return fits;
    });
  }

  folders(names: Set<string>): string[] {
    return this.template.mapping.partition.byFields.filter((name) => {
      if (!names.has(name)) this.leftOut.folders.push(name);
      return names.has(name);
    });
  }

  /** By what records are found again: as in the template where that can be, else by the key. */
  idFields(draft: FlowDraft): string[] {
    const { writeOperation, idFields } = draft.mapping;
    if (isSchemaless(draft) || writeOperation === 'INSERT') return idFields;
    const pairs = written(draft.mapping.rows, this.fields.source);
    const names = new Set(pairs.map(({ name }) => name));
    const possible = idFieldChoices(this.fields.destination, writeOperation);
    const canStay =
      idFields.length > 0 &&
      idFields.every(
        (id) =>
          names.has(id) &&
          (possible.length === 0 || possible.some(({ identifier }) => identifier === id)),
      );
    if (canStay) return idFields;
    if (this.destination.size > 0) return defaultIdFields(this.fields.destination, writeOperation);
    return pairs
      .filter(({ row, name }) => this.source.get(row.sources[0] ?? name)?.isPrimaryKey)
      .map(({ name }) => name);
  }
}

function pairText(row: MappedField, { from, to }: { from: string; to: string }): string {
  return `${row.sources.join(', ')} (${from}) → ${row.destination} (${to})`;
}

export function copyOf(
  template: FlowDraft,
  { object, flowName, destination }: Target,
  fields: Fields,
  mode: FieldsMode,
  language: Language,
): Copy {
  const copying = new Copying(template, fields);
  const otherTasks = copying.otherTasks(mode);
  const made = new Set(otherTasks.filter(isMaker).map(temporaryOf));
  const isPassthrough = mode === 'template' && template.mapping.method === 'passthrough';
  const rows = isPassthrough ? [] : copying.rows(mode, made);
  const all = readableFields(fields.source).map(({ identifier }) => identifier!);
  const names = isPassthrough ? all : written(rows, fields.source).map(({ name }) => name);

  const { mapping, original } = template;
  const draft: FlowDraft = {
    ...template,
    flowName,
    clientToken: undefined,
    // Else tasks that stay would stay to the letter, with the types of the template's fields.
    original: original && { ...original, tasks: undefined },
    source: sourceOf(template, object),
    destination: destinationOf(template, destination),
    filters: copying.filters(),
    otherTasks,
    mapping: {
      ...mapping,
      method: isPassthrough ? 'passthrough' : 'manual',
      rows,
      validations: copying.validations(),
      partition: { ...mapping.partition, byFields: copying.folders(new Set(names)) },
    },
  };
  const idFields = copying.idFields(draft);
  const isSameIds = idFields.join('\n') === mapping.idFields.join('\n');
  draft.mapping.idFields = idFields;

  const [source, target] = [fieldsByName(fields.source), fieldsByName(fields.destination)];
  return {
    draft,
    mapped: names.length,
    leftOut: copying.leftOut,
    mayRefuse: rows.flatMap((row) => {
      const { fit } = mappedFieldView(row, source, target);
      return fit?.fit === 'mayRefuse' ? [pairText(row, fit)] : [];
    }),
    required: isSchemaless(draft)
      ? []
      : missingRequired(draft, fields.source, fields.destination).map(labelOf),
    ...(isSameIds || idFields.length === 0 ? {} : { foundBy: idFields }),
    problems: mappingProblems(draft, fields.source, fields.destination, language).map(
      ({ message }) => message,
    ),
  };
}
