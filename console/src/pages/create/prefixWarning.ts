import type { ServiceError } from '../../api/errors';
import { addressOf, bucketFault } from './endpoints';
import type { SideDraft } from './draft';
import type { texts } from './texts';

/** Whether so much is said that one can look into the folder. */
export function isFolder({ connectorType, bucketName, bucketPrefix }: SideDraft): boolean {
  const isWhole = bucketPrefix !== '' && !bucketPrefix.startsWith('/');
  return connectorType === 'S3' && isWhole && bucketFault(bucketName) === undefined;
}

/** What to say beside a folder that could not be looked into: mostly that nothing is there. */
export function prefixWarning(
  { bucketName, bucketPrefix }: SideDraft,
  { code, message }: ServiceError,
  t: (typeof texts)['en'],
): string | undefined {
  if (code === 'NoAnswer') return undefined; // Says nothing of the folder.
  return message.includes('there is no file')
    ? t.prefixEmpty(addressOf(bucketName, bucketPrefix))
    : t.prefixUnreadable(message);
}
