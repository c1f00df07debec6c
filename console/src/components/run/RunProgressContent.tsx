import LiveRegion from '@cloudscape-design/components/live-region';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useFormats } from '../../i18n/formats';
import { useTexts } from '../../i18n/texts';
import type { RunWatch } from './RunWatch';
import { texts } from './texts';

const SPOKEN_EVERY = 5_000;

/** How far a run has come, as it goes: shown at once, read aloud now and then. */
export function RunProgressContent({ watch }: { watch: RunWatch }) {
  const t = useTexts(texts);
  const format = useFormats();
  const { progress, rate } = useSyncExternalStore(watch.subscribe, watch.snapshot);

  let shown = t.starting;
  if (progress?.executionStatus === 'CancelStarted') {
    shown = t.canceling;
  } else if (progress && progress.recordsProcessed > 0) {
    shown = t.progress(format.count(progress.recordsProcessed), format.size(progress.bytesProcessed));
    if (rate) shown += ` · ${format.recordRate(rate.recordsPerSecond)}, ${format.sizeRate(rate.bytesPerSecond)}`;
    if (progress.recordsRefused > 0) shown += ` · ${t.refusedSoFar(format.count(progress.recordsRefused))}`;
  }
  const spoken = useNowAndThen(shown);
  return (
    <>
      {shown}
      <LiveRegion hidden>{spoken}</LiveRegion>
    </>
  );
}

/** `text`, no more often than is good to listen to. */
function useNowAndThen(text: string): string {
  const [spoken, setSpoken] = useState(text);
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  }, [text]);
  useEffect(() => {
    const timer = setInterval(() => setSpoken(latest.current), SPOKEN_EVERY);
    return () => clearInterval(timer);
  }, []);
  return spoken;
}
