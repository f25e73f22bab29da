// A long select becomes a field in which one types. The bundle is fetched when somebody begins to use the form; if it
// cannot be fetched the select stays a select.
import { bundleUrl, loadScript } from "./loader";

export function prepareAutocomplete(): void {
  for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-autocomplete]")) {
    const form = select.closest("form");
    if (form) prepare(form, select);
  }
}

function prepare(form: HTMLFormElement, select: HTMLSelectElement): void {
  let loading: Promise<void> | undefined;
  const load = (): Promise<void> => {
    loading ??= loadScript(bundleUrl("autocomplete")).catch(() => undefined);
    return loading;
  };
  const onPointer = (event: Event): void => {
    if (event.target !== select || loading) return;
    // Or the list of the select would open and vanish under the finger when the field takes its place.
    event.preventDefault();
    load().then(() => focusField(select));
  };
  const onFocus = (event: FocusEvent): void => {
    load().then(() => {
      if (event.target === select) focusField(select);
    });
  };
  // What was typed and refused is shown again at once.
  if (select.dataset.typed) load();
  select.addEventListener("mousedown", onPointer);
  form.addEventListener("pointerdown", () => void (document.activeElement !== select && scheduleLoad(load)));
  form.addEventListener("focusin", onFocus);
}

/** A press is followed by the focus, which knows whether it landed on the select itself. */
function scheduleLoad(load: () => Promise<void>): void {
  window.setTimeout(load, 0);
}

function focusField(select: HTMLSelectElement): void {
  const id = select.dataset.fieldId;
  const field = id ? document.getElementById(id) : select;
  field?.focus();
}
