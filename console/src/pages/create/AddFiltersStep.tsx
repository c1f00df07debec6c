import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Box from '@cloudscape-design/components/box';
import { useMemo, useState } from 'react';
import { ErrorAlert } from '../../components/ErrorAlert';
import { EmptyState } from '../../components/EmptyState';
import { useLanguage, useTexts } from '../../i18n/texts';
import type { FilterDraft } from './draft';
import { FilterForm } from './FilterForm';
import { filterControl, filterProblems } from './filterProblems';
import { filterableFields, MAX_FILTERS, newFilter } from './filters';
import { filterTexts } from './filterTexts';
import { PreviewRegion } from './PreviewRegion';
import type { StepProps } from './step';
import { useStepFields } from './useStepFields';

const NO_FIELDS: never[] = [];

/** Step 4. */
export function AddFiltersStep({ draft, change, isChecked }: StepProps) {
  const t = useTexts(filterTexts);
  const language = useLanguage();
  const { source } = useStepFields(draft);
  const sourceFields = source.data ?? NO_FIELDS;
  const fields = useMemo(() => filterableFields(sourceFields), [sourceFields]);
  const problems = useMemo(
    () => filterProblems(draft, sourceFields, language),
    [draft, sourceFields, language],
  );
  const { filters } = draft;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const isWrong = ({ id }: FilterDraft) =>
    isChecked && problems.some(({ control }) => control.startsWith(filterControl(id, '')));
  const changeAt = (index: number, filter: FilterDraft) =>
    change({ filters: filters.with(index, filter) });

  if (source.isLoading) {
    return (
      <Container>
        <StatusIndicator type="loading">{t.loadingFields}</StatusIndicator>
      </Container>
    );
  }
  return (
    <SpaceBetween size="l">
      <Box variant="p">{t.intro}</Box>
      {source.isError && (
        <ErrorAlert
          error={source.error}
          header={t.noFields}
          onRetry={() => void source.refetch()}
        />
      )}
      {filters.length === 0 && (
        <Container>
          <EmptyState title={t.none} text={t.noneText} />
        </Container>
      )}
      {filters.map((filter, index) => (
        <ExpandableSection
          key={filter.id}
          variant="container"
          headerText={t.filter(index + 1)}
          headerActions={
            <Button
              ariaLabel={t.removeFilter(index + 1)}
              onClick={() => change({ filters: filters.toSpliced(index, 1) })}
            >
              {t.remove}
            </Button>
          }
          expanded={!closed.has(filter.id) || isWrong(filter)}
          onChange={({ detail }) => {
            const others = [...closed].filter((id) => id !== filter.id);
            setClosed(new Set(detail.expanded ? others : [...others, filter.id]));
          }}
        >
          <FilterForm
            filter={filter}
            onChange={(changed) => changeAt(index, changed)}
            fields={fields}
            isOfFiles={draft.source.connectorType === 'S3'}
            problems={problems}
            isChecked={isChecked}
          />
        </ExpandableSection>
      ))}
      <Button
        onClick={() => change({ filters: [...filters, newFilter(filters)] })}
        disabled={filters.length >= MAX_FILTERS}
        disabledReason={t.tooMany}
      >
        {t.addFilter}
      </Button>
      {filters.length > 0 && <PreviewRegion draft={draft} sourceFields={sourceFields} />}
    </SpaceBetween>
  );
}
