import type {
  ConnectorType,
  DescribeFlowCommandOutput,
  Task,
  WriteOperationType,
} from '@aws-sdk/client-appflow';

/**
 * What somebody has said so far of a flow that is to be. Plain JSON: it is kept in the tab's
 * sessionStorage, so that it survives a reload, and has no secrets.
 */
export interface FlowDraft {
  /** The flow as it is, where one is edited: what the wizard can't draw is kept as it stands. */
  original?: DescribeFlowCommandOutput;
  flowName: string;
  description: string;
  kmsArn: string;
  tags: { key: string; value: string }[];
  source: SideDraft;
  destination: SideDraft;
  errorHandling: ErrorHandlingDraft;
  mapping: MappingDraft;
  filters: FilterDraft[];
  /** Tasks that no step can draw; saved as they are, in their order. */
  otherTasks: Task[];
  /** The farthest step that has been reached: 1 to 5. */
  reached: number;
}

export interface SideDraft {
  connectorType?: ConnectorType;
  /** Of a custom connector. */
  connectorLabel?: string;
  connectorProfileName?: string;
  apiVersion?: string;
  /** The object's name in the API: "Account", "sf_account". */
  object?: string;
  objectLabel?: string;
  /** S3. */
  bucketName: string;
  bucketPrefix: string;
  /** What only this connector knows, by the API's own member: "dataTransferApi" … */
  properties: Record<string, unknown>;
  /** Runtime settings of a custom connector, by their key. */
  customProperties: Record<string, string>;
}

export interface ErrorHandlingDraft {
  stopOnFirstError: boolean;
  /** Where records go that can't be written; empty: nowhere. */
  bucketName: string;
  bucketPrefix: string;
}

export type MappingMethod = 'manual' | 'csv' | 'passthrough';

export interface MappingDraft {
  method: MappingMethod;
  writeOperation: WriteOperationType;
  /** Destination fields by which records are found again, for all but INSERT. */
  idFields: string[];
  rows: MappedField[];
  validations: ValidationDraft[];
  /** S3 destinations. */
  partition: {
    byDate?: 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE';
    byExecutionId: boolean;
    byFields: string[];
  };
  aggregation: { type: 'None' | 'SingleFile' | 'MultipleFiles'; targetFileSizeMb?: number };
}

export interface MappedField {
  /** Of this row, as long as the draft lives. */
  id: string;
  /** One source field; several where a formula puts them together. */
  sources: string[];
  destination: string;
  /** The type that the destination field takes on where it has none of its own (S3). */
  destinationType?: string;
  formula?: Formula;
  modification?: Modification;
}

export type Formula =
  | { kind: 'Concatenate'; separator: string }
  | { kind: 'Add' | 'Subtract' | 'Multiply' | 'Divide' };

export type Modification =
  | { kind: 'MaskAll'; mask: string }
  | { kind: 'MaskFirst' | 'MaskLast'; mask: string; length: number }
  | { kind: 'Truncate'; length: number };

export interface ValidationDraft {
  field: string;
  condition: 'NonNull' | 'NonZero' | 'NonNegative' | 'Numeric';
  action: 'DropRecord' | 'DropDataset';
}

export interface FilterDraft {
  id: string;
  field: string;
  /** AppFlow's operator: "EQUAL_TO", "BETWEEN" … */
  operator: string;
  /** As the API wants them: dates in milliseconds since 1970. */
  values: string[];
}

const emptySide = (): SideDraft => ({
  bucketName: '',
  bucketPrefix: '',
  properties: {},
  customProperties: {},
});

export function emptyDraft(): FlowDraft {
  return {
    flowName: '',
    description: '',
    kmsArn: '',
    tags: [],
    source: emptySide(),
    destination: emptySide(),
    errorHandling: { stopOnFirstError: true, bucketName: '', bucketPrefix: '' },
    mapping: {
      method: 'manual',
      writeOperation: 'INSERT',
      idFields: [],
      rows: [],
      validations: [],
      partition: { byExecutionId: false, byFields: [] },
      aggregation: { type: 'None' },
    },
    filters: [],
    otherTasks: [],
    reached: 1,
  };
}
