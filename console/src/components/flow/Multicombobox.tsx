import Multiselect, { type MultiselectProps } from '@cloudscape-design/components/multiselect';
import type { Ref } from 'react';
import { useComboboxRole } from '../Combobox';

/** Cloudscape's Multiselect as a combobox. */
export function Multicombobox({
  selectRef,
  ...props
}: MultiselectProps & { selectRef?: Ref<MultiselectProps.Ref> }) {
  const holder = useComboboxRole();
  return (
    <div ref={holder}>
      <Multiselect ref={selectRef} {...props} />
    </div>
  );
}
