import type { ConnectorEntity } from '@aws-sdk/client-appflow';

/** An object that a flow could read, where it is in the source. */
export interface SourceObject {
  name: string;
  label: string;
  /** What it is in, as a database's tables are; empty: nothing. */
  path: string;
}

/** Lists what is in `path`; the first level where it is empty. */
export type ListEntities = (path: string) => Promise<ConnectorEntity[]>;

/** Whether `name` is of something in `path`: "shop.orders" in "shop", "in/a/b" in "in/a". */
function isInside(name: string, path: string): boolean {
  return name.startsWith(path) && /^[./:]./.test(name.slice(path.length));
}

/** The levels down to the object `name`, as far as they are there: none where it is on the first. */
export async function levelsTo(name: string, list: ListEntities): Promise<string[]> {
  const levels: string[] = [];
  for (;;) {
    const entities = await list(levels.at(-1) ?? '');
    const owners = entities.filter(
      (entity) => entity.hasNestedEntities && isInside(name, entity.name!),
    );
    if (entities.some((entity) => entity.name === name) || owners.length === 0) return levels;
    // Of the buckets "a" and "a.b" the second has "a.b/c".
    levels.push(owners.map((owner) => owner.name!).reduce((a, b) => (b.length > a.length ? b : a)));
  }
}

/** Whether a flow can read it: a database is only opened, a folder is read, too. */
export function isReadable({ name, hasNestedEntities }: ConnectorEntity, isS3: boolean): boolean {
  return isS3 ? name!.includes('/') : !hasNestedEntities;
}

/** Those of `names` that are there. */
export async function present(names: string[], list: ListEntities): Promise<string[]> {
  const found: string[] = [];
  const look = async (path: string, wanted: string[]): Promise<void> => {
    const entities = await list(path);
    const here = new Set(entities.map(({ name }) => name));
    found.push(...wanted.filter((name) => here.has(name)));
    for (const { name: inner, hasNestedEntities } of entities) {
      const inside = wanted.filter((name) => !here.has(name) && isInside(name, inner!));
      if (hasNestedEntities && inside.length > 0) await look(inner!, inside);
    }
  };
  if (names.length > 0) await look('', names);
  return found;
}

/** An object's name without what it is in: "orders" of "shop.orders". */
export function ownName({ name, path }: Pick<SourceObject, 'name' | 'path'>): string {
  const own = path && isInside(name, path) ? name.slice(path.length + 1) : name;
  return /^`.+`$/.test(own) ? own.slice(1, -1).replaceAll('``', '`') : own;
}

/** What the object is in, without what that is in: "b" of "in/a/b". */
export function ownerName(path: string): string {
  return ownName({ name: path.split('/').at(-1)!, path: '' });
}

/** Names with wildcards, separated by commas: `Opp*, *__c`. One character: `?`. */
export function patternsOf(text: string): RegExp[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const escaped = part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
      return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
    });
}

export function matches(object: SourceObject, patterns: RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(object.name) || pattern.test(ownName(object)));
}

/** Who was picked: by hand, whatever the patterns say, else by them. */
export function pickedObjects(
  objects: SourceObject[],
  { pattern, byHand }: { pattern: string; byHand: Record<string, boolean> },
  template: string,
): SourceObject[] {
  const patterns = patternsOf(pattern);
  return objects.filter(
    (object) =>
      byHand[object.name] ?? (object.name !== template && matches(object, patterns)),
  );
}
