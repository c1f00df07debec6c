import { RETRY_TAG } from './retryPolicy';

/** Why something is not a name, a description … of a flow. */
export type Fault =
  | { kind: 'Missing' | 'TooShort' | 'TooLong' | 'Start' | 'NoKey' | 'Reserved' | 'RetryTag' | 'Twice' }
  | { kind: 'Character'; character: string };

const NAME_CHARACTER = /[\w!@#.-]/;
const DESCRIPTION_CHARACTER = /[\w!@#\-.?,\s]/;
const KEY_CHARACTER = /[a-zA-Z+-=._:/]/;
const VALUE_CHARACTER = /[\s\w+-=.:/@]/;

function notAllowed(text: string, allowed: RegExp): Fault | undefined {
  const character = [...text].find((each) => !allowed.test(each));
  return character === undefined ? undefined : { kind: 'Character', character };
}

export function flowNameFault(name: string): Fault | undefined {
  if (name === '') return { kind: 'Missing' };
  const character = notAllowed(name, NAME_CHARACTER);
  if (character) return character;
  if (!/^[a-zA-Z0-9]/.test(name)) return { kind: 'Start' };
  if (name.length < 2) return { kind: 'TooShort' };
  return name.length > 256 ? { kind: 'TooLong' } : undefined;
}

export function descriptionFault(description: string): Fault | undefined {
  return (
    notAllowed(description, DESCRIPTION_CHARACTER) ??
    (description.length > 2048 ? { kind: 'TooLong' } : undefined)
  );
}

export function kmsArnFault(arn: string): Fault | undefined {
  return /^arn:aws:kms:.*:[0-9]+:.*$/.test(arn) ? undefined : { kind: 'NoKey' };
}

export function tagKeyFault(key: string, keys: readonly string[]): Fault | undefined {
  if (key === '') return { kind: 'Missing' };
  if (key.startsWith('aws:')) return { kind: 'Reserved' };
  if (key === RETRY_TAG) return { kind: 'RetryTag' };
  if (keys.filter((other) => other === key).length > 1) return { kind: 'Twice' };
  return (
    notAllowed(key, KEY_CHARACTER) ?? (key.length > 128 ? { kind: 'TooLong' } : undefined)
  );
}

export function tagValueFault(value: string): Fault | undefined {
  return (
    notAllowed(value, VALUE_CHARACTER) ?? (value.length > 256 ? { kind: 'TooLong' } : undefined)
  );
}
