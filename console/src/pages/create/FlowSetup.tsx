import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

const PICTURES: ReactNode[] = [
  <>
    <circle cx="14" cy="20" r="9" />
    <circle cx="50" cy="20" r="9" />
    <path d="M23 20h18M36 15l5 5-5 5" />
  </>,
  <path key="pairs" d="M8 8h14v8H8zM8 24h14v8H8zM42 8h14v8H42zM42 24h14v8H42zM22 12l20 16M22 28l20-16" />,
  <path key="funnel" d="M14 7h36L37 21v13l-10-5v-8zM44 30l4 4 8-9" />,
  <>
    <circle cx="32" cy="20" r="14" />
    <path d="M28 13l11 7-11 7z" />
  </>,
];

/** What it takes from here to a flow that has run. */
export function FlowSetup() {
  const t = useTexts(texts);
  const steps = [
    [t.setup1, t.setup1Text],
    [t.setup2, t.setup2Text],
    [t.setup3, t.setup3Text],
    [t.setup4, t.setup4Text],
  ];
  return (
    <ExpandableSection variant="container" headerText={t.setup} defaultExpanded>
      <ColumnLayout columns={4} variant="text-grid">
        {steps.map(([title, text], i) => (
          <div key={title}>
            <svg
              width="64"
              height="40"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.6"
              strokeLinejoin="round"
              aria-hidden="true"
              focusable="false"
            >
              {PICTURES[i]}
            </svg>
            <Box fontWeight="bold">{title}</Box>
            <Box color="text-body-secondary">{text}</Box>
          </div>
        ))}
      </ColumnLayout>
    </ExpandableSection>
  );
}
