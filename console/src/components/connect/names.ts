/** What is wrong with a name that somebody types. */
export type NameProblem =
  | { kind: 'missing' | 'short' | 'long' | 'first' }
  | { kind: 'character'; character: string };

const LONGEST = 256;

/** The first character of `text` that `allowed` doesn't match. */
function strangerIn(text: string, allowed: RegExp): string | undefined {
  return [...text].find((character) => !allowed.test(character));
}

/** AppFlow's ConnectorProfileName: [\w/!@#+=.-]+. */
export function checkConnectionName(name: string): NameProblem | undefined {
  if (!name) return { kind: 'missing' };
  const character = strangerIn(name, /^[\w/!@#+=.-]$/);
  if (character) return { kind: 'character', character };
  return name.length > LONGEST ? { kind: 'long' } : undefined;
}

/** AppFlow's ConnectorLabel: [a-zA-Z0-9][\w!@#.-]+. */
export function checkConnectorLabel(label: string): NameProblem | undefined {
  if (!label) return { kind: 'missing' };
  if (!/^[a-zA-Z0-9]/.test(label)) return { kind: 'first' };
  const character = strangerIn(label, /^[\w!@#.-]$/);
  if (character) return { kind: 'character', character };
  if (label.length < 2) return { kind: 'short' };
  return label.length > LONGEST ? { kind: 'long' } : undefined;
}
