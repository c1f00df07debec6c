import LiveRegion from '@cloudscape-design/components/live-region';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useLanguage } from '../../i18n/texts';
import { progressLines } from './progressLines';
import type { RunWatch } from './RunWatch';

const SPOKEN_EVERY = 5_000;

/** How far a run has come, as it goes: shown at once, read aloud now and then. */
export function RunProgressContent({ watch }: { watch: RunWatch }) {
  const language = useLanguage();
  const { progress, rate } = useSyncExternalStore(watch.subscribe, watch.snapshot);
  const lines = progressLines(progress, rate, language);
  const spoken = useNowAndThen(lines.join(' '));
  return (
    <>
      {lines.map((line, i) => (
        <div key={i}>{line}</div>
      ))}
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
