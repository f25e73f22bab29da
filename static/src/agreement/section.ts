// One section of the text: its editor, its toolbar, and the read view that they take the place of.
import { DOMSerializer } from "prosemirror-model";
import { EditorState, type Transaction } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { initProseMirrorDoc, yCursorPlugin, ySyncPlugin, yUndoPlugin } from "y-prosemirror";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { encodeAnchor, type Place, quoteOf } from "./anchors";
import { buildCaret, buildSelection } from "./carets";
import { element, freshId } from "./dom";
import { keyPlugins } from "./keys";
import { passagePlugin } from "./passages";
import { schema } from "./schema";
import { Toolbar } from "./toolbar";

/** More than this at once would not fit into one message to the server. */
const LONGEST_PASTE = 60_000;

export interface Remark {
  anchor: string;
  quote: string;
}

export interface Surroundings {
  doc: Y.Doc;
  awareness: Awareness;
  mayWrite: boolean;
  /** False once the text is locked, or no longer one's own to write. */
  isOpen: () => boolean;
  helpId: string;
  comment: ((key: string, remark: Remark) => void) | null;
  onFocus: (key: string | null) => void;
  tooLong: () => void;
}

export class Section {
  readonly key: string;
  readonly heading: string;
  readonly view: EditorView;
  private readonly toolbar: Toolbar | null;

  constructor(
    readonly root: HTMLElement,
    readonly headingElement: HTMLElement,
    private readonly around: Surroundings,
  ) {
    this.key = root.dataset.section ?? "";
    this.heading = headingElement.textContent?.trim() ?? "";
    const id = freshId("editor");
    const comment = around.comment ? (view: EditorView) => this.comment(view) : null;
    const toolbar = around.mayWrite ? new Toolbar(this.heading, id, comment) : null;
    this.toolbar = toolbar;
    const place = element("div", { class: "writing" });
    this.view = new EditorView(place, {
      state: this.begin(comment),
      editable: () => around.mayWrite && around.isOpen() && !this.isWrittenAlone,
      attributes: this.attributes(id),
      // The binding dispatches already while the view is being made: `this` is the view.
      dispatchTransaction(this: EditorView, transaction: Transaction) {
        this.updateState(this.state.apply(transaction));
        toolbar?.update(this.state);
      },
      handlePaste: (_view, _event, slice) => this.refuseLongPaste(slice.content.size),
      transformPastedHTML: withoutWhatIsRefused,
      scrollMargin: { top: 90, bottom: 110, left: 0, right: 0 },
      scrollThreshold: { top: 90, bottom: 110, left: 0, right: 0 },
    });
    this.toolbar?.attach(this.view);
    this.takeTheReadViewsPlace(place);
    this.refresh();
  }

  /** Each of the two writes this section in a draft of their own first: here it is only read. */
  get isWrittenAlone(): boolean {
    return this.root.querySelector("[data-silent]") !== null;
  }

  /** What stands in the editor, as HTML. */
  get written(): Iterable<Node> {
    return DOMSerializer.fromSchema(schema).serializeFragment(this.view.state.doc.content).childNodes;
  }

  /** Asks again whether the text may be written. */
  refresh(): void {
    if (this.toolbar) this.toolbar.dom.hidden = this.isWrittenAlone;
    this.view.setProps({});
  }

  private attributes(id: string): Record<string, string> {
    const labels = { "aria-labelledby": this.headingElement.id, "aria-describedby": this.around.helpId };
    const role = { role: "textbox", "aria-multiline": "true", "aria-readonly": String(!this.around.mayWrite) };
    return { id, ...role, ...labels, class: "written", lang: "sv", spellcheck: "true", ...this.tabStop() };
  }

  /** Who only reads can still come here by keyboard, to read with a caret of their own. */
  private tabStop(): Record<string, string> {
    return this.around.mayWrite ? {} : { tabindex: "0" };
  }

  private begin(comment: ((view: EditorView) => void) | null): EditorState {
    const fragment = this.around.doc.getXmlFragment(`s:${this.key}`);
    const { doc, mapping } = initProseMirrorDoc(fragment, schema);
    const carets = yCursorPlugin(this.around.awareness, {
      cursorBuilder: buildCaret,
      selectionBuilder: buildSelection,
    });
    const keys = keyPlugins({ toToolbar: () => this.toolbar?.focus(), comment });
    const plugins = [ySyncPlugin(fragment, { mapping }), carets, yUndoPlugin(), ...keys, passagePlugin];
    return EditorState.create({ schema, doc, plugins });
  }

  private takeTheReadViewsPlace(place: HTMLElement): void {
    if (this.toolbar) place.prepend(this.toolbar.dom);
    const readView = this.root.querySelector<HTMLElement>("[data-read-view]");
    if (readView) {
      readView.hidden = true;
      readView.after(place);
    } else this.headingElement.after(place);
    place.addEventListener("focusin", () => this.setActive(place, true));
    place.addEventListener("focusout", (event) => {
      if (!place.contains(event.relatedTarget as Node | null)) this.setActive(place, false);
    });
  }

  private setActive(place: HTMLElement, active: boolean): void {
    place.classList.toggle("writing--active", active);
    this.around.onFocus(active ? this.key : null);
  }

  private comment(view: EditorView): void {
    const { from, to, empty } = view.state.selection;
    const place: Place = { from, to };
    const remark = empty
      ? { anchor: "", quote: "" }
      : { anchor: encodeAnchor(view.state, place), quote: quoteOf(view.state.doc, place) };
    this.around.comment?.(this.key, remark);
  }

  private refuseLongPaste(size: number): boolean {
    if (size <= LONGEST_PASTE) return false;
    this.around.tooLong();
    return true;
  }
}

/**
 * Our policy refuses style attributes and inline scripts even in a document that is only read from, and says so for each.
 * What styles tell of bold and italic is read from another attribute (schema.ts).
 */
function withoutWhatIsRefused(html: string): string {
  return html
    .replace(/<style[\s>][\s\S]*?<\/style>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(/\sstyle\s*=/gi, " data-look=").replace(/\son[a-z]+\s*=/gi, " data-off="),
    );
}
