import TextFilter from '@cloudscape-design/components/text-filter';
import { memo, startTransition, useState } from 'react';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** Shows what is typed at once; what it finds may come a moment later. */
export const FlowSearch = memo(function FlowSearch({
  initial,
  countText,
  onSearch,
}: {
  /** What is searched from the beginning. */
  initial: string;
  countText: string;
  onSearch: (text: string) => void;
}) {
  const t = useTexts(texts);
  const [text, setText] = useState(initial);
  return (
    <TextFilter
      filteringText={text}
      filteringPlaceholder={t.find}
      filteringAriaLabel={t.findLabel}
      countText={text ? countText : ''}
      onChange={({ detail }) => {
        setText(detail.filteringText);
        startTransition(() => onSearch(detail.filteringText));
      }}
    />
  );
});
