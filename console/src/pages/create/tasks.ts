import type {
  ConnectorEntityField,
  ConnectorOperator,
  Operator,
  Task,
} from '@aws-sdk/client-appflow';
import { typeNameOf } from '../../components/flow/fieldTypes';
import type {
  FilterDraft,
  FlowDraft,
  Formula,
  MappedField,
  Modification,
  ValidationDraft,
} from './draft';

/** A flow's tasks, as the wizard draws them. */
export interface DrawnTasks {
  method: 'manual' | 'passthrough';
  rows: MappedField[];
  validations: ValidationDraft[];
  /** Of MappingDraft.partition. */
  byFields: string[];
  filters: FilterDraft[];
  otherTasks: Task[];
}

const ARITHMETIC = {
  Add: 'ADDITION',
  Subtract: 'SUBTRACTION',
  Multiply: 'MULTIPLICATION',
  Divide: 'DIVISION',
} as const;

const VALIDATIONS = {
  NonNull: 'VALIDATE_NON_NULL',
  NonZero: 'VALIDATE_NON_ZERO',
  NonNegative: 'VALIDATE_NON_NEGATIVE',
  Numeric: 'VALIDATE_NUMERIC',
} as const;

const MASKS = { MaskAll: 'MASK_ALL', MaskFirst: 'MASK_FIRST_N', MaskLast: 'MASK_LAST_N' } as const;

const COMPARISONS: readonly Operator[] = [
  'EQUAL_TO',
  'NOT_EQUAL_TO',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL_TO',
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL_TO',
  'CONTAINS',
  'BETWEEN',
];

const MAX_NAME = 256; // Of a temporary field, which is a destinationField.

/** An id for one more of `items`. */
export function nextId(items: { id: string }[]): string {
  return String(1 + items.reduce((most, { id }) => Math.max(most, Number(id)), 0));
}

function keyOf<V extends string>(names: Record<string, V>, value: string | undefined) {
  return Object.keys(names).find((key) => names[key] === value);
}

function operatorOf(task: Task): Operator {
  const operator = Object.values(task.connectorOperator ?? {}).find((each) => each !== undefined);
  return (operator as Operator | undefined) ?? 'NO_OP';
}

/** The task's one source field, if it has one and no other properties than these. */
function onlyField(task: Task, ...properties: string[]): string | undefined {
  const [field, ...others] = task.sourceFields ?? [];
  return others.length === 0 && hasOnly(task, ...properties) ? field : undefined;
}

function hasOnly(task: Task, ...properties: string[]): boolean {
  return Object.keys(task.taskProperties ?? {}).every((key) => properties.includes(key));
}

/** A JSON array of texts, in a text. */
function namesIn(text: string | undefined): string[] | undefined {
  if (!text) return [];
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) && names.every((name) => typeof name === 'string')
      ? (names as string[])
      : undefined;
  } catch {
    return undefined;
  }
}

function countIn(text: string | undefined): number | undefined {
  return text && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

export const isMappingAll = ({ taskType }: Task) =>
  taskType === 'Map_all' || taskType === 'Passthrough';

export const isMaker = ({ taskType }: Task) => taskType === 'Merge' || taskType === 'Arithmetic';

/** What a Merge or Arithmetic task calls its result. */
export function temporaryOf({ destinationField, sourceFields }: Task): string {
  return destinationField || (sourceFields ?? []).join(',');
}

// ---- Tasks as a draft ----

function modificationOf(task: Task): Modification | undefined {
  const { MASK_VALUE: mask = '*', MASK_LENGTH, TRUNCATE_LENGTH } = task.taskProperties ?? {};
  if (task.taskType === 'Truncate') {
    const length = countIn(TRUNCATE_LENGTH);
    return length && onlyField(task, 'TRUNCATE_LENGTH') ? { kind: 'Truncate', length } : undefined;
  }
  const kind = keyOf(MASKS, operatorOf(task)) as keyof typeof MASKS | undefined;
  if (!kind || !onlyField(task, 'MASK_VALUE', 'MASK_LENGTH')) return undefined;
  if (kind === 'MaskAll') return { kind, mask }; // AppFlow's console sends a length that says nothing.
  const length = countIn(MASK_LENGTH);
  return length ? { kind, mask, length } : undefined;
}

function validationOf(task: Task): ValidationDraft | undefined {
  const field = onlyField(task, 'VALIDATION_ACTION');
  const condition = keyOf(VALIDATIONS, operatorOf(task)) as
    ValidationDraft['condition'] | undefined;
  const action = task.taskProperties?.VALIDATION_ACTION;
  if (!field || !condition || (action !== 'DropRecord' && action !== 'DropDataset'))
    return undefined;
  return { field, condition, action };
}

function filterOf(task: Task): Omit<FilterDraft, 'id'> | undefined {
  const field = onlyField(task, 'DATA_TYPE', 'VALUE', 'VALUES', 'LOWER_BOUND', 'UPPER_BOUND');
  const operator = operatorOf(task);
  if (!field || !COMPARISONS.includes(operator)) return undefined;
  const {
    DATA_TYPE: dataType,
    VALUE,
    VALUES,
    LOWER_BOUND,
    UPPER_BOUND,
  } = task.taskProperties ?? {};
  const values =
    operator === 'BETWEEN'
      ? [LOWER_BOUND ?? '', UPPER_BOUND ?? '']
      : VALUES !== undefined
        ? VALUES.split(',')
        : [VALUE ?? ''];
  return { field, operator, values, ...(dataType ? { dataType } : {}) };
}

/** The one text that stands between the fields, each of which is there once. */
function separatorOf(format: string): { sources: string[]; separator: string } | undefined {
  const parts = format.split(/\$\{([^}]*)\}/);
  const sources = parts.filter((_, i) => i % 2 === 1);
  const between = parts.filter((_, i) => i % 2 === 0 && i > 0 && i < parts.length - 1);
  const isPlain =
    parts[0] === '' && parts.at(-1) === '' && between.every((text) => text === between[0]);
  return isPlain ? { sources, separator: between[0] ?? '' } : undefined;
}

