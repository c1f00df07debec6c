import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useLogEvents } from '../../api/logs';
import { ErrorAlert } from '../../components/ErrorAlert';
import { ErrorText } from '../../components/ErrorText';
import { EmptyState } from '../../components/EmptyState';
import { LogLines } from '../../components/logs/LogLines';
import { formatTime } from '../../components/Time';
import { useFormats } from '../../i18n/formats';
import { localeOf, useLanguage, useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** In minutes; 0: all there is. */
const RANGES = [5, 60, 720, 1440, 10080, 0];
const FIXED = 'fixed';

export function LogEvents({ groups, group }: { groups: readonly string[]; group: string }) {
  const t = useTexts(texts);
  const format = useFormats();
  const locale = localeOf(useLanguage());
  const [params, setParams] = useSearchParams();
  const fixedFrom = numberOf(params.get('from'));
  const fixedTo = numberOf(params.get('to'));
  const isFixed = fixedFrom !== undefined && fixedTo !== undefined;
  const minutes = numberOf(params.get('minutes')) ?? 60;
  const [search, setSearch] = useState('');
  const pattern = useSettled(search.trim());
  const [isTailing, setTailing] = useState(false);

  const { data, error, isPending, isFetching, refetch } = useLogEvents(
    [group, isFixed ? [fixedFrom, fixedTo] : minutes, pattern],
    () => ({
      group,
      pattern,
      from: isFixed ? fixedFrom : minutes ? Date.now() - minutes * 60_000 : undefined,
      to: isFixed ? fixedTo : undefined,
    }),
    isTailing && !isFixed,
  );
  const isBadPattern = error?.name === 'InvalidParameterException' && pattern !== '';
  const events = data?.events ?? [];

  const ranges = [
    ...(isFixed
      ? [
          {
            value: FIXED,
            label: t.fixed(
              formatTime(new Date(fixedFrom), locale),
              formatTime(new Date(fixedTo), locale),
            ),
          },
        ]
      : []),
    ...RANGES.map((value) => ({ value: String(value), label: t.ranges(value) })),
  ];
  const groupOptions = groups.map((value) => ({ value, label: value }));
  const show = (next: Record<string, string>) => setParams(next, { replace: true });

  return (
    <SpaceBetween size="l">
      {error && !isBadPattern && (
        <ErrorAlert error={error} header={t.failed} onRetry={() => void refetch()} />
      )}
      <LogLines
        events={events}
        title={t.events}
        loading={isPending && !error}
        loadingText={t.loading}
        header={
          <Header
            variant="h2"
            counter={data && `(${format.count(events.length)}${data.before > 0 ? '+' : ''})`}
            actions={
              <SpaceBetween direction="horizontal" size="m" alignItems="center">
                <Toggle
                  checked={isTailing && !isFixed}
                  disabled={isFixed}
                  onChange={({ detail }) => setTailing(detail.checked)}
                >
                  {t.tail}
                </Toggle>
                <Button
                  iconName="refresh"
                  ariaLabel={t.refresh}
                  loading={isFetching && !isTailing}
                  onClick={() => void refetch()}
                />
              </SpaceBetween>
            }
          >
            {t.events}
          </Header>
        }
        filter={
          <ColumnLayout columns={3} minColumnWidth={200}>
            <FormField label={t.group}>
              <Select
                selectedOption={{ value: group, label: group }}
                options={groupOptions}
                filteringType="auto"
                onChange={({ detail }) => show({ group: detail.selectedOption.value!, minutes: String(minutes) })}
              />
            </FormField>
            <FormField label={t.range}>
              <Select
                selectedOption={ranges.find(({ value }) => value === (isFixed ? FIXED : String(minutes))) ?? null}
                options={ranges}
                onChange={({ detail }) => {
                  if (detail.selectedOption.value !== FIXED) {
                    show({ group, minutes: detail.selectedOption.value! });
                  }
                }}
              />
            </FormField>
            <FormField
              label={t.search}
              constraintText={t.searchHint}
              errorText={isBadPattern && <ErrorText error={error} />}
            >
              <Input
                type="search"
                value={search}
                onChange={({ detail }) => setSearch(detail.value)}
                spellcheck={false}
              />
            </FormField>
          </ColumnLayout>
        }
        footer={
          data &&
          data.before > 0 && (
            <Alert type="info">{t.more(format.count(events.length), format.count(data.before))}</Alert>
          )
        }
        empty={
          isBadPattern ? null : pattern ? (
            <EmptyState title={t.noMatches} action={<Button onClick={() => setSearch('')}>{t.clear}</Button>} />
          ) : (
            <EmptyState title={t.none} text={t.noneText} />
          )
        }
      />
    </SpaceBetween>
  );
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** `text`, once nothing was typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
