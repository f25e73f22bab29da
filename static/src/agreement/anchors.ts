// Where a comment belongs: two positions that follow the text, written as one base64 string, and the quoted words to find
// the place again when the paragraph was split or moved.
import * as buffer from "lib0/buffer";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import type { Node } from "prosemirror-model";
import type { EditorState } from "prosemirror-state";
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey } from "y-prosemirror";
import * as Y from "yjs";

export interface Place {
  from: number;
  to: number;
}

const LONGEST_QUOTE = 300;

export function quoteOf(doc: Node, place: Place): string {
  const text = doc.textBetween(place.from, place.to, " ").replace(/\s+/g, " ").trim();
  return text.slice(0, LONGEST_QUOTE);
}

export function encodeAnchor(state: EditorState, place: Place): string {
  const { type, binding } = ySyncPluginKey.getState(state);
  const encoder = encoding.createEncoder();
  for (const position of [place.from, place.to]) {
    const relative = absolutePositionToRelativePosition(position, type, binding.mapping);
    encoding.writeVarUint8Array(encoder, Y.encodeRelativePosition(relative));
  }
  return buffer.toBase64(encoding.toUint8Array(encoder));
}

/** Where the passage is now; null when it is no longer in the text. */
export function findPlace(state: EditorState, anchor: string, quote: string): Place | null {
  const place = decodeAnchor(state, anchor);
  if (!quote) return place;
  if (place && quoteOf(state.doc, place) === quote) return place;
  const found = findQuote(state.doc, quote, place?.from ?? 0);
  // Words inside the passage were changed: what is left between the two positions is still the passage.
  return found ?? (place && place.to > place.from ? place : null);
}

function decodeAnchor(state: EditorState, anchor: string): Place | null {
  const { doc, type, binding } = ySyncPluginKey.getState(state);
  try {
    const decoder = decoding.createDecoder(buffer.fromBase64(anchor));
    const positions = [0, 1].map(() => {
      const relative = Y.decodeRelativePosition(decoding.readVarUint8Array(decoder));
      return relativePositionToAbsolutePosition(doc, type, relative, binding.mapping);
    });
    const [from, to] = positions;
    if (from == null || to == null) return null;
    const end = Math.min(to, state.doc.content.size);
    return from < end ? { from, to: end } : null;
  } catch {
    return null; // Written by another edition of the editor, or not by it at all: the quote decides.
  }
}

/** The occurrence of the quoted words that is nearest to where they were. */
function findQuote(doc: Node, quote: string, near: number): Place | null {
  let best: Place | null = null;
  doc.descendants((node, position) => {
    if (!node.isTextblock) return true;
    const text = node.textContent;
    for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
      const from = position + 1 + at;
      if (!best || Math.abs(from - near) < Math.abs(best.from - near)) best = { from, to: from + quote.length };
    }
    return false;
  });
  return best;
}
