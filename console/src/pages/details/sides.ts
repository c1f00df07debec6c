import { titleOf } from '../../components/connect/connectors';
import type { SideDraft } from '../create/draft';
import { addressOf } from '../create/endpoints';

/** The connector's name; "-" as long as it isn't known. */
export function nameOfSide(side: SideDraft): string {
  return titleOf(side) || '-';
}

/** What is read or written there; of S3, the folder. */
export function objectOfSide({ connectorType, object, bucketName, bucketPrefix }: SideDraft): string {
  return connectorType === 'S3' ? addressOf(bucketName, bucketPrefix) : (object ?? '-');
}