function concatenationOf(task: Task): Pick<MappedField, 'sources' | 'formula'> | undefined {
  const sources = task.sourceFields ?? [];
  const format = task.taskProperties?.CONCAT_FORMAT ?? '';
  if (sources.length < 2 || !hasOnly(task, 'CONCAT_FORMAT')) return undefined;
  if (!format.includes('${'))
    return { sources, formula: { kind: 'Concatenate', separator: format } };
  const plain = separatorOf(format);
  const isAll =
    plain?.sources.length === sources.length &&
    sources.every((name) => plain.sources.includes(name));
  return plain && isAll
    ? { sources: plain.sources, formula: { kind: 'Concatenate', separator: plain.separator } }
    : { sources, formula: { kind: 'Concatenate', separator: '', format } };
}

function calculationOf(task: Task): Pick<MappedField, 'sources' | 'formula'> | undefined {
  const kind = keyOf(ARITHMETIC, operatorOf(task)) as keyof typeof ARITHMETIC | undefined;
  const sources = task.sourceFields ?? [];
  if (!kind || sources.length !== 2 || !hasOnly(task, 'MATH_OPERATION_FIELDS_ORDER'))
    return undefined;
  const order = task.taskProperties?.MATH_OPERATION_FIELDS_ORDER?.split(',') ?? sources;
  const isOrder = order.length === 2 && [...order].sort().join() === [...sources].sort().join();
  return isOrder ? { sources: order, formula: { kind } } : undefined;
}

/** The formulas that a row can show: what makes a field that Map tasks take, and nothing else. */
function findFormulas(
  tasks: Task[],
): Map<string, { task: Task } & Pick<MappedField, 'sources' | 'formula'>> {
  const makers = tasks.filter(isMaker);
  const names = makers.map(temporaryOf);
  const found = new Map<string, { task: Task } & Pick<MappedField, 'sources' | 'formula'>>();
  for (const task of makers) {
    const name = temporaryOf(task);
    const isChained =
      makers.some((other) => other.sourceFields?.includes(name)) ||
      task.sourceFields?.some((source) => names.includes(source));
    const isMapped = tasks.some(
      (other) => other.taskType === 'Map' && other.sourceFields?.join('\n') === name,
    );
    const isOnly = names.filter((other) => other === name).length === 1;
    const formula = task.taskType === 'Merge' ? concatenationOf(task) : calculationOf(task);
    if (formula && isMapped && isOnly && !isChained) found.set(name, { task, ...formula });
  }
  return found;
}

function allOf(task: Task): Pick<MappedField, 'all' | 'properties'> | undefined {
  const { EXCLUDE_SOURCE_FIELDS_LIST: list, ...properties } = task.taskProperties ?? {};
  const excluded = namesIn(list);
  if (!excluded) return undefined;
  return { all: { excluded }, ...(Object.keys(properties).length ? { properties } : {}) };
}

function partitionKeysOf(task: Task): string[] {
  const text = task.taskProperties?.ORDERED_PARTITION_KEYS_LIST;
  if (!text) return task.sourceFields ?? [];
  return text.startsWith('[') ? (namesIn(text) ?? []) : text.split(',');
}

