import type { ReactNode } from 'react';

const PATHS: Record<string, ReactNode> = {
  // Something far away: software as a service.
  Salesforce: <path d="M9 24h14a5.5 5.5 0 0 0 .6-11A8 8 0 0 0 8.3 11.5 6.3 6.3 0 0 0 9 24Z" />,
  // Something that holds files.
  S3: (
    <>
      <ellipse cx="16" cy="9" rx="9" ry="3.5" />
      <path d="M7 9l2.5 14.500c.4 2 12.6 2 13 0L25 9" />
    </>
  ),
  // Something that holds tables.
  TiDB: (
    <>
      <ellipse cx="16" cy="8.5" rx="9" ry="3.5" />
      <path d="M7 8.500v15c0 4.7 18 4.7 18 0v-15M7 16c0 4.7 18 4.7 18 0" />
    </>
  ),
};

/** Somebody else's program: a plug-in. */
const REGISTERED = <path d="M16 4l10.4 6v12L16 28 5.6 22V10ZM16 16l10.4-6M16 16L5.6 10M16 16v12" />;

/** A simple picture of a kind of connector; nobody's logo. It says nothing that its name doesn't. */
export function ConnectorIcon({ name, size = 'large' }: { name: string; size?: 'small' | 'large' }) {
  const pixels = size === 'small' ? 20 : 40;
  return (
    <svg
      width={pixels}
      height={pixels}
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {PATHS[name] ?? REGISTERED}
    </svg>
  );
}
