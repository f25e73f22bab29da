// What the toolbar and the keys do with a section's text.
import { toggleMark } from "prosemirror-commands";
import type { Attrs, MarkType, NodeType } from "prosemirror-model";
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list";
import type { Command, EditorState, Transaction } from "prosemirror-state";
import { schema } from "./schema";

const DEEPEST_LIST = 6;

function typeOfNode(name: "bullet_list" | "ordered_list" | "list_item"): NodeType {
  return schema.nodes[name] as NodeType;
}

function typeOfMark(name: "strong" | "em" | "link"): MarkType {
  return schema.marks[name] as MarkType;
}

export const bulletList = typeOfNode("bullet_list");
export const orderedList = typeOfNode("ordered_list");
export const listItem = typeOfNode("list_item");
export const link = typeOfMark("link");
const strong = typeOfMark("strong");
const em = typeOfMark("em");

export const toggleStrong = toggleMark(strong);
export const toggleEm = toggleMark(em);

function hasMark(state: EditorState, type: MarkType): boolean {
  const { from, to, empty, $from } = state.selection;
  if (empty) return Boolean(type.isInSet(state.storedMarks ?? $from.marks()));
  return state.doc.rangeHasMark(from, to, type);
}

export const isStrong = (state: EditorState): boolean => hasMark(state, strong);
export const isEm = (state: EditorState): boolean => hasMark(state, em);

/** The innermost list around the selection: where it begins, its kind, and how many lists are around it. */
function listAround(state: EditorState): { at: number; type: NodeType } | null {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const { type } = $from.node(depth);
    if (type === bulletList || type === orderedList) return { at: $from.before(depth), type };
  }
  return null;
}

export const isIn = (state: EditorState, type: NodeType): boolean => listAround(state)?.type === type;
export const isInList = (state: EditorState): boolean => listAround(state) !== null;

/** Into a list, from one kind of list to the other, or out of it. */
export function toggleList(type: NodeType): Command {
  return (state, dispatch) => {
    const around = listAround(state);
    // Who chose bold and then a list goes on in bold.
    const keep = dispatch && ((change: Transaction) => dispatch(change.setStoredMarks(state.storedMarks)));
    if (!around) return wrapInList(type)(state, keep);
    if (around.type === type) return liftListItem(listItem)(state, keep);
    keep?.(state.tr.setNodeMarkup(around.at, type));
    return true;
  };
}

function listDepth(state: EditorState): number {
  const { $from } = state.selection;
  let lists = 0;
  for (let depth = $from.depth; depth > 0; depth -= 1) if ($from.node(depth).type === listItem) lists += 1;
  return lists;
}

export const indent: Command = (state, dispatch) =>
  listDepth(state) < DEEPEST_LIST && sinkListItem(listItem)(state, dispatch);

export const outdent: Command = liftListItem(listItem);

/** The link that the selection stands in, with all of its text. */
export function linkAround(state: EditorState): { from: number; to: number; href: string } | null {
  const { $from } = state.selection;
  const mark = link.isInSet($from.marks()) ?? link.isInSet($from.nodeAfter?.marks ?? []);
  if (!mark) return null;
  const start = $from.start();
  let found: { from: number; to: number } | null = null;
  $from.parent.forEach((node, offset) => {
    if (!mark.isInSet(node.marks)) return;
    const [from, to] = [start + offset, start + offset + node.nodeSize];
    found = found && found.to === from ? { from: found.from, to } : (found ?? { from, to });
  });
  return found ? { ...(found as { from: number; to: number }), href: (mark.attrs as { href: string }).href } : null;
}

/** Links what is selected, changes the link one stands in, or writes the address when there is nothing to link. */
export function setLink(href: string): Command {
  return (state, dispatch) => {
    const around = linkAround(state);
    const { from, to, empty } = state.selection;
    const attributes: Attrs = { href };
    const mark = link.create(attributes);
    if (around && empty)
      dispatch?.(state.tr.removeMark(around.from, around.to, link).addMark(around.from, around.to, mark));
    else if (empty) dispatch?.(state.tr.replaceSelectionWith(schema.text(href.replace(/^mailto:/, ""), [mark]), false));
    else dispatch?.(state.tr.addMark(from, to, mark));
    return true;
  };
}

export const removeLink: Command = (state, dispatch) => {
  const { from, to } = linkAround(state) ?? state.selection;
  dispatch?.(state.tr.removeMark(from, to, link));
  return true;
};