/** What the wizard can draw of a flow's tasks; the rest is in `otherTasks`. */
export function draftOfTasks(tasks: Task[]): DrawnTasks {
  const drawn: DrawnTasks = {
    method: 'manual',
    rows: [],
    validations: [],
    byFields: [],
    filters: [],
    otherTasks: [],
  };
  const formulas = findFormulas(tasks);
  const isOnlyPassthrough =
    tasks.filter((task) => task.taskType === 'Map' || isMappingAll(task)).length === 1;
  const isDrawn = new Set<Task>();

  const addRow = (row: Omit<MappedField, 'id' | 'modifications'>) =>
    drawn.rows.push({ id: nextId(drawn.rows), modifications: [], ...row });

  const draw = (task: Task): boolean => {
    switch (task.taskType) {
      case 'Map': {
        const [source, ...others] = task.sourceFields ?? [];
        if (!source || others.length || !task.destinationField) return false;
        const { taskProperties: properties = {}, destinationField: destination } = task;
        const formula = formulas.get(source);
        addRow({
          sources: formula?.sources ?? [source],
          destination,
          ...(formula ? { formula: formula.formula, temporary: source } : {}),
          properties,
        });
        return true;
      }
      case 'Map_all': {
        const all = allOf(task);
        if (!all || drawn.rows.some((row) => row.all)) return false;
        addRow({ sources: [], destination: '', ...all });
        return true;
      }
      case 'Passthrough':
        if (!isOnlyPassthrough || Object.keys(task.taskProperties ?? {}).length) return false;
        drawn.method = 'passthrough';
        return true;
      case 'Merge':
      case 'Arithmetic':
        return formulas.get(temporaryOf(task))?.task === task;
      case 'Filter': {
        if (operatorOf(task) === 'PROJECTION') return true; // Made anew.
        const filter = filterOf(task);
        if (filter) drawn.filters.push({ id: nextId(drawn.filters), ...filter });
        return filter !== undefined;
      }
      case 'Validate': {
        const validation = validationOf(task);
        if (validation) drawn.validations.push(validation);
        return validation !== undefined;
      }
      case 'Partition':
        if (drawn.byFields.length) return false;
        drawn.byFields = partitionKeysOf(task);
        return drawn.byFields.length > 0;
      default:
        return false;
    }
  };
  for (const task of tasks) if (draw(task)) isDrawn.add(task);

  for (const [field, edits] of editsByField(tasks)) {
    const rows = drawn.rows.filter((row) => inputOf(row) === field);
    const modifications = edits.map(modificationOf);
    if (rows.length === 0 || !modifications.every((each) => each !== undefined)) continue;
    for (const row of rows) row.modifications = modifications;
    for (const task of edits) isDrawn.add(task);
  }
  drawn.otherTasks = tasks.filter((task) => !isDrawn.has(task));
  return drawn;
}

function editsByField(tasks: Task[]): Map<string, Task[]> {
  const edits = new Map<string, Task[]>();
  for (const task of tasks) {
    if (task.taskType !== 'Mask' && task.taskType !== 'Truncate') continue;
    const field = task.sourceFields?.join('\n') ?? '';
    edits.set(field, [...(edits.get(field) ?? []), task]);
  }
  return edits;
}

/** What the row's own task maps: a field of the source or a formula's result. */
function inputOf(row: MappedField): string | undefined {
  return row.formula ? row.temporary : row.sources[0];
}

// ---- A draft as tasks ----

function formatOf(sources: string[], formula: Formula & { kind: 'Concatenate' }): string {
  if (formula.format) return formula.format;
  // A text without placeholders would be a separator, too, but then it could not be empty.
  return sources.map((name) => `\${${name}}`).join(formula.separator);
}

/** Gives each formula's result a name that nothing else has; the same one to the same. */
class TemporaryNames {
  private readonly takenBy = new Map<string, string>();

  constructor(sourceFields: ConnectorEntityField[], otherTasks: Task[]) {
    for (const { identifier } of sourceFields) this.takenBy.set(identifier!, '');
    for (const task of otherTasks) if (isMaker(task)) this.takenBy.set(temporaryOf(task), '');
  }

  of({ sources, formula, modifications, temporary }: MappedField): string {
    const contents = JSON.stringify([sources, formula, modifications]);
    const joined = temporary ?? sources.join(',');
    const wanted = joined.length <= MAX_NAME - 4 ? joined : 'formula';
    for (let n = 1; ; ++n) {
      const name = n === 1 ? wanted : `${wanted},${n}`;
      const taken = this.takenBy.get(name);
      if (taken !== undefined && taken !== contents) continue;
      this.takenBy.set(name, contents);
      return name;
    }
  }
}

function isAsItWas(original: Task[] | undefined, draft: FlowDraft): boolean {
  if (!original) return false;
  const { method, rows, validations, partition } = draft.mapping;
  const now: DrawnTasks = {
    method: method === 'passthrough' ? method : 'manual',
    rows,
    validations,
    byFields: partition.byFields,
    filters: draft.filters,
    otherTasks: draft.otherTasks,
  };
  const textOf = (drawn: DrawnTasks) =>
    JSON.stringify({
      ...drawn,
      rows: drawn.rows.map((row) => ({ ...row, id: '' })),
      filters: drawn.filters.map((filter) => ({ ...filter, id: '' })),
    });
  return textOf(now) === textOf(draftOfTasks(original));
}

