import { AppflowClient } from '@aws-sdk/client-appflow';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { currentKeys } from './keys';
import { whileLoggedIn } from './whileLoggedIn';

/** Every SDK client talks to where the console came from, with the keys of the moment. */
function config() {
  return {
    endpoint: location.origin,
    region: async () => currentKeys().region,
    credentials: async () => ({ ...currentKeys(), expiration: new Date(Date.now() + 60_000) }),
    maxAttempts: 2,
  };
}

/** Calls `make` once, when it is first needed. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const waits = <A, R>(next: (args: A) => Promise<R>) => (args: A) => whileLoggedIn(() => next(args));
const FIRST = { step: 'initialize' } as const;

/** What is asked after the session has ended waits for the next one. */
function lasting<C extends { middlewareStack: { add(middleware: typeof waits, at: typeof FIRST): void } }>(
  client: C,
): C {
  client.middlewareStack.add(waits, FIRST);
  return client;
}

export const appflow = once(() => lasting(new AppflowClient(config())));

// The others come with the pages that need them: the first page stays small.
export const lambda = once(
  async (): Promise<LambdaClient> =>
    lasting(new (await import('@aws-sdk/client-lambda')).LambdaClient(config())),
);
export const secretsManager = once(
  async (): Promise<SecretsManagerClient> =>
    lasting(new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(config())),
);
export const logs = once(
  async (): Promise<CloudWatchLogsClient> =>
    lasting(new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(config())),
);
