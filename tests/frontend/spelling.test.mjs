// The same words are spelled the same, whether they stand in the editor or in the page of the server; others are not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DOMSerializer } from "prosemirror-model";
import { schema } from "../../static/src/agreement/schema";
import { spell } from "../../static/src/agreement/spelling";

/** As little of a document as is needed to make HTML and to read it. */
class Made {
  childNodes = [];
  attributes = new Map();
  constructor(nodeName, nodeValue = null) {
    this.nodeName = nodeName;
    this.nodeValue = nodeValue;
  }
  get nodeType() {
    return this.nodeName === "#text" ? 3 : 1;
  }
  appendChild(child) {
    this.childNodes.push(child);
    return child;
  }
  setAttribute(name, value) {
    this.attributes.set(name, value);
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
}
const maker = {
  createElement: (name) => new Made(name.toUpperCase()),
  createTextNode: (text) => new Made("#text", text),
  createDocumentFragment: () => new Made("#document-fragment"),
};

const made = (child) => (typeof child === "string" ? maker.createTextNode(child) : child);
const element =
  (name) =>
  (...children) => {
    const one = maker.createElement(name);
    for (const child of children) one.appendChild(made(child));
    return one;
  };
const [p, ul, ol, li, strong, em] = ["p", "ul", "ol", "li", "strong", "em"].map(element);
const a = (href, ...children) => {
  const link = element("a")(...children);
  link.setAttribute("href", href);
  return link;
};

// --- The editor's side -----------------------------------------------------------------------------------------------
const node = (type, ...content) => schema.node(type, null, content);
const text = (letters, ...marks) => schema.text(letters, marks.map((mark) => (typeof mark === "string" ? schema.mark(mark) : mark)));
const link = (href) => schema.mark("link", { href });
const par = (...content) => node("paragraph", ...content);
const item = (...content) => node("list_item", ...content);
const bullets = (...items) => node("bullet_list", ...items);

function editor(...blocks) {
  const doc = node("doc", ...blocks);
  doc.check();
  return spell(DOMSerializer.fromSchema(schema).serializeFragment(doc.content, { document: maker }).childNodes);
}

const deep = (depth, wrap, end) => (depth === 0 ? end : wrap(deep(depth - 1, wrap, end)));

for (const [what, shown, rendered] of [
  ["nothing", [par()], []],
  ["empty lines at the end", [par(text("a")), par(), par()], [p("a")]],
  ["empty lines in the middle", [par(), par(text("a")), par(), par(text("b"))], [p(), p("a"), p(), p("b")]],
  ["looks within looks", [par(text("a", "em", "strong"), text("b", "em"))], [p(strong(em("a")), em("b"))]],
  ["decomposed letters, tabs and control characters", [par(text("A\u030a\tb\u0007"))], [p("\u00c5 b")]],
  ["letters put together across a control character", [par(text("e"), text("\u0007", "strong"), text("\u0301"))], [p("\u00e9")]],
  ["a link", [par(text("x", link("https://skr.se/?a=1")))], [p(a("https://skr.se/?a=1", "x"))]],
  ["links that the server leaves out", [par(text("x", link("https://[y")), text("z", link("https:///")))], [p("xz")]],
  ["a list", [bullets(item(par(text("a"))), item(par()))], [ul(li("a"), li())]],
  ["more in an item", [bullets(item(par(text("a")), par(text("b")), par()))], [ul(li("a", p("b")))]],
  ["an item that begins with nothing", [bullets(item(par(), bullets(item(par(text("a"))))))], [ul(li(ul(li("a"))))]],
  ["an item whose first blanks look plain", [bullets(item(par(text(" "), text("a", "strong"))))], [ul(li(" ", strong("a")))]],
  ["lists that are too deep", [deep(9, (inner) => bullets(item(par(), inner)), par(text("a")))], [deep(8, (inner) => ul(inner ? li(inner) : li()), null)]],
]) {
  test(`${what}: the same on both sides`, () => assert.equal(editor(...shown), spell(rendered)));
}

test("other words, looks, addresses, kinds, places or orders are spelled otherwise", () => {
  const spellings = [
    [p("ab")],
    [p("a"), p("b")],
    [p("a"), p(), p("b")],
    [p("a "), p("b")],
    [p("a", strong("b"))],
    [p(strong("ab"))],
    [p(em("ab"))],
    [p(a("https://skr.se", "ab"))],
    [p(a("https://skl.se", "ab"))],
    [ul(li("a"), li("b"))],
    [ul(li("b"), li("a"))],
    [ol(li("a"), li("b"))],
    [ul(li("a", p("b")))],
    [ul(li("a", ul(li("b"))))],
    [ul(li("a")), p("b")],
    [ul(li("a")), ul(li("b"))],
  ].map((blocks) => spell(blocks));
  assert.equal(new Set(spellings).size, spellings.length);
});

test("rows of meetings: blanks at ends and rows without a word are nothing, all else counts", () => {
  const row = ["Möte", "Alla", "varje vecka", "Åsa"];
  assert.equal(spell([], [[" Mo\u0308te", "Alla ", "varje vecka", "Åsa"], ["", " ", "varje månad", ""]]), spell([], [row]));
  const others = row.map((_cell, place) => row.map((cell, at) => (at === place ? "annat" : cell)));
  assert.equal(new Set([[], [row], [row, row], ...others.map((one) => [one])].map((rows) => spell([], rows))).size, 7);
});
