import { beforeEach, describe, expect, it, vi } from 'vitest';
import { departTo, departureOf, returnedTo, setReturned, takeReturned, type Departure } from './oauthChannel';

const departure: Departure = {
  state: 's1',
  page: '/appflow/home#/create/2',
  connector: 'Salesforce',
  form: { name: 'sf' },
};

describe('a dialog that leaves its tab for the authorization server', () => {
  const kept = new Map<string, string>();
  const assign = vi.fn();

  beforeEach(() => {
    kept.clear();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
    vi.stubGlobal('location', { assign });
    departTo('https://login/authorize', departure);
  });

  it('is known again by the state of the answer, once', () => {
    expect(assign).toHaveBeenLastCalledWith('https://login/authorize');
    expect(departureOf({ code: 'c', state: 's1' })).toEqual(departure);
    expect(departureOf({ code: 'c', state: 's1' })).toBeUndefined();
  });

  it('is not known by another state, or by none', () => {
    expect(departureOf({ code: 'c', state: 's2' })).toBeUndefined();
    expect(departureOf({ code: 'c' })).toBeUndefined();
    expect(departureOf({ code: 'c', state: 's1' })).toEqual(departure);
  });

  it('never keeps the code', () => {
    departureOf({ code: 'the-code', state: 's1' });
    setReturned({ ...departure, answer: { code: 'the-code', state: 's1' } });
    expect([...kept.values()].join()).not.toContain('the-code');
  });

  it('goes on where it was, with an answer that is used once', () => {
    setReturned({ ...departure, answer: { code: 'c', state: 's1' } });
    expect(returnedTo('TiDB')).toBeUndefined();
    expect(takeReturned('TiDB')).toBeUndefined();
    expect(returnedTo('Salesforce')?.form).toEqual({ name: 'sf' });
    expect(takeReturned('Salesforce')?.answer.code).toBe('c');
    expect(takeReturned('Salesforce')).toBeUndefined();
  });
});
