import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type SecretListEntry,
} from '@aws-sdk/client-secrets-manager';
import { useQuery } from '@tanstack/react-query';
import { secretsManager } from '../../api/clients';
import { keptAppOf, nameForApp, type KeptApp } from './salesforceForm';

/** AppFlow's own, with the credentials of connections. */
const OF_CONNECTIONS = 'appflow!';

async function listSecrets(): Promise<SecretListEntry[]> {
  const client = await secretsManager();
  const secrets: SecretListEntry[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await client.send(new ListSecretsCommand({ NextToken }));
    secrets.push(...(answer.SecretList ?? []));
    NextToken = answer.NextToken;
  } while (NextToken);
  return secrets;
}

async function findKeptApps(): Promise<KeptApp[]> {
  const client = await secretsManager();
  const candidates = (await listSecrets()).filter(({ Name }) => !Name?.startsWith(OF_CONNECTIONS));
  const apps = await Promise.all(
    candidates.map(async ({ ARN, Name }) => {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
      return keptAppOf(ARN!, Name!, SecretString);
    }),
  );
  return apps.filter((app) => app !== undefined);
}

export const KEPT_APPS = ['keptApps'];

/** Of the connected apps that are kept, all but their secrets: what is read of those is dropped. */
export function useKeptApps() {
  return useQuery({ queryKey: KEPT_APPS, queryFn: findKeptApps, staleTime: 30_000 });
}

/** Keeps a connected app, for this connection and the next: the ARN of its secret. */
export async function keepApp(app: { clientId: string; clientSecret: string; loginUrl: string }): Promise<string> {
  const client = await secretsManager();
  const taken = new Set((await listSecrets()).map(({ Name }) => Name!));
  const answer = await client.send(
    new CreateSecretCommand({
      Name: nameForApp(taken),
      Description: 'Connected app of Salesforce',
      SecretString: JSON.stringify(app),
    }),
  );
  return answer.ARN!;
}

/** Of one that turned out to be wrong. */
export async function forgetApp(arn: string): Promise<void> {
  const client = await secretsManager();
  await client.send(new DeleteSecretCommand({ SecretId: arn, ForceDeleteWithoutRecovery: true }));
}
