// The keys of a section's text. Tab is not among them: it always leaves the text.
import { baseKeymap } from "prosemirror-commands";
import { inputRules, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { splitListItem } from "prosemirror-schema-list";
import type { Command, Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { redoCommand, undoCommand } from "y-prosemirror";
import * as commands from "./commands";
import { askForLink } from "./link-dialog";
import { freshSelectionPlugin } from "./selection";

export interface Ways {
  toToolbar: () => void;
  comment: ((view: EditorView) => void) | null;
}

export function keyPlugins(ways: Ways): Plugin[] {
  const withView =
    (action: (view: EditorView) => void): Command =>
    (_state, _dispatch, view) => {
      if (view) action(view);
      return true;
    };
  const own: Record<string, Command> = {
    "Mod-b": commands.toggleStrong,
    "Mod-i": commands.toggleEm,
    "Mod-k": withView(askForLink),
    "Mod-z": undoCommand,
    "Mod-y": redoCommand,
    "Mod-Shift-z": redoCommand,
    "Mod-Shift-8": commands.toggleList(commands.bulletList),
    "Mod-Shift-7": commands.toggleList(commands.orderedList),
    "Mod-]": commands.indent,
    "Mod-[": commands.outdent,
    // On a Swedish keyboard the brackets need AltGr, which is Ctrl and Alt together.
    "Ctrl-Alt-]": commands.indent,
    "Ctrl-Alt-[": commands.outdent,
    "Alt-Shift-ArrowRight": commands.indent,
    "Alt-Shift-ArrowLeft": commands.outdent,
    "Alt-F10": withView(ways.toToolbar),
    Enter: splitListItem(commands.listItem),
  };
  if (ways.comment) own["Mod-Alt-m"] = withView(ways.comment);
  const lists = [/^\s*[-*]\s$/, /^1[.)]\s$/].map((pattern, index) =>
    wrappingInputRule(pattern, index === 0 ? commands.bulletList : commands.orderedList),
  );
  return [freshSelectionPlugin, inputRules({ rules: lists }), keymap(own), keymap(baseKeymap)];
}
