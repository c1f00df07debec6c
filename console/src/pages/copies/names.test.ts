import { describe, expect, it } from 'vitest';
import { flowNameFault } from '../create/flowDetails';
import { nameConflict } from './conflicts';
import { commonStart, defaultDestinationPattern, defaultNamePattern, fill, flowNameOf } from './names';

const object = (name: string, path = '') => ({ name, label: name, path });
const orders = object('shop.Orders', 'shop');

it('placeholders stand for the flow, the object and what it is in', () => {
  expect(fill('{flow}/{parent}.{object}', 'f', orders)).toBe('f/shop.Orders');
  expect(fill('x_{object:lower}', 'f', orders)).toBe('x_orders');
  expect(fill('{other} {object', 'f', orders)).toBe('{other} {object');
});

describe('a flow’s name', () => {
  it.each([
    ['{object}', object('Fee__c'), 'Fee__c'],
    ['{object}', object('a b/c'), 'a-b-c'],
    ['{object}', object('_hidden'), 'hidden'],
    ['{flow}-{object}', object('订单'), 'f---'],
  ])('%s of %o', (pattern, of, name) => {
    expect(flowNameOf(pattern, 'f', of)).toBe(name);
    expect(flowNameFault(name)).toBeUndefined();
  });

  it('is no longer than names may be', () => {
    expect(flowNameOf('{object}', 'f', object('x'.repeat(300)))).toHaveLength(256);
  });

  it('is like the template’s, where that has its object’s name in it', () => {
    expect(defaultNamePattern('accounts-of-Account', object('Account'))).toBe('accounts-of-{object}');
    expect(defaultNamePattern('account-to-tidb', object('Account'))).toBe('{object:lower}-to-tidb');
    expect(defaultNamePattern('nightly', object('Account'))).toBe('{flow}-{object:lower}');
  });
});

it.each([
  ['sf_account', object('Account'), 'sf_{object:lower}'],
  ['Account', object('Account'), '{object}'],
  ['crm.account', object('Account'), 'crm.{object:lower}'],
  ['crm.customers', object('Account'), 'crm.{object:lower}'],
  ['customers', object('Account'), '{object:lower}'],
  ['copy.Orders', orders, 'copy.{object}'],
])('destinations are called like %s', (destination, of, pattern) => {
  expect(defaultDestinationPattern(destination, of)).toBe(pattern);
});

it('a search finds what names begin with', () => {
  expect(commonStart(['sf-lead', 'sf-task'])).toBe('sf-');
  expect(commonStart(['one'])).toBe('one');
  expect(commonStart(['a', 'b'])).toBe('');
  expect(commonStart([])).toBe('');
});

describe('a name', () => {
  const conflict = (name: string, others: string[] = []) =>
    nameConflict(name, others, new Set(['taken']))?.kind;

  it('is one that no flow and no other row has', () => {
    expect(conflict('free')).toBeUndefined();
    expect(conflict('taken')).toBe('Taken');
    expect(conflict('twice', ['twice'])).toBe('Repeated');
  });

  it('is one that a flow can have', () => {
    expect(conflict('a b')).toBe('Character');
    expect(conflict('')).toBe('Missing');
  });
});
