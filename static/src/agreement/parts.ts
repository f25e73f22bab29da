// Parts of the page that the server renders (comments, marks, who has read) are fetched anew when they change, and forms
// among them are posted without leaving the page. Without script the same forms work as any form.
//
// One request at a time: posts go in the order in which they were pressed, each after the answer to the one before, and
// nothing is fetched anew while they do. So no answer that is shown is older than what it takes the place of.
//
// The text as the server renders it is a part too, hidden behind its editor: it is always fetched together with the hash
// that is made of it, and so tells what words a mark "överens" with that hash would stand for.
import type { Announcer } from "./announcer";
import { pause } from "./backoff";
import type { Session, Standing } from "./session";
import { spellPage } from "./spelling";

const GATHER = 250;
/** After the last change of the text: what is marked and agreed follows it. */
const QUIET = 1_500;
/** A mark waits so long for the server to have, and to show, what was written just before it. */
const PATIENCE = 3_000;
/** What waits behind a request that is never answered goes on after this. */
const GIVE_UP_AFTER = 15_000;

const NOT_FOUND = 404;
/** What is answered to a page whose person is not, or no longer, logged in and in the room. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, NOT_FOUND, 412]);
const OFFLINE = "Du är frånkopplad just nu. Försök igen om en stund.";
const NOT_TAKEN = "Servern kunde inte ta emot det. Försök igen om en stund.";
const WHY_REFUSED: Readonly<Partial<Record<Standing, string>>> = {
  "logged-out":
    "Du är utloggad. Det du har skrivit finns kvar här. Logga in i en annan flik och försök sedan igen här.",
  "other-person":
    "Någon annan är inloggad i den här webbläsaren. Inget är skickat, och det du har skrivit finns kvar här. Logga in som dig själv i en annan flik och försök sedan igen här.",
  "no-access": "Du har inte längre tillgång till den här överenskommelsen. Inget är skickat.",
  unreachable: OFFLINE,
};

/** The text beside which the parts stand. */
export interface Text {
  /** What somebody has in front of them below that heading; null while there is no editor and the page itself is read. */
  seen: (key: string) => string | null;
  whenSaved: (patience: number) => Promise<boolean>;
}

/** A form as it was when it was pressed. */
interface Post {
  action: string;
  data: FormData;
  /** The name of the part that it stands in. */
  from: string;
  /** The section that it is about. */
  key: string;
  /** For a mark: what was in front of the person who pressed. */
  seen: string | null;
}

interface Answer {
  response: Response;
  html: string;
}

