import type { FlowDraft } from './draft';

/** What the wizard gives to each of its steps' contents. */
export interface StepProps {
  draft: FlowDraft;
  /** Merges into the draft and keeps it. */
  change(part: Partial<FlowDraft>): void;
  /** Whether Next was tried: errors are shown from then on. */
  isChecked: boolean;
}

/** What stands in the way of the next step, in the order of the page; empty: nothing. */
export interface Problem {
  /** Names the control (its `id` without a colon), which is focused. */
  control: string;
  message: string;
}
