/** Keys that sign requests. They live in this module's memory and nowhere else. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  account: string;
}

let current: Keys | undefined;

export function setKeys(keys: Keys | undefined): void {
  current = keys;
}

export function currentKeys(): Keys {
  if (!current) throw new Error('Nobody is logged in.');
  return current;
}
