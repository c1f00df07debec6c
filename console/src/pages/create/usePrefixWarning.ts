import { useQuery } from '@tanstack/react-query';
import { sideFieldsQuery } from '../../api/sideFields';
import { useDebounced } from '../../components/useDebounced';
import { useServiceError } from '../../components/useServiceError';
import { useTexts } from '../../i18n/texts';
import type { FlowDraft, SideDraft } from './draft';
import { isFolder, prefixWarning } from './prefixWarning';
import { texts } from './texts';

const PAUSE = 700; // Between two keys of somebody who types a path.

/** What is wrong with the folder of a source, once somebody has typed it. */
export function usePrefixWarning(side: SideDraft, { tags }: FlowDraft, isSource: boolean) {
  const t = useTexts(texts);
  const typed = useDebounced(side, PAUSE);
  const look = useQuery({
    ...sideFieldsQuery(typed, 'source', Object.fromEntries(tags.map(({ key, value }) => [key, value]))),
    enabled: isSource && isFolder(typed),
  });
  const error = useServiceError(look.error ?? new Error());
  const isShown = isSource && look.isError && typed === side;
  return {
    warning: isShown ? prefixWarning(side, error, t) : undefined,
    /** Files may have come. */
    lookAgain: () => {
      if (isShown) void look.refetch();
    },
  };
}
