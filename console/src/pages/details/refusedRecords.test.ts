import { describe, expect, it } from 'vitest';
import { blamedRecord, faultOf, lineOf, spread } from './refusedRecords';

const refused = { id: '0/1/1', errorCode: 'InvalidArgument', errorMessage: 'too "long"' };

describe('a line of a download', () => {
  it('has the record as it is, digit for digit', () => {
    const wrong = { ...refused, field: 'age', place: 'record 4 of those read' };
    expect(lineOf({ ...wrong, record: '{"n": 12345678901234567890.10}' })).toBe(
      '{"id":"0/1/1","errorCode":"InvalidArgument","errorMessage":"too \\"long\\"","field":"age","place":"record 4 of those read","record":{"n": 12345678901234567890.10}}',
    );
  });

  it('has what is no object as text', () => {
    expect(JSON.parse(lineOf({ ...refused, record: 'a,"b"\n' })).record).toBe('a,"b"\n');
    expect(JSON.parse(lineOf({ ...refused, record: '[1]' })).record).toBe('[1]');
  });

  it('is one line', () => {
    expect(lineOf({ ...refused, record: '{\n"a": "b"\n}', replayedBy: 'x' })).not.toContain('\n');
  });
});

describe('a corrected record', () => {
  it('is a JSON object', () => {
    expect(faultOf('{"a":1}')).toBeUndefined();
    for (const wrong of ['', '{', '[]', 'null', '1', '"a"']) expect(faultOf(wrong)).toBe('NotAnObject');
  });

  it('that an answer blames is found', () => {
    expect(blamedRecord("Value at 'records.3.member.record' is no JSON")).toBe(2);
    expect(blamedRecord('The flow is running')).toBeUndefined();
  });

  it('is spread over lines without a change of its values', () => {
    const record = '{"a":1.10,"b":{"c":"x, {y}: \\"z\\""},"d":[1,2]}';
    expect(spread(record)).toBe(
      '{\n  "a": 1.10,\n  "b": {\n    "c": "x, {y}: \\"z\\""\n  },\n  "d": [\n    1,\n    2\n  ]\n}',
    );
    expect(JSON.parse(spread(record))).toEqual(JSON.parse(record));
    expect(spread('a,b')).toBe('a,b');
  });
});
