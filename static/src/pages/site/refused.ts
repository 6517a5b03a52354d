/**
 * A page that comes back from a form with an error opens at what is said: a screen reader reads it,
 * and Tab goes on from there to the fields.
 */
export function startAtError(page: Document): void {
  const error = page.querySelector<HTMLElement>("main .notice--error[role=alert]:not([hidden])");
  if (error === null) return;
  error.tabIndex = -1;
  error.focus();
}
