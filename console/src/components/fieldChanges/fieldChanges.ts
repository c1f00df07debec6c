import type { FieldChange, FieldChanges } from '../../api/sluice';

export type Side = 'source' | 'destination';

/** A field that is not what it was. */
export interface ChangedField extends FieldChange {
  id: string;
  side: Side;
  kind: 'added' | 'removed' | 'changed';
}

const SIDES: readonly Side[] = ['source', 'destination'];
const KINDS = ['removed', 'changed', 'added'] as const;

/** All that has changed, what the flow uses first. */
export function changedFields(changes: FieldChanges): ChangedField[] {
  const all = SIDES.flatMap((side) =>
    KINDS.flatMap((kind) =>
      changes[side][kind].map((field) => ({ ...field, id: `${side} ${field.name}`, side, kind })),
    ),
  );
  return [...all.filter(({ isUsed }) => isUsed), ...all.filter(({ isUsed }) => !isUsed)];
}

/** Whether somebody should look before the flow runs: it may fail, or write something else. */
export function needsDecision(changes: FieldChanges): boolean {
  return (
    changes.message !== undefined ||
    changedFields(changes).some(({ isUsed, kind }) => isUsed && kind !== 'added')
  );
}

/** How many fields have changed without keeping the flow from running as before. */
export interface CalmChanges {
  newInSource: number;
  newInDestination: number;
  /** New in the source, and transferred: the flow maps all fields. */
  takenAlong: number;
  /** Removed or of another type, but not used. */
  unused: number;
}

export function calmChanges({ source, destination }: FieldChanges): CalmChanges {
  const unused = (fields: FieldChange[]) => fields.filter(({ isUsed }) => !isUsed).length;
  const count = unused(source.added);
  return {
    newInSource: count,
    newInDestination: unused(destination.added),
    takenAlong: source.added.length - count,
    unused: [source, destination]
      .map(({ removed, changed }) => unused(removed) + unused(changed))
      .reduce((sum, each) => sum + each),
  };
}
