import { flowNameFault, type Fault } from '../create/flowDetails';

export type NameConflict = Fault | { kind: 'Taken' } | { kind: 'Repeated' };

/** Why a flow can't be called that. `others` are the names of the other rows. */
export function nameConflict(
  name: string,
  others: readonly string[],
  taken: ReadonlySet<string>,
): NameConflict | undefined {
  const fault = flowNameFault(name);
  if (fault) return fault;
  if (taken.has(name)) return { kind: 'Taken' };
  return others.includes(name) ? { kind: 'Repeated' } : undefined;
}
