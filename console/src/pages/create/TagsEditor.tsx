import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import { useTexts } from '../../i18n/texts';
import { tagKeyFault, tagValueFault } from './flowDetails';
import { retryTag } from './retryPolicy';
import type { StepProps } from './step';
import { texts } from './texts';

const MOST = 50;

export function TagsEditor({ draft: { tags, retryMinutes }, change, isChecked }: StepProps) {
  const t = useTexts(texts);
  const left = MOST - tags.length - Object.keys(retryTag(retryMinutes)).length;
  const keys = tags.map(({ key }) => key);
  const set = (index: number, part: Partial<(typeof tags)[number]>) =>
    change({ tags: tags.map((tag, i) => (i === index ? { ...tag, ...part } : tag)) });
  return (
    <AttributeEditor
      items={tags}
      empty={t.noTags}
      addButtonText={t.addTag}
      removeButtonText={t.removeTag}
      removeButtonAriaLabel={({ key }) => t.removeTagLabel(key)}
      i18nStrings={{ itemRemovedAriaLive: t.tagRemoved }}
      disableAddButton={left <= 0}
      additionalInfo={t.tagsLeft(Math.max(left, 0))}
      onAddButtonClick={() => change({ tags: [...tags, { key: '', value: '' }] })}
      onRemoveButtonClick={({ detail }) =>
        change({ tags: tags.filter((_, i) => i !== detail.itemIndex) })
      }
      definition={[
        {
          label: t.tagKey,
          control: ({ key }, i) => (
            <Input
              value={key}
              controlId={`tag-key-${i}`}
              onChange={({ detail }) => set(i, { key: detail.value })}
            />
          ),
          errorText: ({ key }) => {
            const fault = tagKeyFault(key, keys);
            return fault && (isChecked || key !== '') ? t.tagFault(fault) : undefined;
          },
        },
        {
          label: t.tagValue,
          control: ({ value }, i) => (
            <Input
              value={value}
              controlId={`tag-value-${i}`}
              onChange={({ detail }) => set(i, { value: detail.value })}
            />
          ),
          errorText: ({ value }) => {
            const fault = tagValueFault(value);
            return fault && t.tagFault(fault);
          },
        },
      ]}
    />
  );
}
