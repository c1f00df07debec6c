import type { ConnectorEntityField, Task } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { emptyDraft, type FlowDraft, type MappedField } from '../create/draft';
import { createRequest, draftOfFlow } from '../create/request';
import { createsTables, initialChoices, withCreateTables } from './choices';
import { copyOf, objectNameOf, type Fields } from './copy';
import type { FieldsMode } from './choices';

function field(
  identifier: string,
  fieldType = 'String',
  more: Partial<ConnectorEntityField> = {},
): ConnectorEntityField {
  return {
    identifier,
    label: identifier,
    supportedFieldTypeDetails: { v1: { fieldType, filterOperators: undefined } },
    sourceProperties: { isRetrievable: true, isQueryable: true },
    destinationProperties: { isCreatable: true, isUpdatable: true, isUpsertable: true, isNullable: true },
    ...more,
  };
}

let ids = 0;
const row = (from: string, to: string, more: Partial<MappedField> = {}): MappedField => ({
  id: String(++ids),
  sources: [from],
  destination: to,
  modifications: [],
  ...more,
});

function fromSalesforce(more: Partial<FlowDraft> = {}, mapping: Partial<FlowDraft['mapping']> = {}) {
  const draft = emptyDraft();
  const template: FlowDraft = {
    ...draft,
    flowName: 'account-to-tidb',
    tags: [{ key: 'team', value: 'crm' }],
    source: {
      ...draft.source,
      connectorType: 'Salesforce',
      connectorProfileName: 'salesforce',
      object: 'Account',
      properties: { object: 'Account', includeDeletedRecords: true },
    },
    destination: {
      ...draft.destination,
      connectorType: 'CustomConnector',
      connectorLabel: 'TiDB',
      connectorProfileName: 'tidb',
      apiVersion: 'v1',
      object: 'sf_account',
    },
    mapping: {
      ...draft.mapping,
      writeOperation: 'UPSERT',
      idFields: ['id'],
      rows: [row('Id', 'id'), row('Name', 'name'), row('Rating', 'rating')],
      ...mapping,
    },
    ...more,
  };
  // As it comes from the service.
  return draftOfFlow(createRequest(template, []), () => 'TiDB');
}

const lead: Fields = {
  source: [field('Id', 'id', { isPrimaryKey: true }), field('Name'), field('Amount', 'double'), field('Done', 'boolean')],
  destination: [field('id', 'varchar(18)', { isPrimaryKey: true }), field('name', 'varchar(80)'), field('amount', 'decimal(10,2)'), field('other')],
};
const target = { object: { name: 'Lead', label: 'Lead', path: '' }, flowName: 'lead-to-tidb', destination: 'sf_lead' };
const copied = (template: FlowDraft, mode: FieldsMode, fields: Fields = lead) =>
  copyOf(template, target, fields, mode, 'en');
const pairs = ({ draft }: ReturnType<typeof copied>) =>
  draft.mapping.rows.map(({ sources, destination }) => `${sources.join()}>${destination}`);
const taskTypes = (tasks: Task[] | undefined) => tasks!.map(({ taskType }) => taskType);

