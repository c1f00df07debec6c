import { describe, expect, it } from 'vitest';
import { CsvError, readPairs, writePairs, type CsvFault } from './mappingCsv';

const sources = new Set(['Id', 'Name', 'Last, First', 'Say "hi"', 'two\nlines']);
const destinations = new Set(['id', 'name', 'full name']);

const read = (text: string) =>
  readPairs(text, sources, destinations).map(({ source, destination }) => [source, destination]);

function faultOf(text: string, taken?: string[]): CsvFault | undefined {
  try {
    readPairs(text, sources, destinations, taken);
  } catch (error) {
    return (error as CsvError).fault;
  }
  return undefined;
}

describe('a file of pairs', () => {
  it.each([
    ['Id,id'],
    ['Id,id\n'],
    ['Id,id\r\n'],
    ['\uFEFFId,id\r\n'],
    ['\n\r\nId,id\n\n'],
    [' Id , id '],
    ['"Id","id"'],
    ['"Id" , "id" '],
    ['source,destination\nId,id'],
    ['Source field name,Destination field name\r\nId,id'],
  ])('says %j', (text) => {
    expect(read(text)).toEqual([['Id', 'id']]);
  });

  it('has quoted names with commas, quotes and line ends', () => {
    expect(read('"Last, First",full name\r"Say ""hi""",id\n"two\nlines",name')).toEqual([
      ['Last, First', 'full name'],
      ['Say "hi"', 'id'],
      ['two\nlines', 'name'],
    ]);
  });

  it('is read back as it was written', () => {
    const pairs = [...sources].map((source, i) => ({ source, destination: ` "${i}", ` }));
    expect(readPairs(writePairs(pairs), sources, undefined)).toEqual(pairs);
  });

  it('takes a header for a pair where the source has such a field', () => {
    expect(readPairs('source,destination', new Set(['source']), undefined)).toHaveLength(1);
  });

  it.each<[string, CsvFault]>([
    ['', { kind: 'Empty' }],
    ['source,destination\n', { kind: 'Empty' }],
    ['Id,id\n"Name,name', { kind: 'OpenQuote', line: 2 }],
    ['"Id"x,id', { kind: 'AfterQuote', line: 1 }],
    ['Id,id\nName;name', { kind: 'NotTwo', line: 2, count: 1 }],
    ['Id,id,\n', { kind: 'NotTwo', line: 1, count: 3 }],
    [',id', { kind: 'EmptyName', line: 1 }],
    ['\n\nid,id', { kind: 'UnknownSource', line: 3, name: 'id' }],
    ['"two\nlines",name\nNam,id', { kind: 'UnknownSource', line: 3, name: 'Nam' }],
    ['Id,ID', { kind: 'UnknownDestination', line: 1, name: 'ID' }],
    ['Id,id\nName,id', { kind: 'Twice', line: 2, name: 'id' }],
  ])('is refused: %j', (text, fault) => {
    expect(faultOf(text)).toEqual(fault);
  });

  it('maps nothing to what a formula has', () => {
    expect(faultOf('Id,id', ['id'])).toEqual({ kind: 'Twice', line: 1, name: 'id' });
  });
});
