import type { FlowDraft } from '../create/draft';
import { defaultDestinationPattern, defaultNamePattern } from './names';
import type { SourceObject } from './sourceObjects';

export type FieldsMode = 'all' | 'byName' | 'template';

/** What somebody has said so far of the copies of a flow. Plain JSON without secrets. */
export interface Choices {
  /** The level of the source that is looked at, and those around it: "shop". */
  levels: string[];
  /** Levels that were looked at: patterns are about what is there. */
  opened: string[];
  pattern: string;
  byHand: Record<string, boolean>;
  namePattern: string;
  destinationPattern: string;
  fields: FieldsMode;
  createsTables: boolean;
  runs: boolean;
  /** By the source object's name: what was said of its row. */
  rows: Record<string, { flowName?: string; destination?: string; isOff?: boolean }>;
}

const CREATE_TABLE = 'createTable';
const CREATE_TABLE_TAG = 'sluice:createTable';

/** Whether the destination makes what isn't there. */
export function createsTables({ destination, tags }: FlowDraft): boolean {
  const said =
    destination.customProperties[CREATE_TABLE] ??
    tags.find(({ key }) => key === CREATE_TABLE_TAG)?.value;
  return said === 'true';
}

export function withCreateTables(template: FlowDraft, creates: boolean): FlowDraft {
  const { [CREATE_TABLE]: _, ...others } = template.destination.customProperties;
  return {
    ...template,
    tags: template.tags.filter(({ key }) => key !== CREATE_TABLE_TAG),
    destination: {
      ...template.destination,
      customProperties: creates ? { ...others, [CREATE_TABLE]: 'true' } : others,
    },
  };
}

/** Other objects have other fields: only what changes values has to be taken over. */
function defaultMode({ destination, mapping }: FlowDraft): FieldsMode {
  const changes = mapping.rows.some(({ formula, modifications }) => formula || modifications.length);
  if (changes) return 'template';
  return destination.connectorType === 'S3' ? 'all' : 'byName';
}

/** `levels` lead to the template's object, `name`. */
export function initialChoices(template: FlowDraft, name: string, levels: string[]): Choices {
  const path = levels.at(-1) ?? '';
  const object: SourceObject = { name, label: name, path };
  return {
    levels,
    opened: [path],
    pattern: '',
    byHand: {},
    namePattern: defaultNamePattern(template.flowName, object),
    destinationPattern: defaultDestinationPattern(template.destination.object ?? '', object),
    fields: defaultMode(template),
    createsTables: createsTables(template),
    runs: false,
    rows: {},
  };
}

// Also known to the log-out, which forgets it.
const KEY = 'copies';

type Kept = Record<string, Choices>;

const load = () => JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Kept;

export function loadChoices(flow: string): Choices | undefined {
  return load()[flow];
}

export function saveChoices(flow: string, choices: Choices): void {
  sessionStorage.setItem(KEY, JSON.stringify({ ...load(), [flow]: choices }));
}

export function dropChoices(flow: string): void {
  const { [flow]: _, ...others } = load();
  sessionStorage.setItem(KEY, JSON.stringify(others));
}
