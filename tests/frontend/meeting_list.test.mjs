// The list of meetings as two people change it at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { MeetingList } from "../../static/src/agreement/meeting-list";
import { normalHref } from "../../static/src/agreement/schema";

function listOf(...names) {
  const doc = new Y.Doc();
  const list = new MeetingList(doc);
  const ids = names.map((name) => {
    const id = list.add();
    list.set(id, "what", name);
    return id;
  });
  return { doc, list, ids };
}

const names = (list) => list.all().map(({ what }) => what);

test("rows come in the order in which they were added, and move one step", () => {
  const { list, ids } = listOf("a", "b", "c");
  list.move(ids[2], -1);
  assert.deepEqual(names(list), ["a", "c", "b"]);
  list.move(ids[0], 1);
  assert.deepEqual(names(list), ["c", "a", "b"]);
  for (let step = 0; step < 3; step += 1) list.move(ids[1], -1);
  assert.deepEqual(names(list), ["b", "c", "a"]);
});

test("two who move and remove at once end with the same list", () => {
  const { doc, list, ids } = listOf("a", "b", "c");
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  const theirs = new MeetingList(other);
  list.move(ids[2], -1);
  theirs.move(ids[0], 1);
  theirs.remove(ids[1]);
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  assert.deepEqual(names(list), names(theirs));
  assert.equal(list.all().length, 2);
});

test("a link leads only where a reader can follow", () => {
  assert.equal(normalHref(" https://skr.se/x "), "https://skr.se/x");
  assert.equal(normalHref("skr.se"), "https://skr.se");
  assert.equal(normalHref("asa@kommun.example"), "mailto:asa@kommun.example");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc", "skr", "", "https://", "vbscript:x.y"]) {
    assert.equal(normalHref(bad), null, bad);
  }
});
