/// <reference types="vite/client" />
import type { ConnectorEntityField, ConnectorType, Task } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { emptyDraft, type FlowDraft, type MappedField } from './draft';
import { draftOfTasks, tasksOfDraft } from './tasks';

const files = import.meta.glob<string>('../../../../tests/flows/golden/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const golden = Object.entries(files).map(([path, text]): [string, Task[]] => {
  const { request } = parse(text) as { request: { tasks: Task[] } };
  return [path.split('/').at(-1)!, request.tasks];
});

function field(identifier: string, fieldType = 'string'): ConnectorEntityField {
  return { identifier, supportedFieldTypeDetails: { v1: { fieldType, filterOperators: [] } } };
}

/** A draft that draws these tasks, as if somebody had typed it all. */
function drawn(tasks: Task[], connectorType: ConnectorType = 'S3'): FlowDraft {
  const draft = emptyDraft();
  const { method, rows, validations, byFields, filters, otherTasks } = draftOfTasks(tasks);
  return {
    ...draft,
    source: { ...draft.source, connectorType },
    mapping: {
      ...draft.mapping,
      method,
      rows,
      validations,
      partition: { byExecutionId: false, byFields },
    },
    filters,
    otherTasks,
  };
}

const rewritten = (tasks: Task[], type?: ConnectorType) => tasksOfDraft(drawn(tasks, type), []);

function row(part: Partial<MappedField>): MappedField {
  return { id: '1', sources: ['A'], destination: 'a', modifications: [], ...part };
}

function fromSalesforce(rows: MappedField[], more: Partial<FlowDraft> = {}): FlowDraft {
  const draft = emptyDraft();
  return {
    ...draft,
    source: { ...draft.source, connectorType: 'Salesforce' },
    mapping: { ...draft.mapping, rows },
    ...more,
  };
}

/** What a task asks for, without what makes no difference. */
function meaning({
  taskType,
  sourceFields = [],
  destinationField,
  connectorOperator,
  taskProperties = {},
}: Task) {
  const [operator] = Object.values(connectorOperator ?? { none: 'NO_OP' });
  const { VALUES, MASK_LENGTH, CONCAT_FORMAT, ...properties } = taskProperties;
  const isMaskAll = operator === 'MASK_ALL';
  return JSON.stringify({
    taskType,
    operator,
    // The order is said by the properties.
    sourceFields: taskType === 'Map_all' ? [] : [...sourceFields].sort(),
    destinationField,
    ...Object.fromEntries(Object.entries(properties).sort()),
    ...(VALUES === undefined ? {} : { [VALUES.includes(',') ? 'VALUES' : 'VALUE']: VALUES }),
    ...(MASK_LENGTH === undefined || isMaskAll ? {} : { MASK_LENGTH }),
    ...(CONCAT_FORMAT === undefined ? {} : { CONCAT_FORMAT }),
    ...(taskType === 'Map_all'
      ? { EXCLUDE_SOURCE_FIELDS_LIST: properties.EXCLUDE_SOURCE_FIELDS_LIST ?? '[]' }
      : {}),
  });
}

const isProjection = ({ connectorOperator }: Task) =>
  Object.values(connectorOperator ?? {})[0] === 'PROJECTION';
const meanings = (tasks: Task[]) =>
  tasks
    .filter((task) => !isProjection(task))
    .map(meaning)
    .sort();
const projected = (tasks: Task[]) =>
  tasks
    .filter(isProjection)
    .flatMap((task) => task.sourceFields)
    .sort();

