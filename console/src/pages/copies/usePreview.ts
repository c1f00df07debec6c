import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useQueries, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';
import { entitiesQuery } from '../../api/queries';
import { sideFieldsQuery, type FieldsQuery } from '../../api/sideFields';
import { useDebounced } from '../../components/useDebounced';
import { useLanguage } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import type { Choices } from './choices';
import { nameConflict, type NameConflict } from './conflicts';
import { copyOf, destinationOf, sourceOf, type Copy, type Target } from './copy';
import { few } from './few';
import { fill, flowNameOf } from './names';
import { present, type SourceObject } from './sourceObjects';
import { isUnknown, type Outcome } from './useCreateCopies';
import { entitiesOf } from './useSourceLevels';

export interface PreviewRow extends Target {
  isOff: boolean;
  /** The destination's object isn't there, and nobody makes it. */
  isMissing: boolean;
  /** It isn't there, and the first run makes it. */
  isToBeMade: boolean;
  /** Why nothing can be said of its fields. */
  error?: unknown;
  refetch?: () => void;
  nameConflict?: NameConflict;
  /** Another row goes to the same object. */
  isShared: boolean;
  copy?: Copy;
  sourceFields: ConnectorEntityField[];
  outcome?: Outcome;
}

const PAUSE = 400; // Between two keys of somebody who types a name.
const ask = few(4);

function fewAtATime(query: FieldsQuery, isWanted: boolean) {
  return {
    ...query,
    queryFn: () => ask(query.queryFn),
    enabled: isWanted && query.enabled !== false,
  };
}

/** Which of the destination's objects are there; undefined until that is known. */
function usePresent(template: FlowDraft, names: string[]): UseQueryResult<string[]> {
  const queries = useQueryClient();
  const of = entitiesOf(template.destination);
  return useQuery({
    queryKey: ['present', of, names],
    queryFn: () => present(names, (path) => queries.fetchQuery(entitiesQuery(of, path))),
    enabled: template.destination.connectorType !== 'S3',
    staleTime: 30_000,
  });
}

export function targetOf(object: SourceObject, flow: string, choices: Choices): Target {
  const { flowName, destination } = choices.rows[object.name] ?? {};
  return {
    object,
    flowName: flowName ?? flowNameOf(choices.namePattern, flow, object),
    destination: destination ?? fill(choices.destinationPattern, flow, object),
  };
}

/** What would be made of the objects that were picked. */
export function usePreview(
  template: FlowDraft,
  picked: SourceObject[],
  choices: Choices,
  makesTables: boolean,
  taken: ReadonlySet<string>,
  outcomes: Record<string, Outcome>,
) {
  const language = useLanguage();
  const hasObjects = template.destination.connectorType !== 'S3';
  const tags = Object.fromEntries(template.tags.map(({ key, value }) => [key, value]));
  const targets = picked.map((object) => targetOf(object, template.flowName, choices));
  const isOff = ({ object }: Target) => choices.rows[object.name]?.isOff === true;
  const isOn = (target: Target) => !isOff(target);
  const isMade = ({ object }: Target) => outcomes[object.name]?.state === 'created';

  const destinations = useDebounced(targets.map(({ destination }) => destination).join('\n'), PAUSE);
  const there = usePresent(template, destinations ? destinations.split('\n') : []);
  const isThere = ({ destination }: Target): boolean | undefined =>
    hasObjects && destinations.split('\n').includes(destination)
      ? there.data?.includes(destination)
      : undefined;

  const sources = useQueries({
    queries: targets.map((target) =>
      fewAtATime(sideFieldsQuery(sourceOf(template, target.object), 'source', tags), isOn(target)),
    ),
  });
  const writtenTo = useQueries({
    queries: targets.map((target) =>
      fewAtATime(
        sideFieldsQuery(destinationOf(template, target.destination), 'destination'),
        isOn(target) && (!hasObjects || isThere(target) === true),
      ),
    ),
  });

  // What one types changes a row or two of many.
  const kept = useRef(new Map<string, { of: unknown[]; copy: Copy }>());
  const copyFor = (target: Target, source: ConnectorEntityField[], written: ConnectorEntityField[]) => {
    const { object, flowName, destination } = target;
    const of = [template, object.label, flowName, destination, source, written, choices.fields, language];
    const known = kept.current.get(object.name);
    if (known && known.of.every((each, i) => each === of[i])) return known.copy;
    const copy = copyOf(template, target, { source, destination: written }, choices.fields, language);
    kept.current.set(object.name, { of, copy });
    return copy;
  };

  return targets.map((target, i): PreviewRow => {
    const [source, written] = [sources[i], writtenTo[i]];
    const outcome = outcomes[target.object.name];
    const others = targets.filter((other) => other !== target && isOn(other));
    const isOwn = outcome?.flowName === target.flowName && isUnknown(outcome);
    const isAbsent = isThere(target) === false;
    const destinationFields = isAbsent ? NOTHING : written.data;
    const failed = source.isError ? source : written.isError ? written : there.isError ? there : undefined;
    return {
      ...target,
      isOff: isOff(target),
      isMissing: isAbsent && !makesTables,
      isToBeMade: isAbsent && makesTables,
      error: failed?.error,
      refetch: failed && (() => void failed.refetch()),
      nameConflict: nameConflict(
        target.flowName,
        others.filter((other) => !isMade(other)).map(({ flowName }) => flowName),
        isOwn ? NOBODY : taken,
      ),
      isShared: hasObjects && others.some(({ destination }) => destination === target.destination),
      copy:
        source.data && destinationFields && (isThere(target) !== undefined || !hasObjects)
          ? copyFor(target, source.data, destinationFields)
          : undefined,
      sourceFields: source.data ?? NOTHING,
      outcome,
    };
  });
}

const NOTHING: ConnectorEntityField[] = [];
const NOBODY: ReadonlySet<string> = new Set();

export type RowState = 'off' | 'reading' | 'unreadable' | 'wrong' | 'ready' | Outcome['state'];

export function stateOf(row: PreviewRow): RowState {
  const state = row.outcome?.state;
  if (state && state !== 'failed') return state;
  if (row.isOff) return 'off';
  const { nameConflict, isMissing, copy } = row;
  if (nameConflict || isMissing || copy?.problems.length || copy?.required.length) return 'wrong';
  if (row.error) return 'unreadable';
  if (!row.copy) return 'reading';
  return state ?? 'ready';
}

/** Whether it is created by the next press of the button. */
export function isReady(row: PreviewRow): boolean {
  return ['ready', 'failed'].includes(stateOf(row));
}
