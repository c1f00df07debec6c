const FOCUSABLE = 'button, input, textarea, select, a[href], [tabindex]';

/** Moves the focus to a control, or to the first one in what has that id. */
export function focusControl(id: string): void {
  const found = document.getElementById(id);
  const control = found?.matches(FOCUSABLE) ? found : found?.querySelector<HTMLElement>(FOCUSABLE);
  control?.focus();
  control?.scrollIntoView({ block: 'center' });
}