describe('tasks that others wrote', () => {
  it.each(golden)('mean the same when they are written anew: %s', (_, tasks) => {
    const anew = rewritten(tasks);
    expect(meanings(anew)).toEqual(meanings(tasks));
    expect(projected(anew)).toEqual(projected(tasks));
  });

  it.each(golden)('are drawn the same again: %s', (_, tasks) => {
    expect(
      draftOfTasks(rewritten(tasks)).rows.map(({ sources, destination }) => [sources, destination]),
    ).toEqual(draftOfTasks(tasks).rows.map(({ sources, destination }) => [sources, destination]));
  });

  it('need no form of their own, but for what is nowhere mapped', () => {
    const others = golden.flatMap(([, tasks]) => draftOfTasks(tasks).otherTasks);
    expect(others.map(({ taskType, sourceFields }) => [taskType, sourceFields])).toEqual([
      ['Truncate', ['First']], // Of a field that only a formula has.
    ]);
  });

  it('may lack the projection', () => {
    const tasks: Task[] = [{ taskType: 'Map', sourceFields: ['Id'], destinationField: 'id' }];
    expect(draftOfTasks(tasks).rows).toMatchObject([{ sources: ['Id'], destination: 'id' }]);
    expect(projected(rewritten(tasks))).toEqual(['Id']);
  });

  it('are one row where they map all fields', () => {
    const all: Task = {
      taskType: 'Map_all',
      sourceFields: [''],
      connectorOperator: { S3: 'NO_OP' },
      taskProperties: { EXCLUDE_SOURCE_FIELDS_LIST: '["Secret"]', INCLUDE_NEW_FIELDS: 'false' },
    };
    expect(draftOfTasks([all]).rows).toEqual([
      {
        id: '1',
        sources: [],
        destination: '',
        all: { excluded: ['Secret'] },
        properties: { INCLUDE_NEW_FIELDS: 'false' },
        modifications: [],
      },
    ]);
    expect(rewritten([all])).toEqual([{ ...all, sourceFields: [] }]);
  });

  it('stay to the letter, in their order, where nothing was changed', () => {
    const tasks: Task[] = [
      { taskType: 'Map', sourceFields: ['Id'], destinationField: 'id' },
      {
        taskType: 'Filter',
        sourceFields: ['Id', 'Unused'],
        connectorOperator: { S3: 'PROJECTION' },
      },
    ];
    const draft: FlowDraft = { ...drawn(tasks), original: { tasks } };
    expect(tasksOfDraft(draft, [])).toBe(tasks);
    const changed = {
      ...draft,
      filters: [{ id: '1', field: 'Id', operator: 'EQUAL_TO' as const, values: ['1'] }],
    };
    expect(projected(tasksOfDraft(changed, []))).toEqual(['Id']);
  });

  it.each<[string, Task]>([
    ['a map with subfields', { taskType: 'Map', sourceFields: ['a', 'b'], destinationField: 'x' }],
    [
      'a validation with an action of its own',
      {
        taskType: 'Validate',
        sourceFields: ['a'],
        connectorOperator: { S3: 'VALIDATE_NON_NULL' },
        taskProperties: {},
      },
    ],
    [
      'a list that is none',
      {
        taskType: 'Map_all',
        sourceFields: [],
        taskProperties: { EXCLUDE_SOURCE_FIELDS_LIST: 'Secret' },
      },
    ],
    [
      'a mask of a field that is not mapped',
      {
        taskType: 'Mask',
        sourceFields: ['z'],
        connectorOperator: { S3: 'MASK_ALL' },
        taskProperties: { MASK_VALUE: '*' },
      },
    ],
    [
      'a filter with properties of another task',
      {
        taskType: 'Filter',
        sourceFields: ['a'],
        connectorOperator: { S3: 'EQUAL_TO' },
        taskProperties: { VALUE: '1', SUBFIELD_CATEGORY_MAP: '{}' },
      },
    ],
  ])('are kept as they are where they can’t be drawn: %s', (_, task) => {
    const map: Task = { taskType: 'Map', sourceFields: ['a'], destinationField: 'a' };
    expect(draftOfTasks([task, map]).otherTasks).toEqual([task]);
    expect(rewritten([task, map])).toContainEqual(task);
  });

  it('keep formulas of formulas as tasks, and show what is mapped of them', () => {
    const tasks: Task[] = [
      {
        taskType: 'Arithmetic',
        sourceFields: ['a', 'b'],
        destinationField: 'a,b',
        connectorOperator: { S3: 'ADDITION' },
      },
      {
        taskType: 'Arithmetic',
        sourceFields: ['a,b', 'c'],
        destinationField: 'sum',
        connectorOperator: { S3: 'ADDITION' },
      },
      {
        taskType: 'Map',
        sourceFields: ['sum'],
        destinationField: 'total',
        connectorOperator: { S3: 'NO_OP' },
      },
    ];
    const draft = draftOfTasks(tasks);
    expect(draft.otherTasks).toEqual(tasks.slice(0, 2));
    expect(draft.rows).toMatchObject([{ sources: ['sum'], destination: 'total' }]);
    expect(projected(rewritten(tasks))).toEqual(['a', 'b', 'c']);
  });

  it('show several modifications of one field in their order', () => {
    const tasks: Task[] = [
      { taskType: 'Map', sourceFields: ['Phone'], destinationField: 'phone' },
      {
        taskType: 'Truncate',
        sourceFields: ['Phone'],
        connectorOperator: { S3: 'NO_OP' },
        taskProperties: { TRUNCATE_LENGTH: '9' },
      },
      {
        taskType: 'Mask',
        sourceFields: ['Phone'],
        connectorOperator: { S3: 'MASK_LAST_N' },
        taskProperties: { MASK_LENGTH: '4' },
      },
    ];
    expect(draftOfTasks(tasks).rows[0].modifications).toEqual([
      { kind: 'Truncate', length: 9 },
      { kind: 'MaskLast', mask: '*', length: 4 },
    ]);
    expect(
      rewritten(tasks)
        .filter(({ taskType }) => taskType !== 'Map' && taskType !== 'Filter')
        .map(({ taskType }) => taskType),
    ).toEqual(['Truncate', 'Mask']);
  });

  it.each<[string | undefined, string[], object]>([
    [undefined, ['a', 'b'], { separator: '' }],
    [' - ', ['a', 'b'], { separator: ' - ' }],
    ['${a} ${b}', ['a', 'b'], { separator: ' ' }],
    ['${b}, ${a}', ['b', 'a'], { separator: ', ' }],
    ['${a}${b}', ['a', 'b'], { separator: '' }],
    ['Dear ${a}', ['a', 'b'], { separator: '', format: 'Dear ${a}' }],
    ['${a}-${a}', ['a', 'b'], { separator: '', format: '${a}-${a}' }],
    ['${a}${b}!', ['a', 'b'], { separator: '', format: '${a}${b}!' }],
  ])('concatenate by the format %s', (CONCAT_FORMAT, sources, formula) => {
    const tasks: Task[] = [
      {
        taskType: 'Merge',
        sourceFields: ['a', 'b'],
        destinationField: 'a,b',
        connectorOperator: { S3: 'NO_OP' },
        taskProperties: CONCAT_FORMAT === undefined ? {} : { CONCAT_FORMAT },
      },
      { taskType: 'Map', sourceFields: ['a,b'], destinationField: 'x' },
    ];
    const [drawnRow] = draftOfTasks(tasks).rows;
    expect(drawnRow).toMatchObject({ sources, formula: { kind: 'Concatenate', ...formula } });
    expect(draftOfTasks(rewritten(tasks)).rows[0]).toMatchObject({
      sources,
      formula: drawnRow.formula,
    });
  });
});

