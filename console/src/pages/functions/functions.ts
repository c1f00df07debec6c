import {
  CreateFunctionCommand,
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  type FunctionConfiguration,
  type Runtime,
} from '@aws-sdk/client-lambda';
import { useQuery } from '@tanstack/react-query';
import { lambda } from '../../api/clients';
import { currentKeys } from '../../api/keys';
import type { Upload } from './upload';

export const FUNCTIONS = ['functions'];

async function listFunctions(): Promise<FunctionConfiguration[]> {
  const client = await lambda();
  const functions: FunctionConfiguration[] = [];
  let Marker: string | undefined;
  do {
    const answer = await client.send(new ListFunctionsCommand({ Marker }));
    functions.push(...(answer.Functions ?? []));
    Marker = answer.NextMarker;
  } while (Marker);
  return functions;
}

export function useFunctions() {
  return useQuery({ queryKey: FUNCTIONS, queryFn: listFunctions, staleTime: 10_000 });
}

const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer());

/** AppFlow gives a connector at most 30 seconds for an answer. */
const TIMEOUT_S = 30;

export async function createFunction(upload: Upload): Promise<FunctionConfiguration> {
  const client = await lambda();
  return client.send(
    new CreateFunctionCommand({
      FunctionName: upload.functionName,
      Runtime: upload.runtime as Runtime,
      Handler: upload.handler,
      MemorySize: Number(upload.memory),
      Timeout: TIMEOUT_S,
      // Lambda wants a role; here, nothing is decided by it.
      Role: `arn:aws:iam::${currentKeys().account}:role/connector`,
      Code: { ZipFile: await bytesOf(upload.file!) },
    }),
  );
}

export async function updateFunctionCode(FunctionName: string, file: File): Promise<void> {
  const client = await lambda();
  await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await bytesOf(file) }));
}
