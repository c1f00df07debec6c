import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { entitiesQuery, type EntitiesOf } from '../../api/queries';
import type { SideDraft } from '../create/draft';
import { isReadable, levelsTo, type SourceObject } from './sourceObjects';

export function entitiesOf({ connectorType, connectorProfileName, apiVersion }: SideDraft): EntitiesOf {
  const isS3 = connectorType === 'S3';
  return {
    connectorType: connectorType!,
    connectorProfileName: isS3 ? undefined : connectorProfileName,
    apiVersion,
  };
}

/** The levels of the source down to an object. */
export function useLevelsTo(side: SideDraft, object: string, isWanted: boolean) {
  const queries = useQueryClient();
  const of = entitiesOf(side);
  return useQuery({
    queryKey: ['levels', of, object],
    queryFn: () => levelsTo(object, (path) => queries.fetchQuery(entitiesQuery(of, path))),
    enabled: isWanted,
    staleTime: Infinity,
  });
}

/** All objects of the levels that were opened. */
export function useSourceObjects(side: SideDraft, opened: string[]): SourceObject[] {
  const isS3 = side.connectorType === 'S3';
  const levels = useQueries({
    queries: opened.map((path) => entitiesQuery(entitiesOf(side), path)),
  });
  return levels.flatMap(({ data = [] }, i) =>
    data
      .filter((entity) => isReadable(entity, isS3))
      .map(({ name, label }) => ({ name: name!, label: label || name!, path: opened[i] })),
  );
}
