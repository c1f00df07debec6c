import type { ConnectorEntityField, DestinationFieldProperties } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import { emptyDraft, type FlowDraft, type MappedField, type MappingDraft } from './draft';
import { withAllFields } from './mapping';
import { mappingProblems } from './mappingProblems';

function field(
  identifier: string,
  fieldType = 'String',
  write?: DestinationFieldProperties,
): ConnectorEntityField {
  return {
    identifier,
    label: `Label of ${identifier}`,
    supportedFieldTypeDetails: { v1: { fieldType, filterOperators: [] } },
    destinationProperties: write ?? { isCreatable: true, isUpdatable: true },
  };
}

const source = [
  field('Id', 'id'),
  field('Amount', 'double'),
  field('Closed', 'boolean'),
  field('Name'),
];
const destination = [
  field('id', 'varchar(18)', {
    isCreatable: true,
    isUpdatable: true,
    supportedWriteOperations: ['UPDATE'],
  }),
  field('amount', 'decimal(10,2)'),
  field('day', 'date'),
  field('name', 'text'),
  field('computed', 'int', { isCreatable: false }),
];

let ids = 0;
function row(from: string | string[], to: string, more: Partial<MappedField> = {}): MappedField {
  const sources = typeof from === 'string' ? [from] : from;
  return { id: String(++ids), sources, destination: to, modifications: [], ...more };
}

function draftWith(mapping: Partial<MappingDraft>, more: Partial<FlowDraft> = {}): FlowDraft {
  const draft = emptyDraft();
  return {
    ...draft,
    source: { ...draft.source, connectorType: 'Salesforce' },
    destination: { ...draft.destination, connectorType: 'CustomConnector' },
    ...more,
    mapping: { ...draft.mapping, ...mapping },
  };
}

const toS3 = { destination: { ...emptyDraft().destination, connectorType: 'S3' as const } };

const problems = (draft: FlowDraft, to = destination) =>
  mappingProblems(draft, source, to, 'en').map(({ control, message }) => `${control}: ${message}`);

describe('a mapping without problems', () => {
  it.each<[string, Partial<MappingDraft>]>([
    ['one pair', { rows: [row('Id', 'id')] }],
    [
      'an update by a key that is mapped',
      { rows: [row('Id', 'id')], writeOperation: 'UPDATE', idFields: ['id'] },
    ],
    [
      'a number calculated',
      { rows: [row(['Amount', 'Amount'], 'amount', { formula: { kind: 'Add' } })] },
    ],
    ['a temporary field', { rows: [row('a,b', 'name', { temporary: 'a,b' })] }],
  ])('%s', (_, mapping) => {
    expect(problems(draftWith(mapping))).toEqual([]);
  });

  it('may be all fields, or passed through, or made by tasks that can’t be drawn', () => {
    expect(problems(draftWith({ rows: withAllFields([]) }, toS3), [])).toEqual([]);
    expect(problems(draftWith({ method: 'passthrough' }, toS3), [])).toEqual([]);
    const otherTasks = [{ taskType: 'Map_all' as const, sourceFields: [] }];
    expect(problems(draftWith({}, { ...toS3, otherTasks }), [])).toEqual([]);
  });

  it('is not doubted where the fields are not known', () => {
    expect(mappingProblems(draftWith({ rows: [row('Gone', 'gone')] }), [], [], 'en')).toEqual([]);
  });
});

