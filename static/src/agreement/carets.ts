// Where the others stand in the text. Classes only: the library's own carets set style attributes, which our policy refuses.
import type { DecorationAttrs } from "prosemirror-view";
import { element } from "./dom";

export interface Person {
  id: number;
  name: string;
  colour: number;
}

export const colourClass = (person: Person): string => `c${Math.min(6, Math.max(1, Math.trunc(person.colour) || 1))}`;

/** Screen readers hear who is where from the list of people, so the caret in the text is silent. */
export function buildCaret(person: Person): HTMLElement {
  const name = element("span", { class: "caret__name" }, person.name);
  return element(
    "span",
    { class: `caret ${colourClass(person)}`, "aria-hidden": "true", contenteditable: "false" },
    name,
  );
}

export function buildSelection(person: Person): DecorationAttrs {
  return { class: `chosen ${colourClass(person)}` };
}