export class Parts {
  private soon = 0;
  private quiet = 0;
  private failures = 0;
  /** Something may have changed since what is shown was asked for. */
  private isDue = false;
  private asking: AbortController | null = null;
  /** The addresses of the forms that are on their way, or wait for others to be: a second press sends nothing. */
  private readonly sending = new Set<string>();
  private line: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly root: HTMLElement,
    private readonly announcer: Announcer,
    private readonly text: Text,
    private readonly session: Session,
  ) {
    // Before others hear of it: to them it looks as if nothing was sent.
    document.addEventListener("submit", (event) => void this.onSubmit(event), true);
    document.addEventListener("visibilitychange", () => this.catchUp());
    window.addEventListener("beforeunload", (event) => {
      if (this.sending.size > 0) event.preventDefault();
    });
  }

  onRefreshed(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Several notices at once cost one fetch, and nothing that follows puts it off. */
  refreshSoon(): void {
    this.soon ||= window.setTimeout(() => {
      this.soon = 0;
      void this.refresh();
    }, GATHER);
  }

  refreshWhenQuiet(silence = QUIET): void {
    window.clearTimeout(this.quiet);
    this.quiet = window.setTimeout(() => void this.refresh(), silence);
  }

  /** Not while nobody looks: what is fetched counts as read. */
  private async refresh(): Promise<void> {
    this.isDue = document.visibilityState !== "visible" || this.sending.size > 0 || this.asking !== null;
    if (this.isDue) return;
    const answer = await this.ask(window.location.href, GIVE_UP_AFTER);
    this.show(answer);
    this.failures = answer && answer.response.status < 500 ? 0 : this.failures + 1;
    // Also when a press took its place: that may be answered by another page, or not at all.
    if (this.failures > 0) this.refreshWhenQuiet(QUIET + pause(this.failures, Math.random));
    this.catchUp();
  }

  private catchUp(): void {
    if (this.isDue && this.sending.size === 0) this.refreshSoon();
  }

  /** What is being fetched when something else is asked for is not waited for: the new answer is the newer one. */
  private async ask(url: string, patience: number, body: FormData | null = null): Promise<Answer | null> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const timer = window.setTimeout(() => asking.abort(), patience);
    const method = body ? "POST" : "GET";
    const headers = { ...this.session.headers, Accept: "text/html" };
    try {
      const response = await fetch(url, { method, body, headers, signal: asking.signal });
      return { response, html: await response.text() };
    } catch {
      return null;
    } finally {
      window.clearTimeout(timer);
      if (this.asking === asking) this.asking = null;
    }
  }

  /** This page as it is now; another one (to log in) shows nothing. */
  private show(answer: Answer | null): void {
    if (answer?.response.ok && !answer.response.redirected) this.replace(answer.html);
  }

  /** Puts the new parts in place of the old, except one in which somebody is writing or has an error to mend. */
  private replace(html: string, sent: Post | null = null): Document {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const old of this.root.querySelectorAll<HTMLElement>("[data-part]")) {
      const name = old.dataset.part ?? "";
      const fresh = partOf(page, name);
      if (!fresh || (name !== sent?.from && isInUse(old))) continue;
      swap(old, document.importNode(fresh, true), name === sent?.from ? sent.action : "");
    }
    // What stayed as it was (somebody writes there) can be sent with the new token too.
    this.session.adopt(page);
    this.showSending();
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
    const data = new FormData(form, event.submitter);
    const key = part.closest<HTMLElement>("[data-section]")?.dataset.section ?? "";
    this.showSending();
    // The editor reads what was typed in this very moment as soon as this moment is over.
    await null;
    const seen = data.get("do") === "mark" ? this.text.seen(key) : null;
    const post = { action, data, from: part.dataset.part ?? "", key, seen };
    this.line = this.line.finally(() => this.send(post));
  }

  /** The words of a button stay while it works: it is known by them. What is on its way cannot be written on. */
  private showSending(): void {
    for (const form of this.root.querySelectorAll<HTMLFormElement>("[data-part] form")) {
      const isSending = this.sending.has(form.action);
      for (const field of form.querySelectorAll("textarea")) field.readOnly = isSending;
      for (const button of form.querySelectorAll("button")) {
        for (const state of ["aria-busy", "aria-disabled"]) {
          if (isSending) button.setAttribute(state, "true");
          else button.removeAttribute(state);
        }
      }
    }
  }

  private async send(post: Post): Promise<void> {
    if (post.seen !== null) post.data.set("hash", await this.hashOf(post.key, post.seen));
    const { answer, standing } = await this.post(post);
    this.sending.delete(post.action);
    if (!answer || !isPage(answer.response)) this.failed(answer, standing, post);
    else if (staysHere(answer.response)) this.finish(answer.html, post);
    else window.location.assign(answer.response.url);
    this.catchUp();
  }

  /** A form holds a token from before the last log-in: refused, it is sent once more with one of now. */
  private async post({ action, data }: Post): Promise<{ answer: Answer | null; standing: Standing }> {
    const answer = await this.ask(action, GIVE_UP_AFTER, data);
    if (!answer || !REFUSALS.has(answer.response.status)) return { answer, standing: "same" };
    const standing = await this.session.renew();
    if (standing !== "same" || answer.response.status === NOT_FOUND) return { answer, standing };
    data.set("csrfmiddlewaretoken", this.session.token);
    return { answer: await this.ask(action, GIVE_UP_AFTER, data), standing };
  }

  /** A mark stands for the words that were in front of the person who pressed; where that is unclear, for none. */
  private async hashOf(key: string, seen: string): Promise<string> {
    const end = Date.now() + PATIENCE;
    const isSaved = await this.text.whenSaved(PATIENCE);
    if (isSaved && spellPage(this.root, key) !== seen) {
      this.show(await this.ask(window.location.href, end - Date.now()));
    }
    const field = partOf(this.root, `agreed-${key}`)?.querySelector<HTMLInputElement>("input[name=hash]");
    return spellPage(this.root, key) === seen ? (field?.value ?? "") : "";
  }

  private finish(html: string, post: Post): void {
    const page = this.replace(html, post);
    const now = partOf(this.root, post.from);
    if (now) showAnswer(now, page.querySelectorAll(".messages .notice"));
    // Who has gone on to something else meanwhile stays there.
    if (now && document.activeElement === document.body) focusPart(now);
    const said = page.querySelector(".messages, .error-summary, .field__error");
    const text = said?.textContent?.replace(/\s+/g, " ").trim();
    if (text) this.announcer.say(text, true);
  }

  private failed(answer: Answer | null, standing: Standing, { from }: Post): void {
    const text = answer ? (WHY_REFUSED[standing] ?? NOT_TAKEN) : OFFLINE;
    const now = partOf(this.root, from);
    if (now) showAnswer(now, [errorNotice(text)]);
    this.announcer.say(text, true);
    this.showSending();
    // The server may have taken it all the same.
    this.isDue = true;
  }
}

function partOf(page: ParentNode, name: string): HTMLElement | null {
  return page.querySelector<HTMLElement>(`[data-part="${CSS.escape(name)}"]`);
}

/** What came of a press, where it was pressed, until the next one there. The announcer says it, so it is no region. */
function showAnswer(part: HTMLElement, notices: Iterable<Element>): void {
  for (const old of part.querySelectorAll("[data-answer]")) old.remove();
  for (const notice of [...notices].reverse()) {
    const copy = document.importNode(notice, true);
    copy.setAttribute("data-answer", "");
    copy.querySelector("[role=status]")?.removeAttribute("role");
    part.prepend(copy);
  }
}

function errorNotice(text: string): HTMLElement {
  const line = document.createElement("p");
  line.textContent = text;
  const body = document.createElement("div");
  body.className = "notice__body";
  body.append(line);
  const notice = document.createElement("section");
  notice.className = "notice notice--error";
  notice.append(body);
  return notice;
}

function isPage({ ok, status, headers }: Response): boolean {
  return (ok || status === 422) && (headers.get("Content-Type") ?? "").startsWith("text/html");
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

/**
 * What was unfolded or hidden stays so, and the focus stays where it was: nobody's keys may fall into nothing. Where a form
 * was sent, what came of it is read from its beginning, and the other forms that somebody has begun to fill in go along.
 */
function swap(old: HTMLElement, fresh: HTMLElement, sent: string): void {
  const focused = document.activeElement;
  let successor = sent ? null : successorOf(focused, old, fresh);
  for (const details of old.querySelectorAll<HTMLDetailsElement>("details[id][open]")) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
  if (!sent) fresh.prepend(...old.querySelectorAll("[data-answer]"));
  for (const form of old.querySelectorAll("form")) {
    if (form.action === sent || !isInUse(form)) continue;
    if (form.contains(focused)) successor = focused as HTMLElement;
    [...fresh.querySelectorAll("form")].find(({ action }) => action === form.action)?.replaceWith(form);
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
