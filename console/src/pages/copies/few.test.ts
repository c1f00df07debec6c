import { expect, it } from 'vitest';
import { few } from './few';

it('no more is done at a time, each in its turn, whatever fails', async () => {
  const turn = few(2);
  const begun: number[] = [];
  let busy = 0;
  let most = 0;
  const results = await Promise.allSettled(
    [0, 1, 2, 3, 4].map((n) =>
      turn(async () => {
        begun.push(n);
        most = Math.max(most, (busy += 1));
        await new Promise((done) => setTimeout(done, 5));
        busy -= 1;
        if (n === 1) throw new Error('one');
        return n;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled',
  ]);
});
