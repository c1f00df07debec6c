import type { Copy } from './copy';
import type { CopiesTexts } from './texts';

const SHOWN = 5;

export function listed(names: string[], t: CopiesTexts): string {
  const unique = [...new Set(names)];
  const isShort = unique.length <= SHOWN + 1;
  return t.list(isShort ? unique : unique.slice(0, SHOWN), isShort ? 0 : unique.length - SHOWN);
}

export interface Note {
  type: 'info' | 'warning';
  text: string;
}

/** What is to be known of a copy before it is made. */
export function notesOf({ leftOut, mayRefuse, foundBy }: Copy, t: CopiesTexts): Note[] {
  const notes: Note[] = [];
  const say = (type: Note['type'], names: string[] | undefined, text: (names: string) => string) => {
    if (names?.length) notes.push({ type, text: text(listed(names, t)) });
  };
  say('warning', leftOut.source, t.noSuchField);
  say('warning', leftOut.destination, t.noPlace);
  say('warning', leftOut.types, t.noFit);
  say('warning', leftOut.filters, t.filtersDropped);
  say('warning', leftOut.validations, t.validationsDropped);
  say('warning', leftOut.folders, t.foldersDropped);
  if (leftOut.otherTasks > 0) {
    notes.push({ type: 'warning', text: t.tasksDropped(leftOut.otherTasks) });
  }
  say('info', mayRefuse, t.mayRefuse);
  say('info', foundBy, t.foundBy);
  return notes;
}
