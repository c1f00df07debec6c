import { describe, expect, it } from 'vitest';
import { dataTypeOf, type DataType } from './fieldTypes';
import { typeFit, type Fit } from './typeFit';

describe('a type’s name', () => {
  it.each<[string, DataType]>([
    // Salesforce.
    ['id', 'String'],
    ['reference', 'String'],
    ['picklist', 'String'],
    ['int', 'Integer'],
    ['currency', 'Double'],
    ['datetime', 'DateTime'],
    ['address', 'Struct'],
    ['base64', 'ByteArray'],
    ['time', 'String'],
    // TiDB.
    ['varchar(255)', 'String'],
    ["enum('int','date')", 'String'],
    ['tinyint(1)', 'Boolean'],
    ['tinyint', 'Short'],
    ['smallint unsigned', 'Integer'],
    ['int(10) unsigned', 'Long'],
    ['bigint unsigned', 'BigInteger'],
    ['decimal(10,2) unsigned', 'BigDecimal'],
    ['timestamp(6)', 'DateTime'],
    ['year(4)', 'Short'],
    ['bit(1)', 'Boolean'],
    ['bit(8)', 'Long'],
    ['longblob', 'ByteArray'],
    // Parquet.
    ['int64', 'Long'],
    ['uint64', 'BigInteger'],
    ['timestamp[us, tz=UTC]', 'DateTime'],
    ['date32[day]', 'Date'],
    ['decimal128(38, 10)', 'BigDecimal'],
    ['list<item: int64>', 'List'],
    ['struct<a: int64>', 'Struct'],
    // The connector SDK.
    ['BigDecimal', 'BigDecimal'],
    ['ByteArray', 'ByteArray'],
  ])('%s is %s', (name, type) => {
    expect(dataTypeOf(name)).toBe(type);
  });
});

describe('values of one type in a field of another', () => {
  it.each<[DataType, DataType, Fit]>([
    ['Double', 'String', 'fits'],
    ['Struct', 'String', 'fits'],
    ['String', 'Integer', 'mayRefuse'],
    ['String', 'Boolean', 'mayRefuse'],
    ['Integer', 'Long', 'fits'],
    ['Long', 'Integer', 'mayRefuse'],
    ['BigInteger', 'BigDecimal', 'fits'],
    ['Double', 'BigDecimal', 'fits'],
    ['Double', 'Integer', 'mayRefuse'],
    ['BigDecimal', 'Double', 'mayRefuse'],
    ['Integer', 'Double', 'fits'],
    ['Long', 'Double', 'mayRefuse'],
    ['Double', 'Float', 'mayRefuse'],
    ['Boolean', 'Integer', 'fits'],
    ['Integer', 'Boolean', 'mayRefuse'],
    ['Double', 'Boolean', 'impossible'],
    ['Date', 'DateTime', 'fits'],
    ['DateTime', 'Date', 'fits'],
    ['DateTime', 'Long', 'impossible'],
    ['Boolean', 'Date', 'impossible'],
    ['Struct', 'Map', 'fits'],
    ['Struct', 'List', 'impossible'],
    ['ByteArray', 'Long', 'impossible'],
  ])('%s in %s: %s', (from, to, fit) => {
    expect(typeFit(from, to)).toBe(fit);
  });
});
