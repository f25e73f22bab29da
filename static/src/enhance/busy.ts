// A form that is being sent says so, and a second press does nothing. The server recognises repeats anyway.

const GIVE_UP_AFTER = 15_000;

interface Busy {
  form: HTMLFormElement;
  release: () => void;
}

const sending = new Set<Busy>();

/** Shows what the button is doing; the function that comes back restores it. */
export function markBusy(button: HTMLElement | null, text: string): () => void {
  if (!button) return () => undefined;
  const content = [...button.childNodes];
  button.setAttribute("aria-disabled", "true");
  button.replaceChildren(text);
  return () => {
    button.removeAttribute("aria-disabled");
    button.replaceChildren(...content);
  };
}

export function showBusyButtons(): void {
  document.addEventListener("submit", onSubmit);
  // Back from the next page the browser may show this one as it was left.
  window.addEventListener("pageshow", () => [...sending].forEach(release));
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  if ([...sending].some((busy) => busy.form === form)) {
    event.preventDefault();
    return;
  }
  const text = event.submitter?.dataset.busy;
  const busy = { form, release: text && event.submitter ? markBusy(event.submitter, text) : () => undefined };
  sending.add(busy);
  window.setTimeout(() => release(busy), GIVE_UP_AFTER);
}

function release(busy: Busy): void {
  if (sending.delete(busy)) busy.release();
}
