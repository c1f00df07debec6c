import type {
  ConnectorType,
  DescribeFlowCommandOutput,
  Operator,
  Task,
  WriteOperationType,
} from '@aws-sdk/client-appflow';

/** Of DescribeFlow's answer, what a request to create or update a flow may have too. */
export type DescribedFlow = Pick<
  DescribeFlowCommandOutput,
  | 'flowArn'
  | 'flowName'
  | 'description'
  | 'kmsArn'
  | 'tags'
  | 'sourceFlowConfig'
  | 'destinationFlowConfigList'
  | 'triggerConfig'
  | 'tasks'
  | 'metadataCatalogConfig'
  | 'lastUpdatedAt'
>;

/**
 * What somebody has said so far of a flow that is to be. Plain JSON: it is kept in the tab's
 * sessionStorage, so that it survives a reload, and has no secrets.
 */
export interface FlowDraft {
  /** The flow that is edited or copied: what the wizard can't draw is kept as it stands. */
  original?: DescribedFlow;
  flowName: string;
  description: string;
  kmsArn: string;
  tags: { key: string; value: string }[];
  source: SideDraft;
  destination: SideDraft;
  errorHandling: ErrorHandlingDraft;
  /** How long a run tries again what may pass by itself; the service's default where it is not said. */
  retryMinutes?: number;
  mapping: MappingDraft;
  filters: FilterDraft[];
  /** Tasks that no step can draw; saved as they are, in their order. */
  otherTasks: Task[];
  /** The farthest step that has been reached: 1 to 5. */
  reached: number;
  /**
   * Of CreateFlow, from the first try on and until something changes: where the answer got lost,
   * trying again does not make a second flow.
   */
  clientToken?: string;
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
  /**
   * The connector's properties by the API's own members, as they came or as this connector alone
   * knows them: "dataTransferApi" … What the draft has names for is laid over them.
   */
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
  /** One source field; several where a formula puts them together; none where `all` is there. */
  sources: string[];
  /** Empty where `all` is there. */
  destination: string;
  /** All fields of the source but these (and those that have rows of their own), as they are. */
  all?: { excluded: string[] };
  destinationType?: string;
  formula?: Formula;
  /** In the order in which they are done; the same in all rows with these sources and formula. */
  modifications: Modification[];
  /** What the flow's tasks call the formula's result, where they do already. */
  temporary?: string;
  /** Of the row's own task, where there is one already. */
  properties?: Task['taskProperties'];
}

export type Formula =
  /** `format`, where it is there, says it all: "Dear ${First}". */
  | { kind: 'Concatenate'; separator: string; format?: string }
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
  operator: Operator;
  /** As what values are compared, where that is not the field's own type: text as numbers. */
  dataType?: string;
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
