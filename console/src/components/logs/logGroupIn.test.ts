import { describe, expect, it } from 'vitest';
import { logGroupIn } from './logGroupIn';

describe('the log that an error names', () => {
  it('is that of the function', () => {
    expect(
      logGroupIn('ListEntities: function ‘erp_2’ failed (after 3 ms; the function’s log is /aws/lambda/erp_2)'),
    ).toBe('/aws/lambda/erp_2');
    expect(logGroupIn('the log is /aws/lambda/a-b.')).toBe('/aws/lambda/a-b');
  });

  it('is none where no function is to blame', () => {
    expect(logGroupIn('wrong ‘password’')).toBeUndefined();
    expect(logGroupIn('/aws/lambda/')).toBeUndefined();
  });
});
