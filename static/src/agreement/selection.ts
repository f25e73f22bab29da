// The browser tells of a new selection only a moment after the keys that made it. Who presses a shortcut within that moment
// means what is selected on the screen: before a key with Ctrl, Alt or Command is handled, the selection is read there.
import { Plugin, TextSelection } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";

export const freshSelectionPlugin = new Plugin({
  props: {
    handleKeyDown(view, event) {
      if ((event.ctrlKey || event.altKey || event.metaKey) && !view.composing) readSelection(view);
      return false;
    },
  },
});

function readSelection(view: EditorView): void {
  const shown = document.getSelection();
  if (!shown?.anchorNode || !shown.focusNode) return;
  if (!view.dom.contains(shown.anchorNode) || !view.dom.contains(shown.focusNode)) return;
  const anchor = view.posAtDOM(shown.anchorNode, shown.anchorOffset, 1);
  const head = view.posAtDOM(shown.focusNode, shown.focusOffset, 1);
  const { selection, doc, tr } = view.state;
  if (anchor === selection.anchor && head === selection.head) return;
  view.dispatch(tr.setSelection(TextSelection.between(doc.resolve(anchor), doc.resolve(head))));
}
