import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

/** What a table says where it has nothing to show. */
export function Empty({
  title,
  text,
  action,
}: {
  title: string;
  text?: string;
  action?: ReactNode;
}) {
  return (
    <Box textAlign="center" margin={{ vertical: 'xs' }}>
      <SpaceBetween size="xs">
        <div>
          <b>{title}</b>
          {text && (
            <Box variant="p" color="text-body-secondary">
              {text}
            </Box>
          )}
        </div>
        {action}
      </SpaceBetween>
    </Box>
  );
}
