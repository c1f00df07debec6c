import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { fieldsByName } from '../../components/flow/fieldTypes';
import type { Language } from '../../i18n/texts';
import type { FlowDraft } from './draft';
import { filterableFields, kindOf, operatorsFor, valueFault } from './filters';
import { filterTexts } from './filterTexts';
import type { Problem } from './step';

/** The id of a control of a filter. */
export const filterControl = (id: string, part: string) => `filter-${id}-${part}`;

/** What stands in the way of leaving step 4. */
export function filterProblems(
  { filters }: FlowDraft,
  sourceFields: ConnectorEntityField[],
  language: Language,
): Problem[] {
  const t = filterTexts[language];
  const fields = fieldsByName(filterableFields(sourceFields));
  const problems: Problem[] = [];
  for (const filter of filters) {
    const say = (part: string, message: string) =>
      problems.push({ control: filterControl(filter.id, part), message });
    const field = fields.get(filter.field);
    if (filter.field === '') {
      say('field', t.fieldMissing);
      continue;
    }
    if (fields.size > 0 && !field) {
      say('field', t.fieldGone(filter.field));
      continue;
    }
    if (field && !operatorsFor(filter, field).includes(filter.operator)) {
      say('condition', t.operatorMissing);
    }
    const kind = kindOf(filter, field);
    filter.values.forEach((_, i) => {
      const fault = valueFault(filter, i, kind);
      if (fault) say(`value-${i}`, t.faults[fault]);
    });
  }
  return problems;
}
