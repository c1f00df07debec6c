import { describe, expect, it } from 'vitest';
import { membersOf } from './previewMembers';

const texts = (json: string) => membersOf(json)?.map(({ name, text }) => [name, text]);

describe('a previewed record', () => {
  it('shows numbers to the last digit', () => {
    expect(texts('{"a":12345678901234567890.10,"b": -1e3 ,"c":true}')).toEqual([
      ['a', '12345678901234567890.10'],
      ['b', '-1e3'],
      ['c', 'true'],
    ]);
  });

  it('shows texts without their quotation marks, whatever is in them', () => {
    expect(texts('{"a":"x,\\"}{","b\\"c":"\\u00e9\\n"}')).toEqual([
      ['a', 'x,"}{'],
      ['b"c', 'é\n'],
    ]);
  });

  it('shows what is nested as it stands', () => {
    expect(texts('{"a":{"b":[1,{"c":"]}"}]},"d":[],"e":null}')).toEqual([
      ['a', '{"b":[1,{"c":"]}"}]}'],
      ['d', '[]'],
      ['e', 'null'],
    ]);
    expect(membersOf('{"e":null,"f":"null"}')!.map(({ kind }) => kind)).toEqual(['null', 'text']);
  });

  it('may be empty, or no record at all', () => {
    expect(texts('{}')).toEqual([]);
    for (const json of ['a;b;"c', '[1]', 'null', '{"a":1']) expect(membersOf(json)).toBeUndefined();
  });
});
