// Asks for the address of a link. The browser's own dialog holds the focus, and Escape closes it.
import type { EditorView } from "prosemirror-view";
import { linkAround, removeLink, setLink } from "./commands";
import { element, freshId } from "./dom";
import { normalHref } from "./schema";

export function askForLink(view: EditorView): void {
  const around = linkAround(view.state);
  const [field, error] = [addressField(around?.href ?? ""), errorText()];
  field.setAttribute("aria-describedby", error.id);
  const title = element(
    "h2",
    { class: "ask__title", id: freshId("link-title") },
    around ? "Ändra länken" : "Lägg in en länk",
  );
  const form = element("form", { method: "dialog", novalidate: true });
  const dialog = element("dialog", { class: "ask", "aria-labelledby": title.id }, title, form);
  const label = element("label", { class: "field__label", for: field.id }, "Webbadress eller e-postadress");
  form.append(label, error, field, buttons(dialog, view, around !== null));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const href = normalHref(field.value);
    if (!href) refuse(field, error);
    else close(dialog, view, () => setLink(href)(view.state, view.dispatch));
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    view.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function addressField(href: string): HTMLInputElement {
  const field = element("input", { type: "text", inputmode: "url", autocomplete: "off", spellcheck: "false" });
  field.id = freshId("link");
  field.value = href;
  return field;
}

const errorText = (): HTMLElement => element("p", { class: "field__error", id: freshId("link-error"), role: "alert" });

function refuse(field: HTMLInputElement, error: HTMLElement): void {
  error.replaceChildren("Skriv en adress, till exempel https://www.exempel.se eller namn@exempel.se.");
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

function close(dialog: HTMLDialogElement, view: EditorView, action: () => void): void {
  action();
  dialog.close();
  view.focus();
}

function buttons(dialog: HTMLDialogElement, view: EditorView, exists: boolean): HTMLElement {
  const save = element("button", { class: "button", type: "submit" }, exists ? "Ändra länken" : "Lägg in länken");
  const cancel = element("button", { class: "button button--secondary", type: "button" }, "Avbryt");
  cancel.addEventListener("click", () => dialog.close());
  const row = element("div", { class: "button-row" }, save, cancel);
  if (exists) {
    const remove = element("button", { class: "button button--secondary", type: "button" }, "Ta bort länken");
    remove.addEventListener("click", () => close(dialog, view, () => removeLink(view.state, view.dispatch)));
    row.append(remove);
  }
  return row;
}