describe('a problem of a mapping', () => {
  it.each<[string, Partial<MappingDraft>, string]>([
    ['nothing is mapped', {}, 'mapping-source: Map at least one field.'],
    [
      'a table gets what it does not know',
      { method: 'passthrough' },
      'mapping-method: Only for files',
    ],
    [
      'a source field is gone',
      { rows: [row('Old', 'id')] },
      'mapping-source: The source has no field Old',
    ],
    [
      'a destination field is gone',
      { rows: [row('Id', 'old')] },
      'mapping-destination: The destination has no field old',
    ],
    [
      'two go to one',
      { rows: [row('Id', 'name'), row('Name', 'name')] },
      'mapping-destination: Two mappings go to the destination field “name”',
    ],
    [
      'it can’t be written',
      { rows: [row('Amount', 'computed')] },
      'mapping-destination: These destination fields can’t be written this way: computed',
    ],
    [
      'types have nothing in common',
      { rows: [row('Closed', 'day')] },
      'mapping-source: Label of Closed (boolean) can’t become day (date)',
    ],
    [
      'a mask makes text of a number',
      { rows: [row('Amount', 'amount', { modifications: [{ kind: 'MaskAll', mask: '*' }] })] },
      'mapping-source: Label of Amount (String) can’t become amount',
    ],
    [
      'a sum has no number',
      { rows: [row(['Closed', 'Amount'], 'amount', { formula: { kind: 'Add' } })] },
      'mapping-source: A formula calculates with Label of Closed, which is boolean',
    ],
    [
      'a number is cut',
      { rows: [row('Amount', 'name', { modifications: [{ kind: 'Truncate', length: 3 }] })] },
      'mapping-source: Truncate values cuts text, but Label of Amount is double',
    ],
    [
      'no key is named',
      { rows: [row('Id', 'id')], writeOperation: 'UPDATE' },
      'mapping-id-fields: Choose the fields',
    ],
    [
      'the key is not mapped',
      { rows: [row('Name', 'name')], writeOperation: 'UPDATE', idFields: ['id'] },
      'mapping-id-fields: Map a source field to id',
    ],
    [
      'the key is none',
      { rows: [row('Name', 'name')], writeOperation: 'UPDATE', idFields: ['name'] },
      'mapping-id-fields: name can’t identify',
    ],
    [
      'a validation has no field',
      {
        rows: [row('Id', 'id')],
        validations: [{ field: '', condition: 'NonNull', action: 'DropRecord' }],
      },
      'validation-0: Choose the field',
    ],
    [
      'a validation’s field is gone',
      {
        rows: [row('Id', 'id')],
        validations: [{ field: 'Old', condition: 'NonNull', action: 'DropRecord' }],
      },
      'validation-0: The source has no field “Old”',
    ],
    [
      'a boolean shall not be negative',
      {
        rows: [row('Id', 'id')],
        validations: [{ field: 'Closed', condition: 'NonNegative', action: 'DropRecord' }],
      },
      'validation-0: Label of Closed is boolean',
    ],
  ])('%s', (_, mapping, expected) => {
    const found = problems(draftWith(mapping));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('is a masked field that a formula calculates with', () => {
    const rows = [
      row('Amount', 'name', { modifications: [{ kind: 'MaskFirst', mask: '*', length: 2 }] }),
      row(['Amount', 'Amount'], 'amount', { formula: { kind: 'Add' } }),
    ];
    expect(problems(draftWith({ rows }))[0]).toContain('which is masked elsewhere');
  });

  it('is all fields where one is mapped to the name of another', () => {
    const rows = withAllFields([row('Id', 'Name')]);
    expect(problems(draftWith({ rows }, toS3), [])[0]).toContain('“Name”');
    expect(problems(draftWith({ rows: withAllFields([row('Id', 'Id')]) }, toS3), [])).toEqual([]);
  });

  it.each<[Partial<MappingDraft>, string]>([
    [
      { partition: { byExecutionId: true, byFields: ['id', 'no'] } },
      'partition-fields: Nothing is mapped to no',
    ],
    [{ aggregation: { type: 'MultipleFiles' } }, 'aggregation-size: Enter a size'],
    [
      { aggregation: { type: 'MultipleFiles', targetFileSizeMb: 0.5 } },
      'aggregation-size: Enter a size',
    ],
  ])('is where files go: %j', (mapping, expected) => {
    const found = problems(draftWith({ rows: [row('Id', 'id')], ...mapping }, toS3), []);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('is told in Chinese, too', () => {
    expect(mappingProblems(draftWith({}), source, destination, 'zh')[0].message).toBe(
      '请至少映射一个字段。',
    );
  });
});
