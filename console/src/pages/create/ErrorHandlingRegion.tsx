import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useTexts } from '../../i18n/texts';
import { BucketFields } from './BucketFields';
import { addressOf, bucketFault } from './endpoints';
import { Region } from './Region';
import { RetryField } from './RetryField';
import type { StepProps } from './step';
import { texts } from './texts';

/** What a run does about records that are refused, and about systems that are away. */
export function ErrorHandlingRegion(props: StepProps) {
  const t = useTexts(texts);
  return (
    <Region title={t.errorHandling}>
      {props.draft.destination.connectorType !== 'S3' && <RefusedRecordsFields {...props} />}
      <RetryField {...props} />
    </Region>
  );
}

function RefusedRecordsFields({ draft, change, isChecked }: StepProps) {
  const t = useTexts(texts);
  const { errorHandling } = draft;
  const { stopOnFirstError, bucketName, bucketPrefix } = errorHandling;
  const set = (part: Partial<typeof errorHandling>) =>
    change({ errorHandling: { ...errorHandling, ...part } });
  const fault = bucketName ? bucketFault(bucketName) : undefined;
  return (
    <SpaceBetween size="l">
      <FormField label={t.onError} stretch>
        <Tiles
          value={stopOnFirstError ? 'stop' : 'ignore'}
          items={[
            { value: 'stop', label: t.stop, description: t.stopText },
            { value: 'ignore', label: t.ignore, description: t.ignoreText },
          ]}
          onChange={({ detail }) => set({ stopOnFirstError: detail.value === 'stop' })}
        />
      </FormField>
      <Box>{stopOnFirstError ? t.stopNote : t.ignoreNote}</Box>
      <BucketFields
        idPrefix="errors"
        label={t.errorBucket}
        description={t.errorBucketText}
        value={errorHandling}
        isPrefixOptional
        note={bucketName && t.s3Errors(addressOf(bucketName, bucketPrefix))}
        error={isChecked && fault ? t.sideFault(fault) : undefined}
        onChange={set}
      />
    </SpaceBetween>
  );
}
