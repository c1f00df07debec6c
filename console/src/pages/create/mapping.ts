import type { ConnectorEntityField, WriteOperationType } from '@aws-sdk/client-appflow';
import { typeNameOf } from '../../components/flow/fieldTypes';
import type { FlowDraft, Formula, MappedField, Modification } from './draft';
import { isMappingAll, nextId } from './tasks';

/** Whether the destination takes fields of any name. */
export const isSchemaless = ({ destination }: FlowDraft) => destination.connectorType === 'S3';

export const readableFields = (fields: ConnectorEntityField[]) =>
  fields.filter(({ sourceProperties }) => sourceProperties?.isRetrievable !== false);

/** Whether the entity says at all which of its fields may identify a record. */
function idFieldsOf(fields: ConnectorEntityField[], operation: WriteOperationType) {
  return fields.filter(({ destinationProperties }) =>
    destinationProperties?.supportedWriteOperations?.includes(operation),
  );
}

/** The fields by which a record can be found again; all where none says that it is one. */
export function idFieldChoices(
  fields: ConnectorEntityField[],
  operation: WriteOperationType,
): ConnectorEntityField[] {
  const named = idFieldsOf(fields, operation);
  return named.length > 0 ? named : fields.filter((field) => field.destinationProperties);
}

/** What identifies records where nobody said so yet: the primary key. */
export function defaultIdFields(
  fields: ConnectorEntityField[],
  operation: WriteOperationType,
): string[] {
  if (operation === 'INSERT') return [];
  return idFieldChoices(fields, operation)
    .filter(({ isPrimaryKey }) => isPrimaryKey)
    .map(({ identifier }) => identifier!);
}

/** Whether a value can be written there by that operation. */
export function isWritable(
  { identifier, destinationProperties: write }: ConnectorEntityField,
  operation: WriteOperationType,
  idFields: string[],
): boolean {
  if (operation !== 'INSERT' && idFields.includes(identifier!)) return true;
  switch (operation) {
    case 'INSERT':
      return write?.isCreatable === true;
    case 'UPDATE':
      return write?.isUpdatable === true;
    case 'UPSERT':
      return write?.isUpsertable === true;
    default:
      return write !== undefined;
  }
}

/** Fields of the destination that need a value, but that no row gives one. */
export function missingRequired(
  { mapping }: Pick<FlowDraft, 'mapping'>,
  sourceFields: ConnectorEntityField[],
  destinationFields: ConnectorEntityField[],
): ConnectorEntityField[] {
  if (mapping.writeOperation !== 'INSERT' && mapping.writeOperation !== 'UPSERT') return [];
  const mapped = new Set(written(mapping.rows, sourceFields).map(({ name }) => name));
  return destinationFields.filter(
    ({ identifier, destinationProperties: write }) =>
      write?.isCreatable &&
      write.isNullable === false &&
      !write.isDefaultedOnCreate &&
      !mapped.has(identifier!),
  );
}

/** The fields of the destination that rows write, each with its row. */
export function written(
  rows: MappedField[],
  sourceFields: ConnectorEntityField[],
): { row: MappedField; name: string }[] {
  const haveOwn = new Set(rows.flatMap(({ sources, formula }) => (formula ? [] : sources)));
  const names = readableFields(sourceFields).map(({ identifier }) => identifier!);
  return rows.flatMap((row) =>
    row.all
      ? names
          .filter((name) => !row.all!.excluded.includes(name) && !haveOwn.has(name))
          .map((name) => ({ row, name }))
      : [{ row, name: row.destination }],
  );
}

export function hasMapping({ mapping, otherTasks }: FlowDraft): boolean {
  return (
    mapping.method === 'passthrough' ||
    mapping.rows.length > 0 ||
    otherTasks.some((task) => task.taskType === 'Map' || isMappingAll(task))
  );
}

/** The fields of the destination to which something can still be mapped. */
export function freeDestinations(
  { mapping: { rows, writeOperation, idFields } }: Pick<FlowDraft, 'mapping'>,
  destinationFields: ConnectorEntityField[],
): ConnectorEntityField[] {
  const taken = new Set(rows.map(({ destination }) => destination));
  return destinationFields.filter(
    (field) => !taken.has(field.identifier!) && isWritable(field, writeOperation, idFields),
  );
}

