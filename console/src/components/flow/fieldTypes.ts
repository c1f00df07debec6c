import type { ConnectorEntityField, Operator } from '@aws-sdk/client-appflow';

/** The engine's own types, of which every field is one. */
export type DataType =
  | 'String'
  | 'Boolean'
  | 'Short'
  | 'Integer'
  | 'Long'
  | 'BigInteger'
  | 'BigDecimal'
  | 'Float'
  | 'Double'
  | 'Date'
  | 'DateTime'
  | 'ByteArray'
  | 'Struct'
  | 'Map'
  | 'List';

/** What systems call types that the engine knows by another name: Salesforce, SQL, Parquet. */
const NAMES: Record<string, DataType> = {
  boolean: 'Boolean',
  bool: 'Boolean',
  short: 'Short',
  tinyint: 'Short',
  smallint: 'Short',
  year: 'Short',
  int8: 'Short',
  int16: 'Short',
  integer: 'Integer',
  int: 'Integer',
  mediumint: 'Integer',
  int32: 'Integer',
  uint8: 'Short',
  uint16: 'Integer',
  long: 'Long',
  bigint: 'Long',
  bit: 'Long',
  int64: 'Long',
  uint32: 'Long',
  biginteger: 'BigInteger',
  uint64: 'BigInteger',
  bigdecimal: 'BigDecimal',
  decimal: 'BigDecimal',
  decimal128: 'BigDecimal',
  decimal256: 'BigDecimal',
  numeric: 'BigDecimal',
  number: 'BigDecimal',
  float: 'Float',
  halffloat: 'Float',
  double: 'Double',
  percent: 'Double',
  currency: 'Double',
  real: 'Double',
  date: 'Date',
  date32: 'Date',
  date64: 'Date',
  datetime: 'DateTime',
  timestamp: 'DateTime',
  bytearray: 'ByteArray',
  base64: 'ByteArray',
  binary: 'ByteArray',
  large_binary: 'ByteArray',
  fixed_size_binary: 'ByteArray',
  varbinary: 'ByteArray',
  tinyblob: 'ByteArray',
  blob: 'ByteArray',
  mediumblob: 'ByteArray',
  longblob: 'ByteArray',
  struct: 'Struct',
  address: 'Struct',
  location: 'Struct',
  map: 'Map',
  list: 'List',
  large_list: 'List',
  fixed_size_list: 'List',
  vector: 'List',
};

const WIDER: Partial<Record<DataType, DataType>> = {
  Short: 'Integer',
  Integer: 'Long',
  Long: 'BigInteger',
};

/** The engine's type behind a name such as "picklist", "varchar(255)" or "timestamp[us]". */
export function dataTypeOf(name: string): DataType {
  const plain = name.toLowerCase();
  if (plain === 'tinyint(1)' || plain === 'bit(1)') return 'Boolean';
  const type = NAMES[plain.split(/[([< ]/)[0]] ?? 'String'; // Text of all kinds.
  const isWiderUnsigned = plain.includes(' unsigned') && /^(smallint|int|bigint)/.test(plain);
  return isWiderUnsigned ? WIDER[type]! : type;
}

/** A type of `field`, in its system's own words. */
export function typeNameOf(field: ConnectorEntityField | undefined): string | undefined {
  return field?.supportedFieldTypeDetails?.v1?.fieldType;
}

export function labelOf(field: ConnectorEntityField): string {
  return field.label || field.identifier!;
}

export function fieldsByName(
  fields: ConnectorEntityField[],
): ReadonlyMap<string, ConnectorEntityField> {
  return new Map(fields.map((field) => [field.identifier!, field]));
}

export const isNumber = (type: DataType) =>
  ['Short', 'Integer', 'Long', 'BigInteger', 'BigDecimal', 'Float', 'Double'].includes(type);

const NUMBER_OPERATORS: Operator[] = [
  'NOT_EQUAL_TO',
  'EQUAL_TO',
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL_TO',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL_TO',
];

/** What a field of that type can be filtered by, where it says nothing of it itself. */
export function defaultOperators(type: DataType): Operator[] {
  switch (type) {
    case 'String':
      return ['CONTAINS', 'EQUAL_TO', 'NOT_EQUAL_TO'];
    case 'Boolean':
      return ['EQUAL_TO', 'NOT_EQUAL_TO'];
    case 'Date':
    case 'DateTime':
      return [
        'EQUAL_TO',
        'LESS_THAN',
        'LESS_THAN_OR_EQUAL_TO',
        'GREATER_THAN',
        'GREATER_THAN_OR_EQUAL_TO',
        'BETWEEN',
      ];
    case 'Map':
    case 'List':
      return ['CONTAINS'];
    case 'Struct':
    case 'ByteArray':
      return [];
    default:
      return NUMBER_OPERATORS;
  }
}