describe('a copy', () => {
  it('is the template’s flow but for its name, its objects and its fields', () => {
    const template = fromSalesforce();
    const request = createRequest(copied(template, 'template').draft, lead.source);
    const before = createRequest(template, []);
    expect(request).toEqual({
      ...before,
      flowName: 'lead-to-tidb',
      sourceFlowConfig: {
        ...before.sourceFlowConfig,
        sourceConnectorProperties: { Salesforce: { object: 'Lead', includeDeletedRecords: true } },
      },
      destinationFlowConfigList: [
        {
          ...before.destinationFlowConfigList![0],
          destinationConnectorProperties: {
            CustomConnector: {
              ...before.destinationFlowConfigList![0].destinationConnectorProperties!.CustomConnector,
              entityName: 'sf_lead',
            },
          },
        },
      ],
      tasks: [
        expect.objectContaining({ taskType: 'Filter', sourceFields: ['Id', 'Name'] }),
        expect.objectContaining({
          destinationField: 'id',
          taskProperties: { SOURCE_DATA_TYPE: 'id', DESTINATION_DATA_TYPE: 'varchar(18)' },
        }),
        expect.objectContaining({ destinationField: 'name' }),
      ],
    });
    expect(request.clientToken).toBeUndefined();
  });

  it('of the template’s mappings has those whose fields are there, and says which are not', () => {
    const copy = copied(fromSalesforce(), 'template');
    expect(pairs(copy)).toEqual(['Id>id', 'Name>name']);
    expect(copy.mapped).toBe(2);
    expect(copy.leftOut.source).toEqual(['Rating']);
    expect(copy.problems).toEqual([]);
  });

  it('keeps what the template does to values', () => {
    const mask = [{ kind: 'MaskAll' as const, mask: '*' }];
    const template = fromSalesforce({}, { rows: [row('Id', 'id'), row('Name', 'name', { modifications: mask })] });
    const { draft } = copied(template, 'template');
    expect(draft.mapping.rows[1].modifications).toEqual(mask);
    expect(taskTypes(createRequest(draft, lead.source).tasks)).toContain('Mask');
    expect(initialChoices(template, 'Account', []).fields).toBe('template');
    expect(copied(template, 'byName').draft.mapping.rows[1].modifications).toEqual([]);
  });

  it('pairs fields of one name, and leaves out what has no place or does not fit', () => {
    const copy = copied(fromSalesforce(), 'byName', {
      ...lead,
      destination: [...lead.destination, field('done', 'date')],
    });
    expect(pairs(copy)).toEqual(['Id>id', 'Name>name', 'Amount>amount']);
    expect(copy.leftOut.types).toEqual(['Done (boolean) → done (date)']);
    expect(copied(fromSalesforce(), 'byName').leftOut.destination).toEqual(['Done']);
  });

  it('pairs all fields where the table is to be made, by the source’s key', () => {
    const copy = copied(fromSalesforce(), 'byName', { ...lead, destination: [] });
    expect(pairs(copy)).toEqual(['Id>Id', 'Name>Name', 'Amount>Amount', 'Done>Done']);
    expect(copy.foundBy).toEqual(['Id']);
    expect(copy.problems).toEqual([]);
  });

  it('maps all fields with one task, and says where the destination lacks them', () => {
    const copy = copied(fromSalesforce(), 'all', { ...lead, destination: [] });
    expect(taskTypes(createRequest(copy.draft, lead.source).tasks)).toEqual(['Map_all']);
    expect(copy.mapped).toBe(4);
    expect(copied(fromSalesforce(), 'all').problems.join()).toContain('Amount');
  });

  it('finds records by the key of its own table', () => {
    const template = fromSalesforce({}, { idFields: ['rating'] });
    const copy = copied(template, 'byName');
    expect(copy.foundBy).toEqual(['id']);
    expect(copied(fromSalesforce(), 'byName').foundBy).toBeUndefined();
  });

  it('says why none can be made', () => {
    const copy = copied(fromSalesforce(), 'template', { ...lead, source: [field('Other')] });
    expect(copy.mapped).toBe(0);
    expect(copy.problems.length).toBeGreaterThan(0);
  });

  it('says which fields of the destination get no value', () => {
    const needed = field('must', 'int', {
      destinationProperties: { isCreatable: true, isNullable: false, isDefaultedOnCreate: false },
    });
    const copy = copied(fromSalesforce(), 'byName', { ...lead, destination: [...lead.destination, needed] });
    expect(copy.required).toEqual(['must']);
  });

  it('says what may refuse records', () => {
    const copy = copied(fromSalesforce(), 'byName', {
      ...lead,
      destination: [lead.destination[0], field('name', 'int')],
    });
    expect(copy.mayRefuse).toEqual(['Name (String) → name (int)']);
  });
});

