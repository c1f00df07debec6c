import { expect, it } from 'vitest';
import { ServiceError } from '../../api/errors';
import { emptyDraft, type SideDraft } from './draft';
import { isFolder, prefixWarning } from './prefixWarning';
import { texts } from './texts';

const folder = (bucketName: string, bucketPrefix: string): SideDraft => ({
  ...emptyDraft().source,
  connectorType: 'S3',
  bucketName,
  bucketPrefix,
});

it('a folder is looked into once it is named', () => {
  expect(isFolder(folder('inbox', 'accounts'))).toBe(true);
  expect(isFolder(folder('inbox', ''))).toBe(false);
  expect(isFolder(folder('', 'accounts'))).toBe(false);
  expect(isFolder(folder('inbox', '/accounts'))).toBe(false); // Is warned of already.
  expect(isFolder({ ...folder('inbox', 'accounts'), connectorType: 'Salesforce' })).toBe(false);
});

it('what is wrong with it is said', () => {
  const said = (message: string, code = 'ConnectorServerException') =>
    prefixWarning(folder('inbox', 'accounts'), new ServiceError(message, code, undefined), texts.en);
  expect(
    said("Error while communicating to connector: there is no file with records below 'accounts/' in bucket 'inbox'"),
  ).toMatch(/no files .* s3:\/\/inbox\/accounts/);
  expect(said('The file is not Parquet')).toContain('The file is not Parquet');
  expect(said('', 'NoAnswer')).toBeUndefined();
});
