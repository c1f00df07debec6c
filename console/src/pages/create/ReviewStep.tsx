import type { ConnectorConfiguration, ConnectorEntityField } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs, {
  type KeyValuePairsProps,
} from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useId, type ReactNode } from 'react';
import { titleOf } from '../../components/connect/connectors';
import { FiltersTable } from '../../components/flow/FiltersTable';
import { MappedFieldsTable } from '../../components/flow/MappedFieldsTable';
import { OtherTasksTable } from '../../components/flow/OtherTasksTable';
import { texts as flowTexts } from '../../components/flow/texts';
import { ValidationsTable } from '../../components/flow/ValidationsTable';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from './draft';
import {
  addressOf,
  inputFormatOf,
  outputFormatOf,
  settingsFor,
  type Role,
} from './endpoints';
import { texts } from './texts';

type Pairs = KeyValuePairsProps.Pair[];

/** Step 5: all that was said, in the order in which it was asked for. */
export function ReviewStep({
  draft,
  isEdited,
  connectors,
  sourceFields,
  destinationFields,
  onEdit,
  children,
}: {
  draft: FlowDraft;
  isEdited: boolean;
  connectors: Record<Role, ConnectorConfiguration | undefined>;
  sourceFields: ConnectorEntityField[];
  destinationFields: ConnectorEntityField[];
  onEdit(step: number): void;
  /** Beneath it all. */
  children: ReactNode;
}) {
  const t = useTexts(texts);
  const tf = useTexts(flowTexts);
  const { mapping, destination, errorHandling } = draft;
  const first = isEdited ? 2 : 1;
  const section = (step: number, title: string, content: ReactNode) => (
    <Section
      title={t.reviewStep(step - first + 1, title)}
      editLabel={t.editSection(title)}
      onEdit={() => onEdit(step)}
    >
      {content}
    </Section>
  );
  const details: Pairs = [
    { label: t.name, value: draft.flowName },
    { label: t.descriptionLabel, value: draft.description || '-' },
    { label: t.kmsKey, value: draft.kmsArn || t.defaultKey },
    {
      label: t.tagsLabel,
      value:
        draft.tags.length === 0
          ? '-'
          : draft.tags.map(({ key, value }) => <div key={key}>{`${key} = ${value}`}</div>),
    },
  ];
  const refused = errorHandling.bucketName
    ? addressOf(errorHandling.bucketName, errorHandling.bucketPrefix)
    : '-';
  const hasRowErrors = destination.connectorType !== 'S3';
  return (
    <SpaceBetween size="xl">
      {!isEdited &&
        section(
          1,
          t.review1,
          <Container>
            <KeyValuePairs columns={4} items={details} />
          </Container>,
        )}
      {section(
        2,
        t.review2,
        <Container>
          <KeyValuePairs
            columns={3}
            items={[
              ...(isEdited ? [{ type: 'group' as const, title: t.review1, items: details.slice(0, 2) }] : []),
              { type: 'group', title: t.source, items: sidePairs('source') },
              { type: 'group', title: t.destination, items: sidePairs('destination') },
              {
                type: 'group',
                title: `${t.errorHandling}, ${t.trigger}`,
                items: [
                  ...(hasRowErrors
                    ? [
                        {
                          label: t.errorHandling,
                          value: errorHandling.stopOnFirstError ? t.stop : t.ignore,
                        },
                        { label: t.refusedTo, value: refused },
                      ]
                    : []),
                  { label: tf.retry, value: tf.retryFor(draft.retryMinutes) },
                  { label: t.trigger, value: t.onDemand },
                ],
              },
            ]}
          />
        </Container>,
      )}
      {section(
        3,
        t.review3,
        <SpaceBetween size="l">
          {hasRowErrors && (
            <Container>
              <KeyValuePairs
                columns={2}
                items={[
                  { label: t.writePreference, value: t.writes[mapping.writeOperation] },
                  {
                    label: t.idFields,
                    value: (mapping.writeOperation !== 'INSERT' && mapping.idFields.join(', ')) || '-',
                  },
                ]}
              />
            </Container>
          )}
          {mapping.method === 'passthrough' ? (
            <Box>{t.passthrough}</Box>
          ) : (
            <MappedFieldsTable
              rows={mapping.rows}
              sourceFields={sourceFields}
              destinationFields={destinationFields}
            />
          )}
          <ValidationsTable validations={mapping.validations} sourceFields={sourceFields} />
          <OtherTasksTable tasks={draft.otherTasks} />
        </SpaceBetween>,
      )}
      {section(4, t.review4, <FiltersTable filters={draft.filters} sourceFields={sourceFields} />)}
      {children}
    </SpaceBetween>
  );

  function sidePairs(role: Role) {
    const side = draft[role];
    const connector = connectors[role];
    const name = { label: role === 'source' ? t.sourceName : t.destinationName, value: connector ? titleOf(connector) : '-' };
    if (side.connectorType === 'S3') {
      const format = role === 'source' ? inputFormatOf(draft) : outputFormatOf(draft);
      const words = { CSV: t.csv, JSON: t.json, PARQUET: t.parquet };
      return [
        name,
        { label: t.bucketLabel, value: addressOf(side.bucketName, side.bucketPrefix) },
        { label: t.formatLabel, value: words[format] },
      ];
    }
    const { dataTransferApi, includeDeletedRecords, enableDynamicFieldUpdate } = side.properties;
    const api = { REST_SYNC: t.standard, BULKV2: t.bulk }[dataTransferApi as string];
    const settings = connector ? settingsFor(role, connector) : [];
    return [
      name,
      { label: t.connectionLabel, value: side.connectorProfileName ?? '-' },
      { label: t.objectLabel, value: side.objectLabel ?? side.object ?? '-' },
      ...(side.apiVersion ? [{ label: t.apiVersionLabel, value: side.apiVersion }] : []),
      ...(api ? [{ label: t.apiPreference, value: api }] : []),
      ...(includeDeletedRecords ? [{ label: t.includeDeleted, value: t.yes }] : []),
      ...(enableDynamicFieldUpdate ? [{ label: t.dynamicFields, value: t.yes }] : []),
      ...settings
        .filter(({ key }) => side.customProperties[key])
        .map(({ key, label }) => ({ label: label ?? key, value: side.customProperties[key] })),
    ];
  }
}

function Section({
  title,
  editLabel,
  onEdit,
  children,
}: {
  title: string;
  editLabel: string;
  onEdit(): void;
  children: ReactNode;
}) {
  const t = useTexts(texts);
  const id = useId();
  return (
    <div role="region" aria-labelledby={id}>
      <SpaceBetween size="s">
        <Header
          variant="h2"
          actions={
            <Button onClick={onEdit} ariaLabel={editLabel}>
              {t.edit}
            </Button>
          }
        >
          <span id={id}>{title}</span>
        </Header>
        {children}
      </SpaceBetween>
    </div>
  );
}
