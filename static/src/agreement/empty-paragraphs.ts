// Two people who type the first letter of the same empty paragraph at the same moment would each make a text of their own
// in it, and the editor's binding would then write both into each: letters doubled. So whoever makes an empty paragraph
// puts an empty text into it at once, which both then write in. The server does the same.
import { ySyncPluginKey } from "y-prosemirror";
import * as Y from "yjs";

export function prepareEmptyParagraphs(doc: Y.Doc): void {
  doc.on("afterTransaction", (transaction: Y.Transaction) => {
    if (!transaction.local || transaction.origin !== ySyncPluginKey) return;
    const found = [...transaction.changed.keys()].flatMap((type) => emptyParagraphs(type));
    // As the binding's own change: it is undone together with the paragraph.
    if (found.length > 0) doc.transact(() => fill(found), ySyncPluginKey);
  });
}

function emptyParagraphs(type: unknown): Y.XmlElement[] {
  if (!(type instanceof Y.XmlElement || type instanceof Y.XmlFragment) || type._item?.deleted) return [];
  if (type instanceof Y.XmlElement && type.nodeName === "paragraph") return type.length === 0 ? [type] : [];
  return type.toArray().flatMap((child) => emptyParagraphs(child));
}

function fill(paragraphs: Y.XmlElement[]): void {
  for (const paragraph of new Set(paragraphs)) if (paragraph.length === 0) paragraph.insert(0, [new Y.XmlText()]);
}
