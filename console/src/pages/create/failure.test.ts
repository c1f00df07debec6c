import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../api/errors';
import { emptyDraft, type FlowDraft } from './draft';
import { isWorthRetrying, stepOfFailure } from './failure';

function stepOf(message: string, code = 'ValidationException', draft: FlowDraft = emptyDraft()) {
  return stepOfFailure(new ServiceError(message, code, undefined), draft);
}

describe('what the service complains about is found', () => {
  it.each([
    [1, 'Flow with name a already exists.', 'ConflictException'],
    [1, "1 validation error detected: Value 'é' at 'description' failed to satisfy constraint"],
    [2, 'Connector Profile with name nope does not exist.', 'ResourceNotFoundException'],
    [2, 'The connector TiDB-Connector has no apiVersion v7; it supports: v1.'],
    [2, "The destination entity 'nope': database 'demo' has no table 'nope'", 'ResourceNotFoundException'],
    [2, "The source entity 'Nope': Salesforce has no object 'Nope', or the connected user may not see it"],
    [2, "The bucket of 'errorHandlingConfig': there is no bucket 'b'", 'ResourceNotFoundException'],
    [3, "Create Flow request failed: [The destination entity 'sf_account' has no field 'nofield'.]"],
    [3, "Create Flow request failed: [The source entity 'Account' has no field 'Nope'.]"],
    [3, "Create Flow request failed: [UPSERT needs idFieldNames: the fields of 'sf_account' that identify a record.]"],
    [3, 'Create Flow request failed: [Task Validation Error: You must specify a projection task or a MAP_ALL task]'],
    [4, "Create Flow request failed: [The filter on field 'Name' with EQUAL_TO needs the task property VALUE.]"],
  ])('in step %i: %s', (step, message, code?) => {
    expect(stepOf(message, code)).toBe(step);
  });

  it('in the filters, where only they name the field', () => {
    const filters: FlowDraft['filters'] = [
      { id: '1', field: 'Nope', operator: 'EQUAL_TO', values: ['x'] },
    ];
    const message = "The source entity 'Account' has no field 'Nope'.";
    expect(stepOf(message, undefined, { ...emptyDraft(), filters })).toBe(4);
  });

  it('nowhere, where nothing is known of it', () => {
    expect(stepOf('The service does not answer.', 'NoAnswer')).toBeUndefined();
    expect(stepOf('Something broke.', 'InternalServerException')).toBeUndefined();
  });
});

describe('a request', () => {
  it('is worth sending again where it may have got lost', () => {
    const isWorth = (code: string) => isWorthRetrying(new ServiceError('', code, undefined));
    expect(isWorth('NoAnswer')).toBe(true);
    expect(isWorth('ValidationException')).toBe(false);
  });
});
