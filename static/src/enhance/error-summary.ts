// A page that answers with errors starts at the list of them, for the eye and for the screen reader alike.

export function focusErrorSummary(): void {
  document.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}
