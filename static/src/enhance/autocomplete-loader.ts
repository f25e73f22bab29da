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
  let state: "unused" | "loading" | "failed" = "unused";
  const load = (): void => {
    if (state !== "unused") return;
    state = "loading";
    loadScript(bundleUrl("autocomplete")).catch(() => {
      state = "failed";
    });
  };
  const onPress = (event: Event): void => {
    if (state === "failed") return;
    // Or the list of the select would open and vanish under the finger when the field takes its place. The field
    // inherits the focus if the select still has it by then.
    event.preventDefault();
    select.focus();
  };
  // What was typed and refused is shown again at once.
  if (select.dataset.typed) load();
  select.addEventListener("mousedown", onPress);
  form.addEventListener("focusin", load);
}
