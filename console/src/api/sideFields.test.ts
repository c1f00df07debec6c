import { describe, expect, it } from 'vitest';
import { emptyDraft } from '../pages/create/draft';
import { fieldOfFile, sideFieldsQuery } from './sideFields';

describe('a field of files', () => {
  const operatorsOf = (type: string) =>
    fieldOfFile({ name: 'a', label: 'a', type }).supportedFieldTypeDetails!.v1!.filterOperators;

  it('can be filtered by what S3 has operators for', () => {
    expect(operatorsOf('String')).toEqual(['EQUAL_TO', 'NOT_EQUAL_TO']);
    expect(operatorsOf('int64')).toContain('GREATER_THAN');
    expect(operatorsOf('struct<a: int64>')).toEqual([]);
  });
});

describe('the fields of a source of files', () => {
  const isAsked = (bucketName: string) =>
    sideFieldsQuery({ ...emptyDraft().source, connectorType: 'S3', bucketName }, 'source').enabled;

  it('are asked for once a bucket is named', () => {
    expect(isAsked('')).toBe(false);
    expect(isAsked('in')).toBe(false);
    expect(isAsked('inbox')).toBe(true);
  });
});
