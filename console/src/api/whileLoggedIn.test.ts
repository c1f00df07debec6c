import { beforeEach, expect, test, vi } from 'vitest';
import { ServiceError } from './errors';
import { setKeys, type Keys } from './keys';
import { onSessionEnded, whileLoggedIn } from './whileLoggedIn';

const keys = (accessKeyId: string): Keys => ({ accessKeyId, secretAccessKey: '', region: '', account: '' });
const refusal = new ServiceError('Unknown key.', 'UnrecognizedClientException', undefined);
const ended = vi.fn();

beforeEach(() => {
  setKeys(keys('first'));
  ended.mockReset();
  onSessionEnded(ended);
});

test('what is asked after the session has ended is asked again once somebody has logged in', async () => {
  const send = vi.fn().mockRejectedValueOnce(refusal).mockResolvedValue('done');
  const answer = whileLoggedIn(send);
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  expect(send).toHaveBeenCalledOnce();
  setKeys(keys('second'));
  expect(await answer).toBe('done');
  expect(send).toHaveBeenCalledTimes(2);
});

test('a late refusal of the keys before is no end of the session', async () => {
  const send = vi.fn().mockImplementationOnce(async () => {
    setKeys(keys('second'));
    throw refusal;
  });
  await whileLoggedIn(send);
  expect(send).toHaveBeenCalledTimes(2);
  expect(ended).not.toHaveBeenCalled();
});

test('who logs out instead does not have it done later', async () => {
  const send = vi.fn().mockRejectedValue(refusal);
  const answer = whileLoggedIn(send);
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  setKeys(undefined);
  await expect(answer).rejects.toThrow('Nobody is logged in.');
  setKeys(keys('second'));
  expect(send).toHaveBeenCalledOnce();
});

test('other errors are told', async () => {
  await expect(whileLoggedIn(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(ended).not.toHaveBeenCalled();
});
