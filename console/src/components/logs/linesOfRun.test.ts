import { describe, expect, it } from 'vitest';
import { linesOfRun } from './linesOfRun';

const RUN = '9aeeb192-9b5b-41ec-973b-da08258573e6';
const OTHER = 'bf374600-a9cf-4b90-9be0-ab411bd6164e';
const request = (n: number) => `fd2119f0-7a36-4d70-b79c-00000000000${n}`;
const events = (...messages: string[]) => messages.map((message) => ({ message }));
const of = (messages: string[]) => linesOfRun(events(...messages), RUN).map(({ message }) => message);

describe('the lines of a run', () => {
  const ofRun = [
    `START RequestId: ${request(1)} Version: $LATEST`,
    `{"message":"answered","executionId":"${RUN}","requestId":"${request(1)}"}`,
    `END RequestId: ${request(1)}`,
  ];
  const ofAnother = [
    `START RequestId: ${request(2)} Version: $LATEST`,
    `{"message":"answered","executionId":"${OTHER}","requestId":"${request(2)}"}`,
  ];

  it('name it, or a request that does', () => {
    expect(of([ofRun[0]!, ofAnother[0]!, ofRun[1]!, ofAnother[1]!, ofRun[2]!])).toEqual(ofRun);
  });

  it('are all, where the connector names no execution', () => {
    expect(of(['one', 'two'])).toEqual(['one', 'two']);
  });
});
