import type { SourceObject } from './sourceObjects';
import { ownerName, ownName } from './sourceObjects';

/** What names of flows and of destination objects are made of. */
const PLACEHOLDER = /\{(flow|object|parent)(:lower)?\}/g;

export function fill(pattern: string, flow: string, object: SourceObject): string {
  const values = { flow, object: ownName(object), parent: ownerName(object.path) };
  return pattern.replace(PLACEHOLDER, (_, of: keyof typeof values, lower?: string) =>
    lower ? values[of].toLowerCase() : values[of],
  );
}

/** With all that a flow's name can't have replaced. */
export function flowNameOf(pattern: string, flow: string, object: SourceObject): string {
  return fill(pattern, flow, object)
    .replace(/[^\w!@#.-]/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '')
    .slice(0, 256);
}

/** `name` with the object's own name in it made a placeholder; undefined where it isn't in it. */
function withPlaceholder(name: string, object: string): string | undefined {
  if (object === '') return undefined;
  if (name.includes(object)) return name.replace(object, '{object}');
  const lower = object.toLowerCase();
  return name.includes(lower) ? name.replace(lower, '{object:lower}') : undefined;
}

/** As the template is called, with another object: "accounts-of-Lead" after "accounts-of-Account". */
export function defaultNamePattern(flow: string, object: SourceObject): string {
  return withPlaceholder(flow, ownName(object)) ?? '{flow}-{object:lower}';
}

/** As the template's destination is called: "sf_{object:lower}" where Account goes to sf_account. */
export function defaultDestinationPattern(destination: string, object: SourceObject): string {
  const pattern = withPlaceholder(destination, ownName(object));
  if (pattern !== undefined) return pattern;
  const owner = /^(.*[./])[^./]+$/.exec(destination)?.[1] ?? '';
  return `${owner}{object:lower}`;
}

/** What all names begin with, so that a search for it finds them. */
export function commonStart([first = '', ...others]: string[]): string {
  let length = first.length;
  for (const name of others) {
    while (!name.toLowerCase().startsWith(first.slice(0, length).toLowerCase())) length -= 1;
  }
  return first.slice(0, length);
}
