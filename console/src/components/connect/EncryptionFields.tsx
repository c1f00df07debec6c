import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** AppFlow's KMSArn, roughly: the service says the rest. */
export function isKmsArn(text: string): boolean {
  return /^arn:aws[\w-]*:kms:\S+$/.test(text);
}

/** "Data encryption". `kmsArn` is undefined as long as nobody wants a key of their own. */
export function EncryptionFields({
  kmsArn,
  isChecked,
  onChange,
}: {
  kmsArn: string | undefined;
  isChecked: boolean;
  onChange: (kmsArn: string | undefined) => void;
}) {
  const t = useTexts(texts);
  return (
    <SpaceBetween size="s">
      <div>
        <Box variant="h3">{t.encryption}</Box>
        <Box color="text-body-secondary">{t.encryptionText}</Box>
      </div>
      <Checkbox
        checked={kmsArn !== undefined}
        onChange={({ detail }) => onChange(detail.checked ? '' : undefined)}
      >
        {t.customizeEncryption}
      </Checkbox>
      {kmsArn !== undefined && (
        <FormField
          label={t.kmsArn}
          description={t.kmsArnHint}
          errorText={isChecked && !isKmsArn(kmsArn) && t.kmsArnWrong}
        >
          <Input
            value={kmsArn}
            onChange={({ detail }) => onChange(detail.value)}
            placeholder="arn:aws:kms:us-east-1:111122223333:key/…"
            spellcheck={false}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}
