import { describe, expect, it } from 'vitest';
import { checkConnectionName, checkConnectorLabel } from './names';

describe('the name of a connection', () => {
  it('takes what AppFlow takes', () => {
    expect(checkConnectionName('TiDB-AppFlow/Connection_1@x#y+z=.!')).toBeUndefined();
    expect(checkConnectionName('x'.repeat(256))).toBeUndefined();
  });
  it('says what is wrong', () => {
    expect(checkConnectionName('')).toEqual({ kind: 'missing' });
    expect(checkConnectionName('my tidb')).toEqual({ kind: 'character', character: ' ' });
    expect(checkConnectionName('连接')).toEqual({ kind: 'character', character: '连' });
    expect(checkConnectionName('x'.repeat(257))).toEqual({ kind: 'long' });
  });
});

describe('the label of a connector', () => {
  it('takes what AppFlow takes', () => {
    expect(checkConnectorLabel('TiDB-Connector')).toBeUndefined();
    expect(checkConnectorLabel('0_!@#.-')).toBeUndefined();
  });
  it('says what is wrong', () => {
    expect(checkConnectorLabel('')).toEqual({ kind: 'missing' });
    expect(checkConnectorLabel('T')).toEqual({ kind: 'short' });
    expect(checkConnectorLabel('-TiDB')).toEqual({ kind: 'first' });
    expect(checkConnectorLabel('TiDB Connector')).toEqual({ kind: 'character', character: ' ' });
    expect(checkConnectorLabel('TiDB/Connector')).toEqual({ kind: 'character', character: '/' });
    expect(checkConnectorLabel('x'.repeat(257))).toEqual({ kind: 'long' });
  });
});
