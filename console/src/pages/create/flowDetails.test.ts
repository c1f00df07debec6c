import { describe, expect, it } from 'vitest';
import {
  descriptionFault,
  flowNameFault,
  kmsArnFault,
  tagKeyFault,
  tagValueFault,
} from './flowDetails';

describe('a flow’s name', () => {
  it.each(['Saleforce-To-TiDB', 'a1', '1!@#.-_', 'a'.repeat(256)])('may be %s', (name) => {
    expect(flowNameFault(name)).toBeUndefined();
  });

  it.each([
    ['', { kind: 'Missing' }],
    ['a', { kind: 'TooShort' }],
    ['a'.repeat(257), { kind: 'TooLong' }],
    ['-ab', { kind: 'Start' }],
    ['a b', { kind: 'Character', character: ' ' }],
    ['flow/1', { kind: 'Character', character: '/' }],
    ['流', { kind: 'Character', character: '流' }],
    ['ok👍no', { kind: 'Character', character: '👍' }],
  ])('can’t be “%s”, and it is said why', (name, fault) => {
    expect(flowNameFault(name)).toEqual(fault);
  });
});

describe('a description', () => {
  it('takes what the service takes', () => {
    expect(descriptionFault('What? 13 accounts,\n daily! #1 @noon - a.b_c')).toBeUndefined();
  });

  it.each(['"', '(', 'é', '：'])('does not take %s', (character) => {
    expect(descriptionFault(`all ${character} of it`)).toEqual({ kind: 'Character', character });
  });
});

describe('a tag', () => {
  it('has a key that is not reserved, not twice there and of the right characters', () => {
    const fault = (key: string, ...others: string[]) => tagKeyFault(key, [key, ...others])?.kind;
    expect(fault('sluice:csvDelimiter')).toBeUndefined();
    expect(fault('')).toBe('Missing');
    expect(fault('aws:x')).toBe('Reserved');
    expect(fault('sluice:retryMinutes')).toBe('RetryTag');
    expect(fault('a', 'a')).toBe('Twice');
    expect(fault('a b')).toBe('Character');
    expect(fault('a'.repeat(129))).toBe('TooLong');
  });

  it('may have an empty value', () => {
    expect(tagValueFault('')).toBeUndefined();
    expect(tagValueFault('a"b')).toEqual({ kind: 'Character', character: '"' });
  });
});

describe('a key', () => {
  it('is named by its whole ARN', () => {
    expect(kmsArnFault('arn:aws:kms:us-east-1:123456789012:key/1-2')).toBeUndefined();
    expect(kmsArnFault('alias/mine')?.kind).toBe('NoKey');
  });
});
