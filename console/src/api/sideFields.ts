import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { dataTypeOf, defaultOperators } from '../components/flow/fieldTypes';
import { emptyDraft, type SideDraft } from '../pages/create/draft';
import { bucketFault } from '../pages/create/endpoints';
import { sourceFlowConfig } from '../pages/create/request';
import { fieldsQuery } from './queries';
import { previewRecords, type PreviewedField } from './sluice';

/** What S3's own enumeration of operators lacks. */
const NOT_FOR_FILES = ['CONTAINS'];

export function fieldOfFile({ name, label, type }: PreviewedField): ConnectorEntityField {
  const operators = defaultOperators(dataTypeOf(type));
  return {
    identifier: name,
    label,
    supportedFieldTypeDetails: {
      v1: {
        fieldType: type,
        filterOperators: operators.filter((each) => !NOT_FOR_FILES.includes(each)),
      },
    },
    sourceProperties: { isRetrievable: true, isQueryable: true },
  };
}

async function fieldsOfFiles(side: SideDraft, tags: Record<string, string>) {
  const sourceConfig = sourceFlowConfig({ ...emptyDraft(), source: side });
  const { sourceFields } = await previewRecords({
    sourceFlowConfig: sourceConfig,
    tags,
    maxRecords: 1,
  });
  return sourceFields.map(fieldOfFile);
}

export type FieldsQuery = Pick<
  UseQueryOptions<ConnectorEntityField[], Error, ConnectorEntityField[], readonly unknown[]>,
  'queryKey' | 'enabled' | 'staleTime'
> & { queryFn(): Promise<ConnectorEntityField[]> };

/**
 * The fields of what a side names: of an object, or of the files in a folder, by their first
 * records (`tags` say how they are written). Files that are to be have no fields yet.
 */
export function sideFieldsQuery(
  side: SideDraft,
  role: 'source' | 'destination',
  tags: Record<string, string> = {},
): FieldsQuery {
  if (side.connectorType !== 'S3') {
    return fieldsQuery({
      connectorType: side.connectorType ?? 'CustomConnector',
      connectorProfileName: side.connectorProfileName,
      apiVersion: side.apiVersion,
      entity: side.object,
    });
  }
  if (role === 'destination') {
    return { queryKey: ['fields', 'S3'], queryFn: async () => [], staleTime: Infinity };
  }
  return {
    queryKey: ['fields', 'S3', side.bucketName, side.bucketPrefix, side.properties, tags],
    queryFn: () => fieldsOfFiles(side, tags),
    enabled: bucketFault(side.bucketName) === undefined,
    staleTime: 30_000,
  };
}

export function useSideFields(...of: Parameters<typeof sideFieldsQuery>) {
  return useQuery(sideFieldsQuery(...of));
}
