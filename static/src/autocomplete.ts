// The bundle that turns each `select[data-autocomplete]` into a field with suggestions. The select stays in the form,
// hidden, and is what is posted: the code of the choice, or the very text that matched nothing, which the server refuses.
import accessibleAutocomplete from "accessible-autocomplete";
import { type Choice, Choices } from "./enhance/choices";

document.querySelectorAll<HTMLSelectElement>("select[data-autocomplete]").forEach(enhance);

function enhance(select: HTMLSelectElement): void {
  const choices = new Choices(readChoices(select));
  const id = select.id;
  // Somebody who has gone on to another field in the meantime, on a slow line, is left there.
  const hadFocus = document.activeElement === select;
  const place = document.createElement("div");
  select.before(place);
  accessibleAutocomplete({
    element: place,
    id,
    name: "",
    source: (query, show) => show(choices.find(query).map((choice) => choice.label)),
    defaultValue: select.value ? (select.selectedOptions[0]?.text ?? "") : (select.dataset.typed ?? ""),
    confirmOnBlur: false,
    templates: { inputValue: (label) => label ?? "", suggestion },
    onConfirm: (label) => label !== undefined && settle(select, choices, label),
    menuAttributes: { "aria-labelledby": labelId(select) },
    ...texts(select),
  });
  select.id = `${id}-select`;
  select.hidden = true;
  const field = place.querySelector("input");
  if (!field) return;
  connect(field, select, choices);
  if (hadFocus) enter(field);
}

function readChoices(select: HTMLSelectElement): Choice[] {
  return [...select.options]
    .filter((option) => option.value)
    .map((option) => ({ code: option.value, label: option.text }));
}

/** The library appends "1 of 5" with an inline style on an iPhone, which our policy forbids: an open comment swallows it. */
function suggestion(label: string): string {
  const text = document.createElement("span");
  text.textContent = label;
  return `${text.innerHTML}<!--`;
}

function labelId(select: HTMLSelectElement): string {
  const label = select.labels[0];
  if (!label) return "";
  label.id ||= `${select.id}-label`;
  return label.id;
}

function connect(field: HTMLInputElement, select: HTMLSelectElement, choices: Choices): void {
  const described = select.getAttribute("aria-describedby")?.split(" ") ?? [];
  if (select.hasAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
  const sync = (): void => settle(select, choices, field.value);
  field.addEventListener("input", sync);
  field.addEventListener("blur", sync);
  keepDescriptions(field, described);
  sync();
}

/** As the tab key does it: what stands there is marked, and the next letter takes its place. */
function enter(field: HTMLInputElement): void {
  field.focus();
  field.select();
}

/** The library describes the empty field with its own hint and forgets ours: both belong there. */
function keepDescriptions(field: HTMLInputElement, ids: string[]): void {
  const complete = (): void => {
    const now = field.getAttribute("aria-describedby")?.split(" ").filter(Boolean) ?? [];
    const missing = ids.filter((id) => !now.includes(id));
    if (missing.length) field.setAttribute("aria-describedby", [...missing, ...now].join(" "));
  };
  complete();
  new MutationObserver(complete).observe(field, { attributeFilter: ["aria-describedby"] });
}

/** What is posted always follows what is written; text that is nobody's name is posted as it stands. */
function settle(select: HTMLSelectElement, choices: Choices, text: string): void {
  const choice = choices.named(text);
  select.querySelector("option[data-typed]")?.remove();
  if (choice) select.value = choice.code;
  else select.add(typedOption(text.trim(), choices));
}

/** Somebody may type a code; what is not a name must not be taken for a choice. */
function typedOption(text: string, choices: Choices): HTMLOptionElement {
  const option = new Option(text, choices.hasCode(text) ? `”${text}”` : text, false, true);
  option.dataset.typed = "";
  return option;
}

function texts(select: HTMLSelectElement) {
  const none = select.dataset.noResults ?? "Inget namn i listan passar";
  return {
    tNoResults: () => none,
    tStatusQueryTooShort: (length: number) => `Skriv minst ${length} bokstäver för att få förslag`,
    tStatusNoResults: () => none,
    tStatusSelectedOption: (option: string, length: number, index: number) =>
      `${option}, ${index + 1} av ${length}, är markerad`,
    tStatusResults: (length: number, selected: string) =>
      `${length === 1 ? "Ett förslag" : `${length} förslag`} finns. ${selected}`,
    tAssistiveHint: () =>
      "När det finns förslag går du mellan dem med upp- och nedpil och väljer med retur. På en pekskärm trycker du eller sveper.",
  };
}
