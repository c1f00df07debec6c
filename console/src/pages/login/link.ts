const LINK = /^#\/login\/([\w-]+)$/;

/** The token, where the address is a one-time link. */
export function tokenOfLink(): string | undefined {
  return LINK.exec(location.hash)?.[1];
}
