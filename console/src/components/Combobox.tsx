import Select, { type SelectProps } from '@cloudscape-design/components/select';
import { useLayoutEffect, useRef } from 'react';
import { defineTexts, useTexts } from '../i18n/texts';

const texts = defineTexts({ find: 'Find in the list' }, { find: '在列表中查找' });

/**
 * Makes Cloudscape's select in the element of the ref what assistive technology knows as one: a
 * combobox that is named by its label alone, and whose value is what was chosen. Cloudscape makes
 * it a button whose name has both.
 */
export function useComboboxRole() {
  const holder = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const button = holder.current?.querySelector('button[aria-haspopup]');
    const names = button?.getAttribute('aria-labelledby')?.split(' ') ?? [];
    const labels = names.filter((id) => !button?.contains(document.getElementById(id)));
    button?.setAttribute('role', 'combobox');
    if (labels.length) button?.setAttribute('aria-labelledby', labels.join(' '));
  });
  return holder;
}

/** Cloudscape's Select as a combobox. */
export function Combobox(props: SelectProps) {
  const t = useTexts(texts);
  const holder = useComboboxRole();
  return (
    <div ref={holder}>
      <Select filteringAriaLabel={t.find} {...props} />
    </div>
  );
}
