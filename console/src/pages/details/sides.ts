import { nameOf } from '../../api/queries';
import type { SideDraft } from '../create/draft';
import { addressOf } from '../create/endpoints';

/** The connector's name; "-" as long as it isn't known. */
export function nameOfSide({ connectorType, connectorLabel }: SideDraft): string {
  return (connectorType && nameOf({ connectorType, connectorLabel })) || '-';
}

/** What is read or written there; of S3, the folder. */
export function objectOfSide({ connectorType, object, bucketName, bucketPrefix }: SideDraft): string {
  return connectorType === 'S3' ? addressOf(bucketName, bucketPrefix) : (object ?? '-');
}
