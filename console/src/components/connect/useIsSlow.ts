import { useEffect, useState } from 'react';

/** How long a person waits without a word. */
const PATIENCE_MS = 2_000;

/** Whether something goes on for so long that a person should hear that it does. */
export function useIsSlow(isBusy: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isBusy) return;
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isBusy]);
  return isSlow;
}
