// Parts of the page that the server renders (comments, marks, who has read) are fetched anew when they change, and forms
// among them are posted without leaving the page. Without script the same forms work as any form.
//
// The text as the server renders it is a part too, hidden behind its editor: it is always fetched together with the hash
// that is made of it, and so tells what words a mark "överens" with that hash would stand for.
import { markBusy } from "../enhance/busy";
import type { Announcer } from "./announcer";
import { spellPage } from "./spelling";

const GATHER = 250;
/** After the last change of the text: what is marked and agreed follows it. */
const QUIET = 1_500;
/** A mark waits so long for the server to have, and to show, what was written just before it. */
const PATIENCE = 3_000;

/** The text beside which the parts stand. */
export interface Text {
  /** What somebody has in front of them below that heading; null while there is no editor and the page itself is read. */
  seen: (key: string) => string | null;
  whenSaved: (patience: number) => Promise<boolean>;
}

export class Parts {
  private timer = 0;
  private isDue = false;
  /** The addresses of the forms that are under way: a second press sends nothing. */
  private readonly sending = new Set<string>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly root: HTMLElement,
    private readonly announcer: Announcer,
    private readonly text: Text,
  ) {
    // Before others hear of it: to them it looks as if nothing was sent.
    document.addEventListener("submit", (event) => void this.onSubmit(event), true);
    document.addEventListener("visibilitychange", () => {
      if (this.isDue) this.refreshSoon();
    });
  }

  onRefreshed(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Several notices at once cost one fetch. */
  refreshSoon(): void {
    this.refreshAfter(GATHER);
  }

  refreshWhenQuiet(): void {
    this.refreshAfter(QUIET);
  }

  /** Not while nobody looks: what is fetched counts as read. */
  private refreshAfter(pause: number): void {
    window.clearTimeout(this.timer);
    this.isDue = document.visibilityState !== "visible";
    if (!this.isDue) this.timer = window.setTimeout(() => void this.refresh(), pause);
  }

  private async refresh(): Promise<void> {
    const html = await fetchPage();
    // The answer to what is under way is newer; when none comes, this is still due.
    if (this.sending.size > 0) this.refreshSoon();
    else if (html) this.replace(html);
  }

  /** Puts the new parts in place of the old, except one in which somebody is writing or has an error to mend. */
  private replace(html: string, sentFrom: Element | null = null): Document {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const old of this.root.querySelectorAll<HTMLElement>("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${CSS.escape(old.dataset.part ?? "")}"]`);
      if (!fresh || (old !== sentFrom && isInUse(old))) continue;
      // What came of a form that was sent is read from its beginning.
      if (old === sentFrom && old.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
      swap(old, document.importNode(fresh, true) as HTMLElement);
    }
    for (const listener of this.listeners) listener();
    return page;
  }

  private async onSubmit(event: SubmitEvent): Promise<void> {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    const part = form.closest<HTMLElement>("[data-part]");
    if (!part || form.method !== "post" || !this.root.contains(form) || form.hasAttribute("data-leaves")) return;
    event.preventDefault();
    const { action } = form;
    if (this.sending.has(action)) return;
    this.sending.add(action);
    const release = markBusy(event.submitter, event.submitter?.dataset.busy ?? "Skickar …");
    try {
      const data = new FormData(form, event.submitter);
      if (data.get("do") === "mark") await this.bind(data, part);
      await this.send(action, data, part);
    } finally {
      this.sending.delete(action);
      release();
    }
  }

  /** A mark stands for the words that were in front of the person who pressed; where that is unclear, for none. */
  private async bind(data: FormData, part: HTMLElement): Promise<void> {
    const key = part.closest<HTMLElement>("[data-section]")?.dataset.section ?? "";
    const standsFor = spellPage(this.root, key);
    // The editor reads what was typed in this very moment as soon as this moment is over.
    await null;
    const seen = this.text.seen(key);
    if (seen === null) return;
    const late = new AbortController();
    const timer = window.setTimeout(() => late.abort(), PATIENCE);
    const isSaved = await this.text.whenSaved(PATIENCE);
    if (seen !== standsFor) data.set("hash", isSaved ? await freshHash(key, seen, late.signal) : "");
    window.clearTimeout(timer);
  }

  private async send(action: string, data: FormData, part: HTMLElement): Promise<void> {
    const response = await fetch(action, { method: "POST", body: data }).catch(() => null);
    const type = response?.headers.get("Content-Type") ?? "";
    if (!response || !type.startsWith("text/html") || !(response.ok || response.status === 422)) this.failed(response);
    else if (staysHere(response)) this.finish(await response.text(), part);
    else window.location.assign(response.url);
  }

  private finish(html: string, part: HTMLElement): void {
    const name = part.dataset.part ?? "";
    const said = this.replace(html, part).querySelector(".messages, .error-summary, .field__error");
    const now = this.root.querySelector<HTMLElement>(`[data-part="${CSS.escape(name)}"]`);
    if (now && !now.contains(document.activeElement)) focusPart(now);
    const text = said?.textContent?.replace(/\s+/g, " ").trim();
    if (text) this.announcer.say(text, true);
  }

  private failed(response: Response | null): void {
    const why = response ? "Servern kunde inte ta emot det." : "Du är frånkopplad just nu.";
    this.announcer.say(`${why} Försök igen om en stund.`, true);
  }
}

async function fetchPage(signal: AbortSignal | null = null): Promise<string> {
  const headers = { Accept: "text/html" };
  const response = await fetch(window.location.href, { headers, signal }).catch(() => null);
  return response?.ok && !response.redirected ? response.text().catch(() => "") : "";
}

/** The hash of the text as the server has it, when that is the text that was seen; else one that the server refuses. */
async function freshHash(key: string, seen: string, signal: AbortSignal): Promise<string> {
  const page = new DOMParser().parseFromString(await fetchPage(signal), "text/html");
  const field = page.querySelector<HTMLInputElement>(`[data-part="agreed-${CSS.escape(key)}"] input[name=hash]`);
  return spellPage(page, key) === seen ? (field?.value ?? "") : "";
}

/** The answer is this page again, or the refusal of what was posted; anything else is a page of its own. */
function staysHere(response: Response): boolean {
  return response.status === 422 || new URL(response.url).pathname === window.location.pathname;
}

function isInUse(part: HTMLElement): boolean {
  // A refusal stands until the form is sent again, whatever the other does meanwhile.
  if (part.querySelector(".field__error")) return true;
  const fields = [...part.querySelectorAll<HTMLTextAreaElement>("textarea, input:not([type=hidden])")];
  return fields.some((field) => field === document.activeElement || field.value !== field.defaultValue);
}

/** What was unfolded or hidden stays so, and the focus stays where it was: nobody's keys may fall into nothing. */
function swap(old: HTMLElement, fresh: HTMLElement): void {
  const successor = successorOf(document.activeElement, old, fresh);
  for (const details of old.querySelectorAll<HTMLDetailsElement>("details[id][open]")) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
  fresh.hidden = old.hidden;
  old.replaceWith(fresh);
  if (successor === fresh) focusPart(fresh);
  else successor?.focus({ preventScroll: true });
}

/** The new control in the place of the one that has the focus: by its id, else the same one in the row of its kind. */
function successorOf(focused: Element | null, old: HTMLElement, fresh: HTMLElement): HTMLElement | null {
  if (!focused || !old.contains(focused)) return null;
  if (focused === old) return fresh;
  if (focused.id) return fresh.querySelector<HTMLElement>(`#${CSS.escape(focused.id)}`) ?? fresh;
  const place = [...old.querySelectorAll(focused.localName)].indexOf(focused);
  return fresh.querySelectorAll<HTMLElement>(focused.localName)[place] ?? fresh;
}

function focusPart(part: HTMLElement): void {
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
}
