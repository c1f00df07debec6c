import type { DataType } from './fieldTypes';
import { isNumber } from './fieldTypes';

/**
 * What becomes of values of one type in a field of another: all fit, some records may be refused,
 * or no flow can map them.
 */
export type Fit = 'fits' | 'mayRefuse' | 'impossible';

const WHOLE: DataType[] = ['Short', 'Integer', 'Long', 'BigInteger']; // From narrow to wide.
const isWhole = (type: DataType) => WHOLE.includes(type);
const isObject = (type: DataType) => type === 'Struct' || type === 'Map';

function numbersFit(from: DataType, to: DataType): Fit {
  if (isWhole(from) && isWhole(to)) {
    return WHOLE.indexOf(from) <= WHOLE.indexOf(to) ? 'fits' : 'mayRefuse';
  }
  if (to === 'BigDecimal' || from === to) return 'fits';
  if (to === 'Double') {
    // Whole numbers of 32 bits and floats are doubles; larger ones may be none.
    return ['Short', 'Integer', 'Float'].includes(from) ? 'fits' : 'mayRefuse';
  }
  if (to === 'Float') return from === 'Short' ? 'fits' : 'mayRefuse';
  return 'mayRefuse';
}

export function typeFit(from: DataType, to: DataType): Fit {
  if (from === to || to === 'String') return 'fits';
  if (from === 'String') return 'mayRefuse';
  if (isNumber(from) && isNumber(to)) return numbersFit(from, to);
  if (from === 'Boolean' && isNumber(to)) return 'fits';
  if (isWhole(from) && to === 'Boolean') return 'mayRefuse';
  if (from === 'Date' && to === 'DateTime') return 'fits';
  if (from === 'DateTime' && to === 'Date') return 'fits'; // Its day in UTC.
  if (isObject(from) && isObject(to)) return 'fits';
  return 'impossible';
}
