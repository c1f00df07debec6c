import type { ServiceError } from '../../api/errors';
import type { FlowDraft } from './draft';

const DETAILS = /at '(flowName|description|tags|kmsArn)\b/;
const TASK = /\btasks\.(\d+)\./;
const FILTER = /\bfilter\b/i;
const MAPPING =
  /\b(tasks?|projection|Map|idFieldNames|id field|mapped|field)\b|can't be the id|has no folders/;
const CONFIGURATION =
  /sourceFlowConfig|destinationFlowConfigList|errorHandlingConfig|connector|profile|entity|bucket|object|trigger|apiVersion|credential|password/i;

/** Whether a name has to be changed: another flow has it. */
export function isNameTaken({ code, message }: ServiceError): boolean {
  return code === 'ConflictException' && message.startsWith('Flow with name');
}

/** The step that the service's complaint is about, as far as it can be told. */
export function stepOfFailure(error: ServiceError, draft: FlowDraft): 1 | 2 | 3 | 4 | undefined {
  const { code, message } = error;
  if (code === 'NoAnswer') return undefined;
  if (isNameTaken(error) || DETAILS.test(message)) return 1;
  // Below S3 and TiDB "entity" is there in what is said of fields, too.
  const field = /source entity .* has no field '([^']*)'/.exec(message)?.[1];
  if (field !== undefined) return isOnlyFiltered(field, draft) ? 4 : 3;
  if (FILTER.test(message)) return 4;
  if (TASK.test(message) || MAPPING.test(message)) return 3;
  return CONFIGURATION.test(message) ? 2 : undefined;
}

function isOnlyFiltered(field: string, { filters, mapping }: FlowDraft): boolean {
  return (
    filters.some((filter) => filter.field === field) &&
    !mapping.rows.some(({ sources }) => sources.includes(field)) &&
    !mapping.validations.some((validation) => validation.field === field)
  );
}

/** Whether trying again may help, without anything changed. */
export function isWorthRetrying({ code }: ServiceError): boolean {
  return [
    'NoAnswer',
    'InternalServerException',
    'ConnectorServerException',
    'ThrottlingException',
  ].includes(code);
}
