import Autosuggest from '@cloudscape-design/components/autosuggest';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Input from '@cloudscape-design/components/input';
import { useId } from 'react';
import { toServiceError } from '../../api/errors';
import { useBuckets } from '../../api/queries';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

interface Bucket {
  bucketName: string;
  bucketPrefix: string;
}

/** A bucket, and the folder in it. */
export function BucketFields({
  idPrefix,
  label,
  description,
  value,
  isPrefixOptional,
  note,
  error,
  prefixWarning,
  isFixed = false,
  onRefresh,
  onChange,
}: {
  /** Of the controls' ids. */
  idPrefix: string;
  label: string;
  description?: string;
  value: Bucket;
  isPrefixOptional: boolean;
  note?: string;
  error?: string;
  /** What is not right with the folder. */
  prefixWarning?: string;
  /** Whether the bucket, though not the folder, is what it is. */
  isFixed?: boolean;
  /** Called when the buckets are asked for again. */
  onRefresh?(): void;
  onChange(part: Partial<Bucket>): void;
}) {
  const t = useTexts(texts);
  const buckets = useBuckets(true);
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <Box margin={{ bottom: 'xs' }}>
        <Box variant="awsui-key-label">
          <span id={id}>{label}</span>
        </Box>
        {description && (
          <Box variant="small" color="text-body-secondary">
            {description}
          </Box>
        )}
      </Box>
      <Grid
        gridDefinition={[
          { colspan: { default: 12, xxs: 5 } },
          { colspan: { default: 12, xxs: 5 } },
          { colspan: { default: 12, xxs: 2 } },
        ]}
      >
        <FormField
          label={t.bucket}
          constraintText={isFixed ? t.fixedObject : t.bucketHint}
          errorText={error}
          controlId={`${idPrefix}-bucket`}
        >
          <Autosuggest
            value={value.bucketName}
            onChange={({ detail }) => onChange({ bucketName: detail.value.trim() })}
            options={buckets.data?.map((name) => ({ value: name }))}
            enteredTextLabel={t.useBucket}
            statusType={buckets.isFetching ? 'loading' : buckets.isError ? 'error' : 'finished'}
            loadingText={t.bucketsLoading}
            errorText={buckets.isError ? toServiceError(buckets.error, t.offline).message : undefined}
            recoveryText={t.retry}
            onLoadItems={({ detail }) => {
              if (buckets.isError && detail.samePage) void buckets.refetch();
            }}
            empty={t.noBuckets}
            readOnly={isFixed}
          />
        </FormField>
        <FormField
          label={isPrefixOptional ? t.prefixOptional : t.prefix}
          warningText={value.bucketPrefix.startsWith('/') ? t.prefixSlash : prefixWarning}
          controlId={`${idPrefix}-prefix`}
        >
          <Input
            value={value.bucketPrefix}
            onChange={({ detail }) => onChange({ bucketPrefix: detail.value })}
            spellcheck={false}
          />
        </FormField>
        <Box padding={{ top: 'l' }}>
          <Button
            iconName="refresh"
            ariaLabel={t.refreshBuckets}
            loading={buckets.isFetching}
            onClick={() => {
              void buckets.refetch();
              onRefresh?.();
            }}
          />
        </Box>
      </Grid>
      {note && (
        <Box variant="small" color="text-body-secondary">
          {note}
        </Box>
      )}
    </div>
  );
}