describe('what was mapped by hand', () => {
  it('is what the console of AppFlow sends', () => {
    const rows = [row({ sources: ['Id'], destination: 'id', destinationType: 'varchar(255)' })];
    expect(tasksOfDraft(fromSalesforce(rows), [field('Id', 'id')])).toEqual([
      {
        taskType: 'Filter',
        sourceFields: ['Id'],
        connectorOperator: { Salesforce: 'PROJECTION' },
        taskProperties: {},
      },
      {
        taskType: 'Map',
        sourceFields: ['Id'],
        destinationField: 'id',
        connectorOperator: { Salesforce: 'NO_OP' },
        taskProperties: { SOURCE_DATA_TYPE: 'id', DESTINATION_DATA_TYPE: 'varchar(255)' },
      },
    ]);
  });

  it('reads what filters and validations look at, too, each field once', () => {
    const draft = fromSalesforce([row({})], {
      filters: [{ id: '1', field: 'B', operator: 'EQUAL_TO', values: ['1'] }],
    });
    draft.mapping.validations = [
      { field: 'C', condition: 'NonNull', action: 'DropRecord' },
      { field: 'A', condition: 'Numeric', action: 'DropDataset' },
    ];
    expect(projected(tasksOfDraft(draft, []))).toEqual(['A', 'B', 'C']);
  });

  it('modifies a field once, however often it is mapped', () => {
    const modifications = [{ kind: 'MaskAll' as const, mask: '#' }];
    const rows = [row({ modifications }), row({ id: '2', destination: 'b', modifications })];
    const masks = tasksOfDraft(fromSalesforce(rows), []).filter(
      ({ taskType }) => taskType === 'Mask',
    );
    expect(masks).toEqual([
      {
        taskType: 'Mask',
        sourceFields: ['A'],
        connectorOperator: { Salesforce: 'MASK_ALL' },
        taskProperties: { MASK_VALUE: '#' },
      },
    ]);
  });

  it('makes a temporary field for each formula, which the projection has not', () => {
    const rows = [
      row({ sources: ['Qty', 'Price'], formula: { kind: 'Multiply' }, destination: 'total' }),
      row({
        id: '2',
        sources: ['Qty', 'Price'],
        formula: { kind: 'Subtract' },
        destination: 'odd',
      }),
      row({
        id: '3',
        sources: ['Qty', 'Price'],
        formula: { kind: 'Multiply' },
        destination: 'again',
      }),
    ];
    const tasks = tasksOfDraft(fromSalesforce(rows), []);
    expect(tasks.filter(({ taskType }) => taskType === 'Arithmetic')).toMatchObject([
      {
        destinationField: 'Qty,Price',
        connectorOperator: { Salesforce: 'MULTIPLICATION' },
        taskProperties: { MATH_OPERATION_FIELDS_ORDER: 'Qty,Price' },
      },
      { destinationField: 'Qty,Price,2', connectorOperator: { Salesforce: 'SUBTRACTION' } },
    ]);
    expect(
      tasks
        .filter(({ taskType }) => taskType === 'Map')
        .map(({ sourceFields }) => sourceFields![0]),
    ).toEqual(['Qty,Price', 'Qty,Price,2', 'Qty,Price']);
    expect(projected(tasks)).toEqual(['Price', 'Qty']);
    expect(draftOfTasks(tasks).rows.map(({ formula }) => formula)).toEqual(
      rows.map(({ formula }) => formula),
    );
  });

  it('gives a temporary field no name that the source has', () => {
    const rows = [row({ sources: ['a', 'b'], formula: { kind: 'Concatenate', separator: ' ' } })];
    const tasks = tasksOfDraft(fromSalesforce(rows), [field('a'), field('b'), field('a,b')]);
    expect(tasks.find(({ taskType }) => taskType === 'Merge')).toMatchObject({
      destinationField: 'a,b,2',
      taskProperties: { CONCAT_FORMAT: '${a} ${b}' },
    });
  });

  it('names a temporary field within AppFlow’s limit', () => {
    const sources = ['a'.repeat(200), 'b'.repeat(200)];
    const tasks = tasksOfDraft(fromSalesforce([row({ sources, formula: { kind: 'Add' } })]), []);
    expect(tasks.find(({ taskType }) => taskType === 'Arithmetic')!.destinationField).toBe(
      'formula',
    );
  });

  it.each([
    [['1'], { VALUE: '1' }],
    [['a,b'], { VALUE: 'a,b' }],
    [['a', 'b'], { VALUES: 'a,b' }],
  ])('filters by %j', (values, properties) => {
    const draft = fromSalesforce([row({})], {
      filters: [{ id: '1', field: 'A', operator: 'EQUAL_TO', values }],
    });
    const filter = tasksOfDraft(draft, [field('A', 'double')]).find(
      ({ connectorOperator }) => connectorOperator?.Salesforce === 'EQUAL_TO',
    )!;
    expect(filter.taskProperties).toEqual({ DATA_TYPE: 'double', ...properties });
    expect(draftOfTasks([filter]).filters).toEqual([
      { id: '1', field: 'A', operator: 'EQUAL_TO', values, dataType: 'double' },
    ]);
  });

  it('filters between bounds, and as another type than the field’s', () => {
    const filters = [
      {
        id: '1',
        field: 'A',
        operator: 'BETWEEN' as const,
        values: ['1', '2'],
        dataType: 'BigDecimal',
      },
    ];
    const tasks = tasksOfDraft(fromSalesforce([row({})], { filters }), [field('A', 'String')]);
    expect(tasks[1].taskProperties).toEqual({
      DATA_TYPE: 'BigDecimal',
      LOWER_BOUND: '1',
      UPPER_BOUND: '2',
    });
    expect(draftOfTasks(tasks).filters).toEqual(filters);
  });

  it('passes everything through without rows, however many there were', () => {
    const draft = fromSalesforce([row({})]);
    draft.mapping.method = 'passthrough';
    const tasks = tasksOfDraft(draft, []);
    expect(tasks).toMatchObject([{ taskType: 'Passthrough', sourceFields: [] }]);
    expect(draftOfTasks(tasks)).toMatchObject({ method: 'passthrough', rows: [] });
  });

  it('puts files into folders in the order of the fields', () => {
    const draft = fromSalesforce([row({})]);
    draft.mapping.partition.byFields = ['b', 'a'];
    const tasks = tasksOfDraft(draft, []);
    expect(tasks.at(-1)).toMatchObject({
      taskType: 'Partition',
      taskProperties: { ORDERED_PARTITION_KEYS_LIST: '["b","a"]' },
    });
    expect(draftOfTasks(tasks).byFields).toEqual(['b', 'a']);
  });
});
