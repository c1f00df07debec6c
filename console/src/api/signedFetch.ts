import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { currentKeys, type Keys } from './keys';

/** SigV4's service name of the console's own doors. */
export const CONSOLE_SERVICE = 'sluice';

/** Sends what no AWS SDK has a command for, signed as they sign. Any status is an answer. */
export async function signedFetch(
  request: { method: 'GET' | 'POST'; path: string; query?: Record<string, string>; body?: unknown },
  options: { service: string; keys?: Keys; signal?: AbortSignal },
): Promise<Response> {
  const keys = options.keys ?? currentKeys();
  const signer = new SignatureV4({
    service: options.service,
    region: keys.region,
    credentials: keys,
    sha256: Sha256,
  });
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const signed = await signer.sign({
    method: request.method,
    protocol: location.protocol,
    hostname: location.hostname,
    path: request.path,
    query: request.query ?? {},
    headers: {
      host: location.host,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body,
  });
  const { host: _, ...headers } = signed.headers; // The browser sets it, to the same.
  const query = new URLSearchParams(request.query).toString().replaceAll('+', '%20');
  return fetch(request.path + (query && `?${query}`), {
    method: request.method,
    headers,
    body,
    signal: options.signal,
  });
}
