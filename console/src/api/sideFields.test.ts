import { describe, expect, it } from 'vitest';
import { fieldOfFile } from './sideFields';

describe('a field of files', () => {
  const operatorsOf = (type: string) =>
    fieldOfFile({ name: 'a', label: 'a', type }).supportedFieldTypeDetails!.v1!.filterOperators;

  it('can be filtered by what S3 has operators for', () => {
    expect(operatorsOf('String')).toEqual(['EQUAL_TO', 'NOT_EQUAL_TO']);
    expect(operatorsOf('int64')).toContain('GREATER_THAN');
    expect(operatorsOf('struct<a: int64>')).toEqual([]);
  });
});
