/** What went wrong, in the service's own words. */
export class ServiceError extends Error {
  constructor(
    message: string,
    /** AWS's name of the error: "ValidationException". */
    readonly code: string,
    readonly requestId: string | undefined,
    /** By the key of a credential or setting: what is wrong with it. */
    readonly byField: Record<string, string> = {},
  ) {
    super(message);
    this.name = code;
  }
}

interface SdkError {
  name: string;
  message: string;
  $metadata?: { requestId?: string; httpStatusCode?: number };
  errorsByInputField?: Record<string, string>;
}

/** Whatever was thrown, as something to show. `offline` is said where no answer came at all. */
export function toServiceError(thrown: unknown, offline: string): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  const error = thrown as SdkError;
  const isAnswer = error.$metadata?.httpStatusCode !== undefined;
  if (!isAnswer && (error instanceof TypeError || error.name === 'TimeoutError')) {
    return new ServiceError(offline, 'NoAnswer', undefined);
  }
  return new ServiceError(
    error.message,
    error.name,
    error.$metadata?.requestId,
    error.errorsByInputField,
  );
}

/** Of an answer of the AppFlow-style operations that no SDK knows. */
export async function errorOfAnswer(answer: Response): Promise<ServiceError> {
  const body = (await answer.json().catch(() => ({}))) as {
    __type?: string;
    message?: string;
    errorsByInputField?: Record<string, string>;
  };
  return new ServiceError(
    body.message ?? `${answer.status} ${answer.statusText}`,
    body.__type ?? 'UnknownError',
    answer.headers.get('x-amzn-RequestId') ?? undefined,
    body.errorsByInputField,
  );
}

/** The keys are not taken (any more): somebody has to log in again. */
export function isLoggedOut(thrown: unknown): boolean {
  const { name } = thrown as SdkError;
  return [
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'ExpiredTokenException',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ].includes(name);
}
