import type { SelectProps } from '@cloudscape-design/components/select';
import type { ConnectorEntityField } from '@aws-sdk/client-appflow';
import { labelOf, typeNameOf } from '../../components/flow/fieldTypes';

/** Options from which on only those in sight are drawn. */
export const MANY = 100;

/** A field in a list to choose from: its label, its type, and what its system calls it. */
export function fieldOption(field: ConnectorEntityField): SelectProps.Option {
  return {
    value: field.identifier!,
    label: labelOf(field),
    labelTag: typeNameOf(field),
    description: field.identifier!,
  };
}

/** The option that is chosen; one with nothing but a name where the list doesn't have it. */
export function optionOf(
  options: readonly SelectProps.Option[],
  value: string,
): SelectProps.Option | null {
  if (value === '') return null;
  return options.find((option) => option.value === value) ?? { value, label: value };
}
