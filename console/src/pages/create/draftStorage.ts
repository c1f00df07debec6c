import type { FlowDraft } from './draft';

// Also known to the log-out, which forgets it.
const KEY = 'draft';

/**
 * Drafts of this tab, each with a name of its own: what a new flow, a copy of a flow and a change
 * of a flow have come to don't get into each other's way.
 */
export type DraftName = 'new' | `copy/${string}` | `edit/${string}`;

type Drafts = { [name in DraftName]?: FlowDraft };

function load(): Drafts {
  return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Drafts;
}

export function loadDraft(name: DraftName): FlowDraft | undefined {
  return load()[name];
}

export function saveDraft(name: DraftName, draft: FlowDraft): void {
  sessionStorage.setItem(KEY, JSON.stringify({ ...load(), [name]: draft }));
}

export function dropDraft(name: DraftName): void {
  const { [name]: _, ...others } = load();
  sessionStorage.setItem(KEY, JSON.stringify(others));
}
