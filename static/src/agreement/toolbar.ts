// The buttons above a section's text: one stop for Tab, arrows between them, Escape back to the text.
import type { EditorState } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { redoCommand, undoCommand } from "y-prosemirror";
import * as commands from "./commands";
import { element, icon } from "./dom";
import { askForLink } from "./link-dialog";

interface Tool {
  label: string;
  keys?: string;
  drawing: string;
  run: (view: EditorView) => void;
  pressed?: (state: EditorState) => boolean;
  possible?: (state: EditorState) => boolean;
}

type Command = (state: EditorState, dispatch?: EditorView["dispatch"]) => boolean | undefined;

const runs = (command: Command) => (view: EditorView) => void command(view.state, view.dispatch);
const can = (command: Command) => (state: EditorState) => Boolean(command(state));

const UNDO = "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3";
const REDO = "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3";

const TOOLS: readonly Tool[] = [
  {
    label: "Fet",
    keys: "Ctrl+B",
    drawing: "M7 4h6a4 4 0 0 1 0 8H7zM7 12h7a4 4 0 0 1 0 8H7z",
    run: runs(commands.toggleStrong),
    pressed: commands.isStrong,
  },
  {
    label: "Kursiv",
    keys: "Ctrl+I",
    drawing: "M10 4h8M6 20h8M14 4l-4 16",
    run: runs(commands.toggleEm),
    pressed: commands.isEm,
  },
  {
    label: "Länk",
    keys: "Ctrl+K",
    drawing: "M10 14a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l1.5-1.5",
    run: askForLink,
    pressed: (state) => commands.linkAround(state) !== null,
  },
  {
    label: "Punktlista",
    keys: "Ctrl+Skift+8",
    drawing: "M9 6h11M9 12h11M9 18h11M4 6h.5M4 12h.5M4 18h.5",
    run: runs(commands.toggleList(commands.bulletList)),
    pressed: (state) => commands.isIn(state, commands.bulletList),
  },
  {
    label: "Numrerad lista",
    keys: "Ctrl+Skift+7",
    drawing: "M10 6h10M10 12h10M10 18h10M4 4.5 5.5 4v5M3.5 14.5c1-1.5 3-1 2.5.5L3.5 19H6.5",
    run: runs(commands.toggleList(commands.orderedList)),
    pressed: (state) => commands.isIn(state, commands.orderedList),
  },
  {
    label: "Öka indraget",
    keys: "Ctrl+]",
    drawing: "M4 5h16M11 10h9M11 14h9M4 19h16M4 9l3.5 3L4 15",
    run: runs(commands.indent),
    possible: can(commands.indent),
  },
  {
    label: "Minska indraget",
    keys: "Ctrl+[",
    drawing: "M4 5h16M11 10h9M11 14h9M4 19h16M7.5 9 4 12l3.5 3",
    run: runs(commands.outdent),
    possible: can(commands.outdent),
  },
  { label: "Ångra", keys: "Ctrl+Z", drawing: UNDO, run: runs(undoCommand), possible: can(undoCommand) },
  { label: "Gör om", keys: "Ctrl+Y", drawing: REDO, run: runs(redoCommand), possible: can(redoCommand) },
];

const COMMENT: Omit<Tool, "run"> = {
  label: "Kommentera",
  keys: "Ctrl+Alt+M",
  drawing: "M4 5h16v11H11l-5 4v-4H4z",
};

export class Toolbar {
  readonly dom: HTMLElement;
  private readonly tools: readonly Tool[];
  private readonly buttons: HTMLButtonElement[];
  private view: EditorView | null = null;
  private current = 0;

  constructor(heading: string, editorId: string, comment: ((view: EditorView) => void) | null) {
    this.tools = comment ? [...TOOLS, { ...COMMENT, run: comment }] : TOOLS;
    this.buttons = this.tools.map((tool, index) => this.button(tool, index));
    this.dom = element(
      "div",
      { class: "tools", role: "toolbar", "aria-label": `Verktyg för ${heading}` },
      ...this.buttons,
    );
    this.dom.setAttribute("aria-controls", editorId);
    this.dom.addEventListener("keydown", (event) => this.onKey(event));
  }

  attach(view: EditorView): void {
    this.view = view;
    this.update(view.state);
  }

  focus(): void {
    this.buttons[this.current]?.focus();
  }

  update(state: EditorState): void {
    this.tools.forEach((tool, index) => {
      const button = this.buttons[index];
      if (tool.pressed) button?.setAttribute("aria-pressed", String(tool.pressed(state)));
      if (tool.possible) button?.setAttribute("aria-disabled", String(!tool.possible(state)));
    });
  }

  private button(tool: Tool, index: number): HTMLButtonElement {
    const title = tool.keys ? `${tool.label} (${tool.keys})` : tool.label;
    const attributes = { class: "tools__button", type: "button", "aria-label": tool.label, title };
    const button = element("button", { ...attributes, tabindex: index === 0 ? "0" : "-1" }, icon(tool.drawing));
    // A press with the pointer leaves the selection, and the phone's keyboard, where they are.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      this.moveTo(index, false);
      if (this.view && button.getAttribute("aria-disabled") !== "true") tool.run(this.view);
    });
    return button;
  }

  private onKey(event: KeyboardEvent): void {
    const last = this.buttons.length - 1;
    const steps: Record<string, number> = {
      ArrowRight: this.current === last ? 0 : this.current + 1,
      ArrowLeft: this.current === 0 ? last : this.current - 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next !== undefined) this.moveTo(next, true);
    else if (event.key === "Escape") this.view?.focus();
    else return;
    event.preventDefault();
  }

  private moveTo(index: number, focus: boolean): void {
    this.buttons[this.current]?.setAttribute("tabindex", "-1");
    this.current = index;
    this.buttons[index]?.setAttribute("tabindex", "0");
    if (focus) this.focus();
  }
}
