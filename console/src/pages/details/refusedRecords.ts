import { listRefusedRecords, type RefusedRecord } from '../../api/sluice';

/** So many records can be corrected side by side; more are sent as they are. */
export const MOST_CORRECTED = 20;

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Why a corrected record can't be sent; undefined: it can. */
export function faultOf(record: string): 'NotAnObject' | undefined {
  return isObject(record) ? undefined : 'NotAnObject';
}

/**
 * As `sluice run refused` writes it and `sluice run replay` reads it. The record itself is put in
 * as it is, so that no digit of its numbers changes.
 */
export function lineOf({ record, ...rest }: RefusedRecord): string {
  const { id, errorCode, errorMessage, field, place, replayedBy } = rest;
  const members = Object.entries({ id, errorCode, errorMessage, field, place })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  members.push(`"record":${isObject(record) ? oneLine(record) : JSON.stringify(record)}`);
  if (replayedBy !== undefined) members.push(`"replayedBy":${JSON.stringify(replayedBy)}`);
  return `{${members.join(',')}}`;
}

/** JSON has line breaks between its values only: within texts they are escaped. */
function oneLine(json: string): string {
  return json.replace(/[\r\n]+/g, ' ');
}

/** All that are kept of a run. */
export async function allRefused(flowName: string, executionId: string): Promise<RefusedRecord[]> {
  const all: RefusedRecord[] = [];
  let nextToken: string | undefined;
  do {
    const page = await listRefusedRecords(flowName, executionId, nextToken);
    all.push(...page.refusedRecords);
    nextToken = page.nextToken;
  } while (nextToken);
  return all;
}

/** The record that an answer blames: "'records.3.member.record' …" is the third. */
export function blamedRecord(message: string): number | undefined {
  const found = /records\.(\d+)\.member/.exec(message);
  return found ? Number(found[1]) - 1 : undefined;
}

/** With a line for each field, where it can be read. Digits stay: only white space is put in. */
export function spread(json: string): string {
  if (!isObject(json)) return json;
  let spread = '';
  let depth = 0;
  let isInText = false;
  for (let i = 0; i < json.length; ++i) {
    const character = json[i]!;
    if (isInText) {
      spread += character;
      if (character === '\\') spread += json[++i] ?? '';
      else if (character === '"') isInText = false;
      continue;
    }
    if (/\s/.test(character)) continue;
    const newLine = () => `\n${'  '.repeat(depth)}`;
    if (character === '"') isInText = true;
    if (character === '{' || character === '[') {
      ++depth;
      spread += character + newLine();
    } else if (character === '}' || character === ']') {
      --depth;
      spread += newLine() + character;
    } else if (character === ',') spread += character + newLine();
    else spread += character === ':' ? ': ' : character;
  }
  return spread;
}
