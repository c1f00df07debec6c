import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMemo } from 'react';
import { useConnector } from '../../api/queries';
import { ErrorAlert } from '../../components/ErrorAlert';
import { labelOf } from '../../components/flow/fieldTypes';
import { OtherTasksTable } from '../../components/flow/OtherTasksTable';
import { useLanguage, useTexts } from '../../i18n/texts';
import type { MappedField, MappingDraft } from './draft';
import { titleOf } from './endpoints';
import { FieldPairsForm } from './FieldPairsForm';
import { isSchemaless, missingRequired } from './mapping';
import { MappingMethodRegion } from './MappingMethodRegion';
import { mappingProblems, shortened } from './mappingProblems';
import { MappingTable } from './MappingTable';
import { mappingTexts } from './mappingTexts';
import { PartitionRegion } from './PartitionRegion';
import { PreviewRegion } from './PreviewRegion';
import { RecordPreferenceRegion } from './RecordPreferenceRegion';
import { Region } from './Region';
import type { StepProps } from './step';
import { useStepFields } from './useStepFields';
import { ValidationsSection } from './ValidationsSection';

const NO_FIELDS: never[] = [];

/** Step 3. */
export function MapFieldsStep({ draft, change, isChecked }: StepProps) {
  const t = useTexts(mappingTexts);
  const language = useLanguage();
  const { source, destination } = useStepFields(draft);
  const sourceConnector = useConnector(refOf(draft.source));
  const destinationConnector = useConnector(refOf(draft.destination));
  const sourceFields = source.data ?? NO_FIELDS;
  const destinationFields = destination.data ?? NO_FIELDS;
  const { mapping } = draft;
  const isFree = isSchemaless(draft);

  const changeMapping = (part: Partial<MappingDraft>) =>
    change({ mapping: { ...mapping, ...part } });
  const changeRows = (rows: MappedField[]) => changeMapping({ rows });

  const problems = useMemo(
    () => (isChecked ? mappingProblems(draft, sourceFields, destinationFields, language) : []),
    [isChecked, draft, sourceFields, destinationFields, language],
  );
  const errorOf = (control: string) => {
    const messages = problems.filter((each) => each.control === control);
    return messages.length ? messages.map(({ message }) => message).join(' ') : undefined;
  };
  const required = useMemo(
    () => (mapping.rows.length ? missingRequired(draft, sourceFields, destinationFields) : []),
    [draft, mapping.rows.length, sourceFields, destinationFields],
  );
  const sourceTitle = sourceConnector.data
    ? titleOf(sourceConnector.data)
    : (draft.source.connectorType ?? '');
  const destinationTitle = isFree
    ? `${t.destination}: s3://${draft.destination.bucketName}`
    : destinationConnector.data
      ? titleOf(destinationConnector.data)
      : (draft.destination.connectorLabel ?? '');

  if (source.isLoading || destination.isLoading) {
    return (
      <Container>
        <StatusIndicator type="loading">{t.loadingFields}</StatusIndicator>
      </Container>
    );
  }
  return (
    <SpaceBetween size="l">
      {source.isError && (
        <ErrorAlert
          error={source.error}
          header={t.noSourceFields}
          onRetry={() => void source.refetch()}
        />
      )}
      {destination.isError && (
        <ErrorAlert
          error={destination.error}
          header={t.noDestinationFields}
          onRetry={() => void destination.refetch()}
        />
      )}
      <MappingMethodRegion
        draft={draft}
        changeMapping={changeMapping}
        sourceFields={sourceFields}
        destinationFields={destinationFields}
        error={errorOf('mapping-method')}
      />
      {!isFree && (
        <RecordPreferenceRegion
          mapping={mapping}
          changeMapping={changeMapping}
          destinationFields={destinationFields}
          destinationTitle={destinationTitle}
          supported={destinationConnector.data?.supportedWriteOperations}
          idError={errorOf('mapping-id-fields')}
        />
      )}
      {mapping.method !== 'passthrough' && (
        <SpaceBetween size="l">
          <Region title={t.mapping} description={t.mappingText}>
            <FieldPairsForm
              draft={draft}
              changeRows={changeRows}
              sourceFields={sourceFields}
              destinationFields={destinationFields}
              sourceTitle={sourceTitle}
              destinationTitle={destinationTitle}
              sourceError={errorOf('mapping-source')}
              destinationError={errorOf('mapping-destination')}
            />
          </Region>
          {required.length > 0 && (
            <Alert type="warning" header={t.requiredTitle}>
              {t.required(shortened(required.map(labelOf), t))}
            </Alert>
          )}
          <MappingTable
            draft={draft}
            changeRows={changeRows}
            sourceFields={sourceFields}
            destinationFields={destinationFields}
          />
        </SpaceBetween>
      )}
      {draft.otherTasks.length > 0 && (
        <ExpandableSection headerText={t.additional} variant="container" defaultExpanded>
          <OtherTasksTable
            tasks={draft.otherTasks}
            actionOf={(index) => (
              <Button
                variant="inline-link"
                ariaLabel={t.removeTaskOf(draft.otherTasks[index].taskType!)}
                onClick={() => change({ otherTasks: draft.otherTasks.toSpliced(index, 1) })}
              >
                {t.removeTask}
              </Button>
            )}
          />
        </ExpandableSection>
      )}
      {isFree && (
        <PartitionRegion
          mapping={mapping}
          changeMapping={changeMapping}
          sourceFields={sourceFields}
          fieldsError={errorOf('partition-fields')}
          sizeError={errorOf('aggregation-size')}
        />
      )}
      <ValidationsSection
        validations={mapping.validations}
        onChange={(validations) => changeMapping({ validations })}
        sourceFields={sourceFields}
        errorOf={(index) => errorOf(`validation-${index}`)}
      />
      <PreviewRegion draft={draft} sourceFields={sourceFields} />
    </SpaceBetween>
  );
}

function refOf({ connectorType, connectorLabel }: StepProps['draft']['source']) {
  return { connectorType: connectorType!, connectorLabel };
}
