import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { keys, useConnector } from '../../api/queries';
import { titleOf } from '../../components/connect/connectors';
import { ErrorAlert } from '../../components/ErrorAlert';
import { labelOf } from '../../components/flow/fieldTypes';
import { OtherTasksTable } from '../../components/flow/OtherTasksTable';
import { useLanguage, useTexts } from '../../i18n/texts';
import { ChangedFieldsSection } from './ChangedFieldsSection';
import type { MappedField, MappingDraft } from './draft';
import { FieldPairsForm } from './FieldPairsForm';
import { isSchemaless, missingRequired } from './mapping';
import { MappingMethodRegion } from './MappingMethodRegion';
import { mappingProblems, shortened } from './mappingProblems';
import { MappingTable } from './MappingTable';
import { mappingTexts } from './mappingTexts';
import { PartitionRegion } from './PartitionRegion';
import { PreviewRegion } from './PreviewRegion';
import { RecordPreferenceRegion } from './RecordPreferenceRegion';
import { RefreshFields } from './RefreshFields';
import { Region } from './Region';
import type { StepProps } from './step';
import { useStepFields } from './useStepFields';
import { ValidationsSection } from './ValidationsSection';

const NO_FIELDS: never[] = [];

/** Step 3. */
export function MapFieldsStep({
  draft,
  change,
  isChecked,
  savedFlow,
}: StepProps & {
  /** The flow that is edited, as long as both of its sides are still the same. */
  savedFlow: string | undefined;
}) {
  const t = useTexts(mappingTexts);
  const language = useLanguage();
  const { source, destination } = useStepFields(draft);
  const destinationConnector = useConnector(refOf(draft.destination));
  const sourceFields = source.data ?? NO_FIELDS;
  const destinationFields = destination.data ?? NO_FIELDS;
  const queries = useQueryClient();
  const compareAgain = () => {
    if (savedFlow !== undefined) {
      void queries.invalidateQueries({ queryKey: keys.fieldChanges(savedFlow) });
    }
  };
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
  const sourceTitle = titleOf(draft.source);
  const destinationTitle = isFree
    ? `${t.destination}: s3://${draft.destination.bucketName}`
    : titleOf(draft.destination);

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
      {savedFlow !== undefined && <ChangedFieldsSection flowName={savedFlow} />}
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
              sourceAction={
                <RefreshFields role="source" fields={source} onRefreshed={compareAgain} />
              }
              destinationAction={
                !isFree && (
                  <RefreshFields role="destination" fields={destination} onRefreshed={compareAgain} />
                )
              }
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
