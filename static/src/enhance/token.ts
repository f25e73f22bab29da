// Back from the receipt the browser may fetch the form anew, with a new token, and put what was typed into it. It is
// still the same form: its entry in the history remembers the token, so that sending again leads to the same receipt.

export function keepToken(): void {
  const field = document.querySelector<HTMLInputElement>("main input[type=hidden][name=token]");
  if (!field) return;
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const known: unknown = history.state?.token;
  if (visit?.type === "back_forward" && typeof known === "string") field.value = known;
  else history.replaceState({ token: field.value }, "");
}
