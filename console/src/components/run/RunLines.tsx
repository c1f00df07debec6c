import type { RunDetails } from '../../api/sluice';
import { formatCount, formatDuration, formatSize } from '../../i18n/formats';
import { Time } from '../Time';
import { secondsOf } from './outcome';
import { tutorialTexts as t } from './texts';

/** The four lines that the tutorial ends with, in its own words. */
export function RunLines({ run }: { run: RunDetails }) {
  return (
    <>
      <div>{t.startTime}<Time at={new Date(run.startedAt * 1000)} /></div>
      <div>{t.duration}{formatDuration(secondsOf(run), 'en')}</div>
      <div>{t.transferSize}{formatSize(run.bytesProcessed, 'en')}</div>
      <div>{t.recordsProcessed}{formatCount(run.recordsProcessed, 'en')}</div>
    </>
  );
}