/**
 * The flow's tasks. Those of the flow that is edited stay as they are, to the letter, unless
 * something about them was changed.
 */
export function tasksOfDraft(draft: FlowDraft, sourceFields: ConnectorEntityField[]): Task[] {
  const type = draft.source.connectorType!;
  if (isAsItWas(draft.original?.tasks, draft)) return draft.original!.tasks!;

  const typeOf = new Map(sourceFields.map((field) => [field.identifier, typeNameOf(field)]));
  const task = (
    taskType: Task['taskType'],
    operator: Operator,
    sourceFieldNames: string[],
    properties?: Record<string, string | undefined>,
  ): Task => ({
    taskType,
    sourceFields: sourceFieldNames,
    connectorOperator: { [type]: operator } as ConnectorOperator,
    taskProperties: Object.fromEntries(
      Object.entries(properties ?? {}).filter(([, value]) => value !== undefined),
    ),
  });
  const { mapping, filters, otherTasks } = draft;
  const isPassthrough = mapping.method === 'passthrough';
  const rows = isPassthrough ? [] : mapping.rows;
  const names = new TemporaryNames(sourceFields, otherTasks);

  const makers = new Map<string, Task>();
  const edits = new Map<string, Task[]>();
  const maps: Task[] = [];
  for (const row of rows) {
    const { sources, destination, all, formula, properties, destinationType } = row;
    if (all) {
      maps.push(
        task('Map_all', 'NO_OP', [], {
          ...properties,
          EXCLUDE_SOURCE_FIELDS_LIST: JSON.stringify(all.excluded),
        }),
      );
      continue;
    }
    const input = formula ? names.of(row) : sources[0];
    if (formula?.kind === 'Concatenate') {
      makers.set(input, {
        ...task('Merge', 'NO_OP', sources, { CONCAT_FORMAT: formatOf(sources, formula) }),
        destinationField: input,
      });
    } else if (formula) {
      makers.set(input, {
        ...task('Arithmetic', ARITHMETIC[formula.kind], sources, {
          MATH_OPERATION_FIELDS_ORDER: sources.join(','),
        }),
        destinationField: input,
      });
    }
    edits.set(
      input,
      row.modifications.map((modification) =>
        modification.kind === 'Truncate'
          ? task('Truncate', 'NO_OP', [input], { TRUNCATE_LENGTH: String(modification.length) })
          : task('Mask', MASKS[modification.kind], [input], {
              MASK_VALUE: modification.mask,
              MASK_LENGTH: 'length' in modification ? String(modification.length) : undefined,
            }),
      ),
    );
    maps.push({
      ...task(
        'Map',
        'NO_OP',
        [input],
        properties ?? {
          SOURCE_DATA_TYPE: formula ? 'string' : typeOf.get(input),
          DESTINATION_DATA_TYPE: destinationType,
        },
      ),
      destinationField: destination,
    });
  }
  if (isPassthrough) maps.push(task('Passthrough', 'NO_OP', []));

  const tasks = [
    ...filters.map(({ field, operator, values, dataType }) =>
      task('Filter', operator, [field], {
        DATA_TYPE: dataType ?? typeOf.get(field),
        ...(operator === 'BETWEEN'
          ? { LOWER_BOUND: values[0], UPPER_BOUND: values[1] }
          : { [values.length > 1 ? 'VALUES' : 'VALUE']: values.join(',') }),
      }),
    ),
    ...mapping.validations.map(({ field, condition, action }) =>
      task('Validate', VALIDATIONS[condition], [field], { VALIDATION_ACTION: action }),
    ),
    ...makers.values(),
    ...[...edits.values()].flat(),
    ...maps,
    ...(mapping.partition.byFields.length
      ? [
          task('Partition', 'NO_OP', mapping.partition.byFields, {
            ORDERED_PARTITION_KEYS_LIST: JSON.stringify(mapping.partition.byFields),
          }),
        ]
      : []),
    ...otherTasks,
  ];
  return tasks.some(isMappingAll)
    ? tasks
    : [task('Filter', 'PROJECTION', readFields(tasks)), ...tasks];
}

/** What tasks take from the source: all that they name but what they make themselves. */
function readFields(tasks: Task[]): string[] {
  const made = new Set(tasks.filter(isMaker).map(temporaryOf));
  const named = tasks
    .filter(({ taskType }) => taskType !== 'Partition')
    .flatMap(({ sourceFields }) => sourceFields ?? []);
  return [...new Set(named)].filter((name) => !made.has(name));
}
