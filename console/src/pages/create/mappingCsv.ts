import type { Pair } from './mapping';

export type CsvFault =
  | { kind: 'Empty' }
  | { kind: 'OpenQuote'; line: number }
  | { kind: 'AfterQuote'; line: number }
  | { kind: 'NotTwo'; line: number; count: number }
  | { kind: 'EmptyName'; line: number }
  | { kind: 'UnknownSource' | 'UnknownDestination' | 'Twice'; line: number; name: string };

export class CsvError extends Error {
  constructor(readonly fault: CsvFault) {
    super(fault.kind);
  }
}

interface Line {
  line: number;
  cells: string[];
}

/** RFC 4180, with line ends of all kinds. */
function parse(text: string): Line[] {
  const lines: Line[] = [];
  let line = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const endsCell = () => at >= text.length || ',\r\n'.includes(text[at]);

  const quoted = (): string => {
    const first = line;
    let cell = '';
    for (++at; ; ++at) {
      if (at >= text.length) throw new CsvError({ kind: 'OpenQuote', line: first });
      if (text[at] === '"') {
        if (text[at + 1] !== '"') break;
        ++at;
      }
      if (text[at] === '\n') ++line;
      cell += text[at];
    }
    ++at;
    while (text[at] === ' ') ++at;
    if (!endsCell()) throw new CsvError({ kind: 'AfterQuote', line });
    return cell;
  };
  const bare = (): string => {
    const begin = at;
    while (!endsCell()) ++at;
    return text.slice(begin, at).trim();
  };

  while (at < text.length) {
    const current: Line = { line, cells: [] };
    for (;;) {
      while (text[at] === ' ') ++at;
      current.cells.push(text[at] === '"' ? quoted() : bare());
      if (text[at] !== ',') break;
      ++at;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') ++at;
    if (at < text.length) ++at;
    ++line;
    if (current.cells.some((cell) => cell !== '')) lines.push(current);
  }
  return lines;
}

const HEADERS = ['source,destination', 'source field name,destination field name'];

/**
 * A file's pairs: the source's and the destination's names of fields, one pair a line, with or
 * without a header. `destinations` is missing where any name will do; those of `takenAlready` won't.
 * Throws a CsvError.
 */
export function readPairs(
  text: string,
  sources: ReadonlySet<string>,
  destinations: ReadonlySet<string> | undefined,
  takenAlready: string[] = [],
): Pair[] {
  const lines = parse(text);
  const [first] = lines;
  const isHeader =
    first && HEADERS.includes(first.cells.join(',').toLowerCase()) && !sources.has(first.cells[0]);
  const pairs: Pair[] = [];
  const taken = new Set(takenAlready);
  for (const { line, cells } of isHeader ? lines.slice(1) : lines) {
    if (cells.length !== 2) throw new CsvError({ kind: 'NotTwo', line, count: cells.length });
    const [source, destination] = cells;
    if (!source || !destination) throw new CsvError({ kind: 'EmptyName', line });
    if (!sources.has(source)) throw new CsvError({ kind: 'UnknownSource', line, name: source });
    if (destinations && !destinations.has(destination)) {
      throw new CsvError({ kind: 'UnknownDestination', line, name: destination });
    }
    if (taken.has(destination)) throw new CsvError({ kind: 'Twice', line, name: destination });
    taken.add(destination);
    pairs.push({ source, destination });
  }
  if (pairs.length === 0) throw new CsvError({ kind: 'Empty' });
  return pairs;
}

const cell = (name: string) =>
  /[",\r\n]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;

export function writePairs(pairs: Pair[]): string {
  return pairs
    .map(({ source, destination }) => `${cell(source)},${cell(destination)}\r\n`)
    .join('');
}