describe('filters and validations', () => {
  const template = fromSalesforce(
    {
      filters: [
        { id: '1', field: 'Name', operator: 'CONTAINS', dataType: 'string', values: ['x'] },
        { id: '2', field: 'Amount', operator: 'GREATER_THAN', dataType: 'int', values: ['5'] },
        { id: '3', field: 'Rating', operator: 'EQUAL_TO', values: ['Hot'] },
        { id: '4', field: 'Done', operator: 'CONTAINS', values: ['x'] },
        { id: '5', field: 'Amount', operator: 'EQUAL_TO', values: ['many'] },
      ],
    },
    {
      validations: [
        { field: 'Name', condition: 'NonNull', action: 'DropRecord' },
        { field: 'Rating', condition: 'NonNull', action: 'DropRecord' },
        { field: 'Done', condition: 'NonZero', action: 'DropRecord' },
      ],
    },
  );

  it('stay where the object has their fields, of a type that they are for', () => {
    const { draft, leftOut } = copied(template, 'byName');
    expect(draft.filters.map(({ field: name }) => name)).toEqual(['Name', 'Amount']);
    expect(leftOut.filters).toEqual(['Rating', 'Done', 'Amount']);
    expect(draft.mapping.validations.map(({ field: name }) => name)).toEqual(['Name']);
    expect(leftOut.validations).toEqual(['Rating', 'Done']);
  });

  it('have the types of the object’s fields', () => {
    const { tasks } = createRequest(copied(template, 'byName').draft, lead.source);
    expect(tasks!.find(({ sourceFields }) => sourceFields?.join() === 'Amount')!.taskProperties).toEqual({
      DATA_TYPE: 'double',
      VALUE: '5',
    });
  });
});

describe('tasks that can’t be drawn', () => {
  const sum: Task[] = [
    { taskType: 'Arithmetic', sourceFields: ['Amount', 'Id'], destinationField: 's', connectorOperator: { Salesforce: 'ADDITION' }, taskProperties: {} },
    { taskType: 'Arithmetic', sourceFields: ['s', 'Amount'], destinationField: 'p', connectorOperator: { Salesforce: 'MULTIPLICATION' }, taskProperties: {} },
  ];
  const template = { ...fromSalesforce(), otherTasks: sum };

  it('stay with the template’s mappings, where the object has all their fields', () => {
    expect(copied(template, 'template').draft.otherTasks).toEqual(sum);
    const without = { ...lead, source: lead.source.filter(({ identifier }) => identifier !== 'Amount') };
    const copy = copied(template, 'template', without);
    expect(copy.draft.otherTasks).toEqual([]);
    expect(copy.leftOut.otherTasks).toBe(2);
    expect(copied(template, 'byName').leftOut.otherTasks).toBe(2);
  });
});

describe('files', () => {
  const draft = emptyDraft();
  const template: FlowDraft = {
    ...draft,
    flowName: 'f',
    source: { ...draft.source, connectorType: 'S3', bucketName: 'in', bucketPrefix: 'a/accounts/' },
    destination: { ...draft.destination, connectorType: 'S3', bucketName: 'out', bucketPrefix: 'x' },
    mapping: { ...draft.mapping, partition: { byExecutionId: false, byFields: ['Name', 'Rating'] } },
  };

  it('are read from folders, and go where the template’s go', () => {
    expect(objectNameOf(template.source)).toBe('in/a/accounts');
    const copy = copyOf(
      template,
      { object: { name: 'in/a/leads', label: 'leads', path: 'in/a' }, flowName: 'leads', destination: '' },
      { ...lead, destination: [] },
      'all',
      'en',
    );
    const request = createRequest(copy.draft, lead.source);
    expect(request.sourceFlowConfig!.sourceConnectorProperties).toEqual({
      S3: { bucketName: 'in', bucketPrefix: 'a/leads' },
    });
    expect(copy.draft.destination).toEqual(template.destination);
    expect(copy.draft.mapping.partition.byFields).toEqual(['Name']);
    expect(copy.leftOut.folders).toEqual(['Rating']);
  });
});

it('whether tables are made is said by a setting or a tag', () => {
  const template = fromSalesforce();
  expect(createsTables(template)).toBe(false);
  const tagged = { ...template, tags: [{ key: 'sluice:createTable', value: 'true' }] };
  expect(createsTables(tagged)).toBe(true);
  const made = withCreateTables(template, true);
  expect(made.destination.customProperties).toEqual({ createTable: 'true' });
  expect(createsTables(made)).toBe(true);
  expect(withCreateTables(tagged, false).tags).toEqual([]);
});
