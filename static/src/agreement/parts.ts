// Parts of the page that the server renders (comments, marks, who has read) are fetched anew when they change, and forms
// among them are posted without leaving the page. Without script the same forms work as any form.
import type { Announcer } from "./announcer";

const GATHER = 250;
/** After the last change of the text: what is marked and agreed follows it. */
const QUIET = 1_500;

export class Parts {
  private timer = 0;
  private isDue = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly root: HTMLElement,
    private readonly announcer: Announcer,
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
    const response = await fetch(window.location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (response?.ok && !response.redirected) this.replace(await response.text());
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
    const data = new FormData(form, event.submitter);
    const response = await fetch(form.action, { method: "POST", body: data }).catch(() => null);
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

/** What was unfolded stays so, and the focus stays where it was: nobody's keys may fall into nothing. */
function swap(old: HTMLElement, fresh: HTMLElement): void {
  const successor = successorOf(document.activeElement, old, fresh);
  for (const details of old.querySelectorAll<HTMLDetailsElement>("details[id][open]")) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
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
