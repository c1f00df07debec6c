import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { useQuery } from '@tanstack/react-query';
import { dataTypeOf, defaultOperators } from '../components/flow/fieldTypes';
import { emptyDraft, type SideDraft } from '../pages/create/draft';
import { sourceFlowConfig } from '../pages/create/request';
import { useFields } from './queries';
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

/**
 * The fields of what a side names: of an object, or of the files in a folder, by their first
 * records (`tags` say how they are written). Files that are to be have no fields yet.
 */
export function useSideFields(
  side: SideDraft,
  role: 'source' | 'destination',
  tags: Record<string, string> = {},
) {
  const isS3 = side.connectorType === 'S3';
  const ofObject = useFields({
    connectorType: side.connectorType ?? 'CustomConnector',
    connectorProfileName: isS3 ? undefined : side.connectorProfileName,
    apiVersion: side.apiVersion,
    entity: side.object,
  });
  const isRead = role === 'source';
  const ofFiles = useQuery({
    queryKey: isRead
      ? ['fields', 'S3', side.bucketName, side.bucketPrefix, side.properties, tags]
      : ['fields', 'S3'],
    queryFn: () =>
      isRead ? fieldsOfFiles(side, tags) : Promise.resolve<ConnectorEntityField[]>([]),
    enabled: isS3,
    staleTime: isRead ? 30_000 : Infinity,
  });
  return isS3 ? ofFiles : ofObject;
}