export interface Pair {
  source: string;
  destination: string;
}

/** Whether what is done to the one row's values is done to the other's: their input is the same. */
function hasSameInput(a: Pick<MappedField, 'sources' | 'formula'>, b: typeof a): boolean {
  return JSON.stringify([a.sources, a.formula]) === JSON.stringify([b.sources, b.formula]);
}

function row(
  rows: MappedField[],
  contents: Pick<MappedField, 'sources' | 'destination' | 'formula'>,
  destinationType: string | undefined,
): MappedField {
  const sibling = rows.find((other) => !other.all && hasSameInput(other, contents));
  return {
    id: nextId(rows),
    ...contents,
    ...(destinationType ? { destinationType } : {}),
    modifications: sibling?.modifications ?? [],
  };
}

export function withPairs(
  rows: MappedField[],
  pairs: Pair[],
  destinationFields: ConnectorEntityField[],
): MappedField[] {
  const typeOf = new Map(destinationFields.map((field) => [field.identifier, typeNameOf(field)]));
  let id = Number(nextId(rows));
  return pairs.reduce<MappedField[]>(
    (all, { source, destination }) => {
      const added = row(rows, { sources: [source], destination }, typeOf.get(destination));
      all.push({ ...added, id: String(id++) });
      return all;
    },
    [...rows],
  );
}

/** Pairs instead of those that are there; what was done to their values stays, and formulas do. */
export function withPairsOfFile(
  rows: MappedField[],
  pairs: Pair[],
  destinationFields: ConnectorEntityField[],
): MappedField[] {
  const formulas = rows.filter(({ formula }) => formula);
  const added = withPairs(rows, pairs, destinationFields).slice(rows.length);
  return [...added, ...formulas];
}

/** All fields of the source as they are; what is mapped by name already stays. */
export function withAllFields(rows: MappedField[]): MappedField[] {
  if (rows.some(({ all }) => all)) return rows;
  return [
    ...rows,
    { id: nextId(rows), sources: [], destination: '', all: { excluded: [] }, modifications: [] },
  ];
}

export function withFormula(
  rows: MappedField[],
  contents: { sources: string[]; destination: string; formula: Formula },
  destinationFields: ConnectorEntityField[],
): MappedField[] {
  const type = typeNameOf(
    destinationFields.find(({ identifier }) => identifier === contents.destination),
  );
  return [...rows, row(rows, contents, type)];
}

/** Changes what is done to the values of those rows, and of all others with the same input. */
export function withModifications(
  rows: MappedField[],
  changed: MappedField[],
  modifications: Modification[],
): MappedField[] {
  return rows.map((each) =>
    !each.all && changed.some((other) => !other.all && hasSameInput(each, other))
      ? { ...each, modifications }
      : each,
  );
}

/** "Billing_State" and "BillingState" are one name to a person. */
const plain = (name: string) => name.toLowerCase().replaceAll('_', '');

/**
 * Each source field with the destination field of the same name: to the letter, else but for case
 * and underscores. A destination that is taken already is not taken again.
 */
export function pairsByName(
  sources: string[],
  destinations: string[],
  taken: string[],
): { pairs: Pair[]; unmatched: string[] } {
  const isTaken = new Set(taken);
  const exact = new Set(destinations);
  const byPlain = new Map<string, string[]>();
  for (const name of destinations) {
    byPlain.set(plain(name), [...(byPlain.get(plain(name)) ?? []), name]);
  }
  // Who has the very name goes first.
  const found = new Map<string, string>();
  const take = (source: string, destination: string | undefined) => {
    if (destination === undefined || isTaken.has(destination)) return;
    isTaken.add(destination);
    found.set(source, destination);
  };
  for (const source of sources) if (exact.has(source)) take(source, source);
  for (const source of sources) {
    if (found.has(source) || exact.has(source)) continue;
    take(
      source,
      byPlain.get(plain(source))?.find((name) => !isTaken.has(name)),
    );
  }
  return {
    pairs: sources
      .filter((source) => found.has(source))
      .map((source) => ({ source, destination: found.get(source)! })),
    unmatched: sources.filter((source) => !found.has(source)),
  };
}
