// Why an empty paragraph holds an empty text: two who begin it at the same moment would else double each other's letters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { initProseMirrorDoc, updateYFragment, ySyncPluginKey } from "y-prosemirror";
import * as Y from "yjs";
import { prepareEmptyParagraphs } from "../../static/src/agreement/empty-paragraphs";
import { schema } from "../../static/src/agreement/schema";

/** Two pages with one empty paragraph, which was made in a page like the editor's or in a bare one. */
function twoPages(isPrepared) {
  const first = new Y.Doc();
  if (isPrepared) prepareEmptyParagraphs(first);
  first.transact(() => first.getXmlFragment("s").insert(0, [new Y.XmlElement("paragraph")]), ySyncPluginKey);
  const second = new Y.Doc();
  Y.applyUpdate(second, Y.encodeStateAsUpdate(first));
  return [first, second];
}

const shown = (doc) => initProseMirrorDoc(doc.getXmlFragment("s"), schema);

/** As the binding writes what was typed at the end of the paragraph. */
function type(doc, letters) {
  const { doc: before, meta } = shown(doc);
  const paragraph = schema.node("paragraph", null, [schema.text(before.textContent + letters)]);
  updateYFragment(doc, doc.getXmlFragment("s"), schema.node("doc", null, [paragraph]), meta);
}

function typeApart([one, other], letters, others) {
  type(one, letters);
  type(other, others);
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other));
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one));
  assert.equal(shown(one).doc.textContent, shown(other).doc.textContent);
  return [...shown(one).doc.textContent].sort().join("");
}

test("two who begin an empty paragraph at the same moment double no letter", () => {
  const pages = twoPages(true);
  assert.equal(typeApart(pages, "abc", "XYZ"), "XYZabc");
  assert.equal(typeApart(pages, "d", "Q"), "QXYZabcd");
});

test("without the empty text they would", () => {
  const pages = twoPages(false);
  typeApart(pages, "abc", "XYZ");
  assert.notEqual(typeApart(pages, "d", "Q"), "QXYZabcd");
});
