import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../api/errors';
import type { Control } from './credentialForm';
import { placeError } from './errorPlacement';

const control = (key: string, isSensitive = false): Control => ({
  id: `credential ${key}`,
  part: 'credential',
  key,
  kind: 'text',
  options: [],
  isRequired: true,
  isSensitive,
});
const controls = [control('hostname'), control('password', true)];

describe('an error of the service', () => {
  it('stands at the fields that it names', () => {
    const error = new ServiceError('No such host.', 'ValidationException', undefined, {
      hostname: 'There is no host nowhere.',
    });
    expect(placeError(error, controls)).toEqual({
      'credential hostname': 'There is no host nowhere.',
    });
  });
  it('stands at the password if a log-in was refused without naming a field', () => {
    const error = new ServiceError('Access denied.', 'ConnectorAuthenticationException', undefined);
    expect(placeError(error, controls)).toEqual({ 'credential password': 'Access denied.' });
  });
  it('stands at no field if it is about none', () => {
    const error = new ServiceError('Try later.', 'InternalServerException', undefined);
    expect(placeError(error, controls)).toEqual({});
  });
});
