import type { ConnectorEntity } from '@aws-sdk/client-appflow';
import { describe, expect, it } from 'vitest';
import {
  levelsTo,
  ownName,
  ownerName,
  patternsOf,
  pickedObjects,
  present,
  type SourceObject,
} from './sourceObjects';

const object = (name: string, path = ''): SourceObject => ({ name, label: name, path });

const table = (name: string): ConnectorEntity => ({ name, label: name, hasNestedEntities: false });
const folder = (name: string): ConnectorEntity => ({ name, label: name, hasNestedEntities: true });

/** A list that also says what it was asked for. */
function levels(of: Record<string, ConnectorEntity[]>) {
  const asked: string[] = [];
  return {
    asked,
    list: async (path: string) => {
      asked.push(path);
      return of[path] ?? [];
    },
  };
}

const databases = levels({
  '': [folder('shop'), folder('shops'), folder('`a.b`')],
  shop: [table('shop.orders'), table('shop.items')],
  shops: [table('shops.orders')],
  '`a.b`': [table('`a.b`.t')],
});

describe('the way to an object', () => {
  it('leads into what it is in, and into nothing of a similar name', async () => {
    expect(await levelsTo('shop.items', databases.list)).toEqual(['shop']);
    expect(await levelsTo('shops.orders', databases.list)).toEqual(['shops']);
    expect(await levelsTo('`a.b`.t', databases.list)).toEqual(['`a.b`']);
  });

  it('ends at the first level where the object is there', async () => {
    const flat = levels({ '': [table('a.b'), folder('a')] });
    expect(await levelsTo('a.b', flat.list)).toEqual([]);
    expect(flat.asked).toEqual(['']);
  });

  it('goes down folders to any depth', async () => {
    const s3 = levels({
      '': [folder('in'), folder('in.box')],
      'in.box': [folder('in.box/2026')],
      'in.box/2026': [folder('in.box/2026/accounts')],
    });
    expect(await levelsTo('in.box/2026/accounts', s3.list)).toEqual(['in.box', 'in.box/2026']);
  });

  it('goes as far as it can where the object is gone', async () => {
    expect(await levelsTo('shop.gone', databases.list)).toEqual(['shop']);
    expect(await levelsTo('nowhere', databases.list)).toEqual([]);
  });
});

it('of names, those that are there are found, and no other level is looked at', async () => {
  const { asked, list } = levels({
    '': [folder('shop'), folder('other')],
    shop: [table('shop.orders')],
  });
  expect(await present(['shop.orders', 'shop.gone', 'gone'], list)).toEqual(['shop.orders']);
  expect(asked).toEqual(['', 'shop']);
  expect(await present([], list)).toEqual([]);
});

it('an object’s own name is without what it is in', () => {
  expect(ownName(object('Account'))).toBe('Account');
  expect(ownName(object('shop.orders', 'shop'))).toBe('orders');
  expect(ownName(object('shop.`a.``b`', 'shop'))).toBe('a.`b');
  expect(ownName(object('in/2026/accounts', 'in/2026'))).toBe('accounts');
  expect(ownerName('in/2026')).toBe('2026');
  expect(ownerName('`a.b`')).toBe('a.b');
});

describe('patterns', () => {
  const all = ['Account', 'Opportunity', 'OpportunityLine', 'Fee__c', 'Fee_2', 'a+b'].map((name) =>
    object(name),
  );
  const picked = (pattern: string, byHand: Record<string, boolean> = {}) =>
    pickedObjects(all, { pattern, byHand }, 'Account').map(({ name }) => name);

  it.each([
    ['Opp*, *__c', ['Opportunity', 'OpportunityLine', 'Fee__c']],
    ['opportunity', ['Opportunity']],
    ['Fee_?', ['Fee_2']],
    ['a+b', ['a+b']],
    ['.*', []],
    ['', []],
    [' , ', []],
  ])('%s', (pattern, names) => expect(picked(pattern)).toEqual(names));

  it('don’t pick the flow’s own object; a hand does', () => {
    expect(picked('*')).not.toContain('Account');
    expect(picked('*', { Account: true })).toContain('Account');
  });

  it('mean less than what was said by hand', () => {
    expect(picked('Opp*', { Opportunity: false, Fee_2: true })).toEqual([
      'OpportunityLine',
      'Fee_2',
    ]);
  });

  it('are about the whole name or an object’s own', () => {
    const orders = object('shop.orders', 'shop');
    const found = (pattern: string) => patternsOf(pattern).length > 0 &&
      pickedObjects([orders], { pattern, byHand: {} }, '').length > 0;
    expect(found('ord*')).toBe(true);
    expect(found('shop.*')).toBe(true);
    expect(found('sh')).toBe(false);
  });
});
