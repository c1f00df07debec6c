import type { TriggerType } from '@aws-sdk/client-appflow';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { nameOfSide, objectOfSide } from './sides';
import { triggerTexts } from '../../components/statusTexts';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft } from '../create/draft';
import { texts } from './texts';

/** The flow in the order in which its records go through it. */
export function FlowSummary({ draft, trigger }: { draft: FlowDraft; trigger: TriggerType | undefined }) {
  const t = useTexts(texts);
  const triggers = useTexts(triggerTexts);
  const { source, destination, mapping, filters } = draft;
  const rows = mapping.rows.filter(({ all }) => !all);
  const takesAll = mapping.method === 'passthrough' || rows.length < mapping.rows.length;
  return (
    <ExpandableSection variant="container" headerText={t.setup} headingTagOverride="h2">
      <KeyValuePairs
        columns={4}
        items={[
          { label: t.setupSource, value: `${nameOfSide(source)} · ${objectOfSide(source)}` },
          {
            label: t.setupMapping,
            value: (
              <>
                {takesAll && <div>{t.allFields}</div>}
                {rows.length > 0 && <div>{t.mapped(rows.length)}</div>}
                <div>{t.toDestination(`${nameOfSide(destination)} · ${objectOfSide(destination)}`)}</div>
              </>
            ),
          },
          {
            label: t.setupFilters,
            value: (
              <>
                <div>{t.filtered(filters.length)}</div>
                <div>{t.validated(mapping.validations.length)}</div>
              </>
            ),
          },
          { label: t.setupTrigger, value: trigger ? triggers[trigger] : '-' },
        ]}
      />
    </ExpandableSection>
  );
}
