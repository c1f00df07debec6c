import { useSideFields } from '../../api/sideFields';
import type { FlowDraft } from './draft';

/** The fields of both sides of a draft. */
export function useStepFields({ source, destination, tags }: FlowDraft) {
  return {
    source: useSideFields(
      source,
      'source',
      Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    ),
    destination: useSideFields(destination, 'destination'),
  };
}
