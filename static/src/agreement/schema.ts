// What a section may hold. The names are the contract with the server, which builds the canonical content from them.
import { type Attrs, type DOMOutputSpec, type MarkSpec, type NodeSpec, Schema } from "prosemirror-model";

const ALLOWED = /^(https?:\/\/|mailto:)\S+$/i;

/** The address as it will be kept, or null when it is none that a reader could follow. */
export function normalHref(typed: string): string | null {
  const text = typed.trim();
  if (ALLOWED.test(text)) return text;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  return /^[^\s:/]+\.[^\s:]{2,}$/.test(text) ? `https://${text}` : null;
}

const nodes: Record<string, NodeSpec> = {
  doc: { content: "block+" },
  paragraph: { group: "block", content: "inline*", parseDOM: [{ tag: "p" }], toDOM: (): DOMOutputSpec => ["p", 0] },
  bullet_list: {
    group: "block",
    content: "list_item+",
    parseDOM: [{ tag: "ul" }],
    toDOM: (): DOMOutputSpec => ["ul", 0],
  },
  ordered_list: {
    group: "block",
    content: "list_item+",
    parseDOM: [{ tag: "ol" }],
    toDOM: (): DOMOutputSpec => ["ol", 0],
  },
  list_item: {
    content: "paragraph block*",
    defining: true,
    parseDOM: [{ tag: "li" }],
    toDOM: (): DOMOutputSpec => ["li", 0],
  },
  text: { group: "inline" },
};

// Pasted style attributes arrive as data-look (section.ts). Some programs write "not bold" on a <b>.
const looks = (pattern: RegExp, expected: boolean) => (element: HTMLElement) =>
  pattern.test(element.dataset.look ?? "") === expected && null;
const LIGHT = /font-weight\s*:\s*(normal|[1-5]00)/i;
const BOLD = /font-weight\s*:\s*(bold|[6-9]00)/i;
const ITALIC = /font-style\s*:\s*italic/i;

const marks: Record<string, MarkSpec> = {
  link: {
    attrs: { href: {} },
    inclusive: false,
    parseDOM: [{ tag: "a[href]", getAttrs: (element): Attrs | false => readHref(element) }],
    toDOM: (mark): DOMOutputSpec => ["a", { href: mark.attrs.href as string, rel: "noopener noreferrer" }, 0],
  },
  em: {
    parseDOM: [
      { tag: "i" },
      { tag: "em" },
      { tag: "span[data-look]", consuming: false, getAttrs: looks(ITALIC, true) },
    ],
    toDOM: (): DOMOutputSpec => ["em", 0],
  },
  strong: {
    parseDOM: [
      { tag: "strong" },
      { tag: "b", getAttrs: looks(LIGHT, false) },
      { tag: "span[data-look]", consuming: false, getAttrs: looks(BOLD, true) },
    ],
    toDOM: (): DOMOutputSpec => ["strong", 0],
  },
};

function readHref(element: HTMLElement): Attrs | false {
  const href = normalHref(element.getAttribute("href") ?? "");
  return href ? { href } : false;
}

export const schema = new Schema({ nodes, marks });
