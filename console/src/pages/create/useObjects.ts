import { useEntities } from '../../api/queries';
import type { SideDraft } from './draft';

/** The objects behind a side's connection. */
export function useObjects(side: SideDraft) {
  const isS3 = side.connectorType === 'S3';
  return useEntities({
    connectorType: side.connectorType ?? 'CustomConnector',
    connectorProfileName: isS3 ? undefined : side.connectorProfileName,
    apiVersion: side.apiVersion,
  });
}
