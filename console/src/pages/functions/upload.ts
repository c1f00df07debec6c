/** Lambda's limit for a zip that is sent along. */
export const LARGEST_ZIP = 50 << 20;

export const RUNTIMES = [
  'provided.al2023',
  'provided.al2',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python3.9',
] as const;

/** What a function is made of, as somebody types it. */
export interface Upload {
  file?: File;
  functionName: string;
  runtime: string;
  handler: string;
  /** In megabytes. */
  memory: string;
}

export type UploadProblem = 'missing' | 'notZip' | 'tooLarge' | 'characters' | 'long' | 'space' | 'range';

export const emptyUpload = (): Upload => ({
  functionName: '',
  runtime: RUNTIMES[0],
  handler: handlerOf(RUNTIMES[0]),
  memory: '256',
});

/** What AWS's own examples call it. */
function handlerOf(runtime: string): string {
  return runtime.startsWith('python') ? 'lambda_function.lambda_handler' : 'bootstrap';
}

/** A name is proposed by the file, and a handler by the runtime, unless one was typed. */
export function withFile(upload: Upload, file: File | undefined): Upload {
  const proposed = upload.file && nameOfFile(upload.file);
  const isOwn = upload.functionName && upload.functionName !== proposed;
  return { ...upload, file, functionName: isOwn ? upload.functionName : file ? nameOfFile(file) : '' };
}

export function withRuntime(upload: Upload, runtime: string): Upload {
  const isOwn = upload.handler !== handlerOf(upload.runtime);
  return { ...upload, runtime, handler: isOwn ? upload.handler : handlerOf(runtime) };
}

function nameOfFile({ name }: File): string {
  return name.replace(/\.zip$/i, '').replace(/[^\w-]+/g, '-').slice(0, 64);
}

export function checkZip(file: File | undefined): UploadProblem | undefined {
  if (!file) return 'missing';
  if (!/\.zip$/i.test(file.name)) return 'notZip';
  return file.size > LARGEST_ZIP ? 'tooLarge' : undefined;
}

/** By the field; nothing where all is well. */
export function checkUpload(upload: Upload): Partial<Record<keyof Upload, UploadProblem>> {
  const { file, functionName, handler, memory } = upload;
  const zip = checkZip(file);
  const megabytes = Number(memory);
  const name = !functionName
    ? 'missing'
    : !/^[\w-]+$/.test(functionName)
      ? 'characters'
      : functionName.length > 64
        ? 'long'
        : undefined;
  return {
    ...(zip && { file: zip }),
    ...(name && { functionName: name }),
    ...(!handler ? { handler: 'missing' as const } : /\s/.test(handler) && { handler: 'space' as const }),
    ...(!(Number.isInteger(megabytes) && megabytes >= 128 && megabytes <= 10240) && { memory: 'range' as const }),
  };
}
