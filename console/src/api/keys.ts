/** Keys that sign requests. They live in this module's memory and nowhere else. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  account: string;
}

let current: Keys | undefined;
const waiting: (() => void)[] = [];

export function setKeys(keys: Keys | undefined): void {
  current = keys;
  for (const goOn of waiting.splice(0)) goOn();
}

export function currentKeys(): Keys {
  if (!current) throw new Error('Nobody is logged in.');
  return current;
}

/** Until somebody has logged in again, or out. */
export function keysChange(): Promise<void> {
  return new Promise((resolve) => waiting.push(resolve));
}
