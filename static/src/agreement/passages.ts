// Marks in the text which passages have comments. Only decorations: a comment never becomes part of the document.
import { type EditorState, Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { findPlace } from "./anchors";

export interface Passage {
  thread: string;
  anchor: string;
  quote: string;
}

interface Shown {
  passages: Passage[];
  decorations: DecorationSet;
}

const key = new PluginKey<Shown>("passages");

function decorate(state: EditorState, passages: Passage[]): DecorationSet {
  const found = passages.flatMap(({ thread, anchor, quote }) => {
    const place = findPlace(state, anchor, quote);
    return place ? [Decoration.inline(place.from, place.to, { class: "commented", "data-thread-ref": thread })] : [];
  });
  return DecorationSet.create(state.doc, found);
}

export const passagePlugin = new Plugin<Shown>({
  key,
  state: {
    init: () => ({ passages: [], decorations: DecorationSet.empty }),
    apply(transaction, shown, _old, state) {
      const passages = transaction.getMeta(key) as Passage[] | undefined;
      if (passages) return { passages, decorations: decorate(state, passages) };
      if (!transaction.docChanged || shown.passages.length === 0) return shown;
      return { ...shown, decorations: decorate(state, shown.passages) };
    },
  },
  props: { decorations: (state) => key.getState(state)?.decorations },
});

export function showPassages(view: EditorView, passages: Passage[]): void {
  view.dispatch(view.state.tr.setMeta(key, passages));
}

/** The threads whose words are no longer in the text. */
export function lostPassages(state: EditorState): string[] {
  const passages = key.getState(state)?.passages ?? [];
  return passages.filter(({ anchor, quote }) => !findPlace(state, anchor, quote)).map(({ thread }) => thread);
}
