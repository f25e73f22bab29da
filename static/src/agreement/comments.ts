// Comments beside the text: their passages are marked in it, and a new one begins from what is selected.
import type { Announcer } from "./announcer";
import { lostPassages, type Passage, showPassages } from "./passages";
import type { Remark, Section } from "./section";

export class Comments {
  constructor(
    private readonly sections: ReadonlyMap<string, Section>,
    private readonly announcer: Announcer,
  ) {
    for (const section of sections.values()) section.view.dom.addEventListener("click", (event) => this.onClick(event));
    this.show();
  }

  /** After each refresh of the page's parts. */
  show(): void {
    for (const section of this.sections.values()) {
      const threads = [...section.root.querySelectorAll<HTMLElement>("[data-thread]")];
      showPassages(section.view, threads.flatMap(passageOf));
      const lost = new Set(lostPassages(section.view.state));
      for (const thread of threads) {
        const note = thread.querySelector<HTMLElement>("[data-lost]");
        if (note) note.hidden = !lost.has(thread.dataset.thread ?? "");
      }
    }
  }

  /** Opens the form beside the section, with the quoted words in it. */
  begin(key: string, remark: Remark): void {
    const root = this.sections.get(key)?.root;
    const form = root?.querySelector<HTMLFormElement>("form[data-comment-form]");
    if (!form) return;
    form.closest("details")?.setAttribute("open", "");
    setField(form, "anchor", remark.anchor);
    setField(form, "quote", remark.quote);
    const shown = form.querySelector<HTMLElement>("[data-quote]");
    if (shown) {
      shown.hidden = !remark.quote;
      shown.replaceChildren(remark.quote);
    }
    const field = form.querySelector<HTMLTextAreaElement>("textarea");
    field?.focus();
    this.announcer.say(remark.quote ? `Kommentera: ${remark.quote}` : "Kommentera hela rubriken.");
  }

  /** A press on commented words leads the eye to what was said about them. */
  private onClick(event: MouseEvent): void {
    const words = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-thread-ref]") : null;
    if (!words) return;
    const thread = document.querySelector(`[data-thread="${CSS.escape(words.dataset.threadRef ?? "")}"]`);
    thread?.closest("details")?.setAttribute("open", "");
    thread?.scrollIntoView({ block: "nearest" });
    for (const other of document.querySelectorAll(".thread--pointed")) other.classList.remove("thread--pointed");
    thread?.classList.add("thread--pointed");
  }
}

function passageOf(thread: HTMLElement): Passage[] {
  const { thread: id, anchor, quote, resolved } = thread.dataset;
  if (!id || resolved !== undefined || !(anchor || quote)) return [];
  return [{ thread: id, anchor: anchor ?? "", quote: quote ?? "" }];
}

function setField(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
}
