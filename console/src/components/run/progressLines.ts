import type { RunProgress } from '../../api/sluice';
import { formatCount, formatRecordRate, formatSize } from '../../i18n/formats';
import type { Language } from '../../i18n/texts';
import { texts } from './texts';

/** How far a run has come, in words: what keeps it waiting, if anything does, and what is done. */
export function progressLines(
  progress: RunProgress | undefined,
  rate: number | undefined,
  language: Language,
): string[] {
  const t = texts[language];
  const count = (records: number) => formatCount(records, language);
  if (progress?.executionStatus === 'CancelStarted') return [t.canceling];
  const { recordsProcessed = 0, bytesProcessed = 0, recordsRefused = 0, message } = progress ?? {};
  const { recordsOnTheWay = 0, bytesOnTheWay = 0 } = progress ?? {};
  const parts: string[] = [];
  if (recordsProcessed > 0) {
    parts.push(t.records(recordsProcessed, count(recordsProcessed)), formatSize(bytesProcessed, language));
  } else if (recordsOnTheWay > 0) {
    parts.push(t.onTheWay(recordsOnTheWay, count(recordsOnTheWay)), formatSize(bytesOnTheWay, language));
  }
  if (parts.length > 0 && rate !== undefined && !message) parts.push(formatRecordRate(rate, language));
  if (recordsProcessed > 0 && recordsOnTheWay > 0) parts.push(t.moreOnTheWay(recordsOnTheWay, count(recordsOnTheWay)));
  if (recordsRefused > 0) parts.push(t.refusedSoFar(count(recordsRefused)));
  const done = parts.join(' · ');
  return message ? [message, done].filter(Boolean) : [done || t.starting];
}
