/** The log of the function that an error of a connector names. */
export function logGroupIn(message: string): string | undefined {
  return /\/aws\/lambda\/[\w-]+/.exec(message)?.[0];
}
