import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { FieldView } from './mappedFieldView';

/** A field's label, and beneath it what its system calls it and its type. */
export function FieldName({ field, missing }: { field: FieldView; missing: string }) {
  return (
    <div>
      <div>{field.label}</div>
      <Box variant="small" color="text-body-secondary">
        {field.name}
        {field.type && ` · ${field.type}`}
      </Box>
      {field.isMissing && <StatusIndicator type="error">{missing}</StatusIndicator>}
    </div>
  );
}
