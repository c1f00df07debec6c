export interface Member {
  name: string;
  /** As people read it: a text without its quotation marks, all else as it stands. */
  text: string;
  kind: 'text' | 'null' | 'other';
}

/** Where the JSON value that begins at `at` ends. */
function endOf(json: string, at: number): number {
  let depth = 0;
  let isText = false;
  for (; at < json.length; ++at) {
    const c = json[at];
    if (isText) {
      if (c === '\\') ++at;
      else if (c === '"') isText = false;
    } else if (c === '"') isText = true;
    else if (c === '{' || c === '[') ++depth;
    else if (depth === 0 && (c === ',' || c === '}')) return at;
    else if (c === '}' || c === ']') --depth;
  }
  return at;
}

/**
 * The members of a JSON object, numbers to the last digit, which JSON.parse would round. Nothing
 * where `json` is no object: a record that can't be read.
 */
export function membersOf(json: string): Member[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  } catch {
    return undefined;
  }
  const members: Member[] = [];
  let at = json.indexOf('{') + 1;
  for (;;) {
    const quote = json.indexOf('"', at);
    if (quote < 0 || json.slice(at, quote).includes('}')) return members;
    const colon = endOfName(json, quote);
    const end = endOf(json, colon + 1);
    const raw = json.slice(colon + 1, end).trim();
    members.push({
      name: JSON.parse(json.slice(quote, colon)) as string,
      text: raw.startsWith('"') ? (JSON.parse(raw) as string) : raw,
      kind: raw.startsWith('"') ? 'text' : raw === 'null' ? 'null' : 'other',
    });
    at = end + 1;
  }
}

/** Where the colon behind the name stands that begins at `quote`. */
function endOfName(json: string, quote: number): number {
  let at = quote + 1;
  for (; json[at] !== '"'; ++at) if (json[at] === '\\') ++at;
  return json.indexOf(':', at);
}
