// What a section says, spelled so that two ways of showing it can be compared: the HTML of the server and the document of
// the editor. What the server leaves out of its canonical content (agreements/collaboration/content.py) is left out on
// both sides, so nothing that it may or may not keep can make equal words look different.

type Token = [kind: string, text: string];

interface Look {
  bold: boolean;
  italic: boolean;
  href: string;
}

const PLAIN: Look = { bold: false, italic: false, href: "" };
const PARAGRAPH = "P";
const ITEM = "LI";
const LISTS = ["UL", "OL"];
const DEEPEST = 8;
const LONGEST_ADDRESS = 2000;
const ADDRESS = /^(https?:\/\/[^\s/?#[\]]+|mailto:[^\s?#]+)\S*$/i;

/** The paragraphs and lists, and the rows of the meetings as cells. */
export function spell(blocks: Iterable<Node>, rows: string[][] = []): string {
  const tokens: Token[] = [];
  for (const block of blocks) add(block, PLAIN, 1, tokens);
  dropEmptyEnd(tokens);
  const lines = rows.map((cells) => cells.map((cell) => clean(cell).trim()));
  // How often (the third cell) always says something.
  return JSON.stringify([tokens, lines.filter(([what, who, _often, preparing]) => what || who || preparing)]);
}

/** What the page that the server rendered says below that heading. */
export function spellPage(page: ParentNode, key: string): string {
  const view = page.querySelector(`[data-section="${CSS.escape(key)}"] [data-read-view]`);
  // Hints have a class; what somebody wrote has none.
  const blocks = view?.querySelectorAll(":scope > :is(p, ul, ol):not([class])") ?? [];
  const rows = [...(view?.querySelectorAll<HTMLTableRowElement>("tbody tr") ?? [])];
  return spell(
    blocks,
    rows.map((row) => [...row.cells].map((cell) => cell.textContent ?? "")),
  );
}

function add(node: Node, look: Look, depth: number, tokens: Token[]): void {
  const name = node.nodeName;
  if (name === "#text") addText(node.nodeValue ?? "", look, tokens);
  else if (LISTS.includes(name)) addList(node, depth, tokens);
  else {
    if (name === PARAGRAPH) beginParagraph(tokens);
    for (const child of node.childNodes) add(child, lookOf(node, look), depth, tokens);
  }
}

/** The first paragraph of an item is the item. */
function beginParagraph(tokens: Token[]): void {
  if (lastOf(tokens)?.[0] !== ITEM) tokens.push([PARAGRAPH, ""]);
}

function addList(list: Node, depth: number, tokens: Token[]): void {
  if (depth > DEEPEST) return;
  tokens.push([list.nodeName, ""]);
  for (const item of list.childNodes) {
    tokens.push([ITEM, ""]);
    for (const child of item.childNodes) add(child, PLAIN, depth + 1, tokens);
    dropEmptyEnd(tokens);
  }
  tokens.push([`/${list.nodeName}`, ""]);
}

function dropEmptyEnd(tokens: Token[]): void {
  while (lastOf(tokens)?.[0] === PARAGRAPH) tokens.pop();
}

function lastOf(tokens: Token[]): Token | undefined {
  return tokens[tokens.length - 1];
}

function addText(text: string, look: Look, tokens: Token[]): void {
  const kind = `${look.bold ? "b" : ""}${look.italic ? "i" : ""}:${look.href}`;
  const last = lastOf(tokens);
  if (last?.[0] === kind) last[1] = clean(last[1] + text);
  else if (clean(text)) tokens.push([kind, clean(text)]);
}

function lookOf(node: Node, look: Look): Look {
  if (node.nodeName === "STRONG") return { ...look, bold: true };
  if (node.nodeName === "EM") return { ...look, italic: true };
  return node.nodeName === "A" ? { ...look, href: hrefOf(node as Element) } : look;
}

/** An address that the server surely keeps; another one is compared by its words alone. */
function hrefOf(link: Element): string {
  const href = clean(link.getAttribute("href") ?? "").trim();
  return ADDRESS.test(href) && href.length <= LONGEST_ADDRESS && href.normalize("NFKC") === href ? href : "";
}

function clean(text: string): string {
  return text
    .replace(/[\t\n]/g, " ")
    .replace(/[\p{Cc}\p{Cs}]/gu, "")
    .normalize("NFC");
}
