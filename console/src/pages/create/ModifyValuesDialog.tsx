import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { DialogActions } from '../../components/DialogActions';
import { useTexts } from '../../i18n/texts';
import type { MappedField, Modification } from './draft';
import { mappingTexts } from './mappingTexts';

type Kind = Modification['kind'] | 'none';
const KINDS: Kind[] = ['none', 'MaskAll', 'MaskFirst', 'MaskLast', 'Truncate'];

/** Masks or cuts the values of some rows. */
export function ModifyValuesDialog({
  rows,
  onSave,
  onDismiss,
}: {
  rows: MappedField[];
  onSave: (modifications: Modification[]) => void;
  onDismiss: () => void;
}) {
  const t = useTexts(mappingTexts);
  const [was] = rows[0].modifications;
  const [kind, setKind] = useState<Kind>(was?.kind ?? 'MaskAll');
  const [mask, setMask] = useState(was && 'mask' in was ? was.mask : '*');
  const [length, setLength] = useState(was && 'length' in was ? String(was.length) : '');
  const [isChecked, setChecked] = useState(false);

  const isMask = kind !== 'none' && kind !== 'Truncate';
  const needsLength = kind === 'MaskFirst' || kind === 'MaskLast' || kind === 'Truncate';
  const maskFault = isMask && [...mask].length !== 1 ? t.maskFault : undefined;
  const lengthFault =
    needsLength && !(/^[1-9]\d*$/.test(length) && Number.isSafeInteger(Number(length)))
      ? t.countFault
      : undefined;

  const modification = (): Modification[] => {
    switch (kind) {
      case 'none':
        return [];
      case 'MaskAll':
        return [{ kind, mask }];
      case 'Truncate':
        return [{ kind, length: Number(length) }];
      default:
        return [{ kind, mask, length: Number(length) }];
    }
  };
  const save = () => {
    setChecked(true);
    if (!maskFault && !lengthFault) onSave(modification());
  };
  const kindTexts = (each: Kind) =>
    each === 'none'
      ? { label: t.none, description: t.noneText }
      : { label: t[each], description: t[`${each}Text` as const] };

  return (
    <Modal
      visible
      header={t.modifyTitle(rows.length)}
      onDismiss={onDismiss}
      footer={
        <DialogActions
          cancel={t.cancel}
          onCancel={onDismiss}
          confirm={t.apply}
          onConfirm={save}
        />
      }
    >
      <SpaceBetween size="l">
        {rows.some(({ modifications }) => modifications.length > 1) && (
          <Alert type="warning">{t.replacesSeveral}</Alert>
        )}
        <FormField label={t.modification} description={t.modifyAll}>
          <RadioGroup
            value={kind}
            onChange={({ detail }) => setKind(detail.value as Kind)}
            items={KINDS.map((value) => ({ value, ...kindTexts(value) }))}
          />
        </FormField>
        {needsLength && (
          <FormField
            label={kind === 'Truncate' ? t.maxLength : t.count}
            errorText={isChecked && lengthFault}
          >
            <Input
              value={length}
              inputMode="numeric"
              onChange={({ detail }) => setLength(detail.value)}
            />
          </FormField>
        )}
        {isMask && (
          <FormField label={t.maskCharacter} errorText={isChecked && maskFault}>
            <Input
              value={mask}
              onChange={({ detail }) => setMask(detail.value)}
              spellcheck={false}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
}
