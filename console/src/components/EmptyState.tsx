import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

/** What stands where a list has nothing to show: why, and what to do about it. */
export function EmptyState({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <Box textAlign="center">
      <SpaceBetween size="m">
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
