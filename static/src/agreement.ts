// The room of a pair: one editor for each section, kept in step with the server. Without this file the page can be read,
// commented and approved. The page tells everything by data attributes on #agreement.
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { Announcer } from "./agreement/announcer";
import { Comments } from "./agreement/comments";
import { prepareEmptyParagraphs } from "./agreement/empty-paragraphs";
import { keepLocally } from "./agreement/local";
import { MeetingList } from "./agreement/meeting-list";
import { Meetings } from "./agreement/meetings";
import { Parts } from "./agreement/parts";
import { Presence } from "./agreement/presence";
import { Provider } from "./agreement/provider";
import { Reading } from "./agreement/reading";
import { SaveState } from "./agreement/save-state";
import { Section, type Surroundings } from "./agreement/section";
import { spell } from "./agreement/spelling";
import { followKeyboard } from "./agreement/viewport";
import { browserWorld } from "./agreement/world";

const RELOADED = "agreement-reloaded-at";
const NOT_AGAIN_WITHIN = 30_000;

interface Settings {
  socketUrl: string;
  syncUrl: string;
  epoch: string;
  text: string;
  memberId: number;
  mayWrite: boolean;
}

function settingsOf(root: HTMLElement): Settings {
  const { socketUrl = "", syncUrl = "", epoch = "", document: text = "shared", memberId, mayWrite } = root.dataset;
  return {
    socketUrl: absoluteSocket(socketUrl),
    syncUrl,
    epoch,
    text,
    memberId: Number(memberId),
    mayWrite: mayWrite === "true",
  };
}

function absoluteSocket(address: string): string {
  const url = new URL(address, document.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

function part<T extends HTMLElement>(root: HTMLElement, name: string): T {
  const found = root.querySelector<T>(`[data-${name}]`);
  if (!found) throw new Error(`the room has no data-${name}`);
  return found;
}

class Room {
  private readonly doc = new Y.Doc();
  private readonly awareness = new Awareness(this.doc);
  private readonly sections = new Map<string, Section>();
  private readonly meetings = new Map<string, Meetings>();
  private readonly announcer: Announcer;
  private readonly provider: Provider;
  private readonly parts: Parts;
  private comments: Comments | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly settings: Settings,
  ) {
    const csrf = (): string => root.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
    prepareEmptyParagraphs(this.doc);
    this.announcer = new Announcer(part(root, "announcements"));
    this.provider = new Provider(this.doc, this.awareness, { ...settings, csrf }, browserWorld);
    this.parts = new Parts(root, this.announcer, {
      seen: (key) => this.spelled(key),
      whenSaved: (patience) => this.provider.whenSaved(patience),
    });
  }

  async open(): Promise<void> {
    const { settings } = this;
    const place = `samspel:${new URL(settings.socketUrl).pathname}:${settings.memberId}`;
    const copy = settings.mayWrite ? await keepLocally(this.doc, place, settings.epoch) : null;
    new SaveState(
      this.provider,
      part(this.root, "room-bar"),
      part(this.root, "save-state"),
      part(this.root, "retry"),
      this.announcer,
      copy !== null,
      settings.text === "silent",
    );
    this.provider.whenSynced(() => this.showEditors());
    this.provider.onState((state) => {
      if (state.stop === "other-epoch") void (copy?.forget() ?? Promise.resolve()).then(reloadOnce);
      if ((state.stop === "frozen" || state.stop === "forbidden") && !state.unsaved) void copy?.forget();
      if (state.phase === "stopped") for (const section of this.sections.values()) section.refresh();
    });
    this.provider.onNotice((notice) => {
      if (notice.kind === "changed") this.parts.refreshSoon();
    });
    this.followText();
    this.followNetwork();
    this.provider.connect();
  }

  /** What the person has in front of them in an editor. */
  private spelled(key: string): string | null {
    const section = this.sections.get(key);
    return section ? spell(section.written, this.meetings.get(key)?.written) : null;
  }

  /** What stands beside the text is about the text as it is now. Fetched when all is saved and nobody types. */
  private followText(): void {
    let isStale = false;
    let wasLive = true;
    this.doc.on("update", () => {
      isStale = this.provider.synced;
      if (isStale && !this.provider.state.unsaved) this.parts.refreshWhenQuiet();
    });
    this.provider.onState((state) => {
      // Whatever happened beside the text while the line was gone was told to nobody here.
      if (state.phase === "live" && !wasLive) this.parts.refreshSoon();
      wasLive = state.phase === "live" || !this.provider.synced;
      if (isStale && !state.unsaved && state.phase === "live") this.parts.refreshWhenQuiet();
    });
  }

  private followNetwork(): void {
    window.addEventListener("offline", () => this.provider.networkLost());
    window.addEventListener("online", () => this.provider.wake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.provider.wake();
    });
  }

  /** Not before the text is here: an editor is never shown empty over a text that exists. */
  private showEditors(): void {
    part(this.root, "room-help").hidden = !this.settings.mayWrite;
    const headings = new Map<string, string>();
    const presence = new Presence(
      this.awareness,
      part(this.root, "people"),
      this.announcer,
      this.settings.memberId,
      headings,
    );
    const around = this.surroundings(presence);
    for (const element of this.root.querySelectorAll<HTMLElement>("section[data-section]")) {
      const heading = element.querySelector<HTMLElement>(":is(h2, h3)[id]");
      if (!heading) continue;
      const section = new Section(element, heading, around);
      this.sections.set(section.key, section);
      headings.set(section.key, section.heading);
      if (element.dataset.kind === "meetings") this.showMeetings(section);
    }
    this.comments = new Comments(this.sections, this.announcer);
    this.parts.onRefreshed(() => this.comments?.show());
    this.parts.onRefreshed(() => this.showLocks());
    if (this.settings.text === "shared") new Reading(this.provider, this.sections);
    followKeyboard();
  }

  private surroundings(presence: Presence): Surroundings {
    const { mayWrite, text } = this.settings;
    const comment =
      text === "shared"
        ? (key: string, remark: { anchor: string; quote: string }) => this.comments?.begin(key, remark)
        : null;
    return {
      doc: this.doc,
      awareness: this.awareness,
      mayWrite,
      isOpen: () => this.provider.state.stop !== "frozen" && this.provider.state.stop !== "forbidden",
      helpId: part(this.root, "editor-help").id,
      comment,
      onFocus: (key) => presence.standIn(key),
      tooLong: () => this.announcer.say("Det du klistrade in är för långt. Klistra in en del i taget.", true),
    };
  }

  private showMeetings(section: Section): void {
    const list = new MeetingList(this.doc);
    const meetings = new Meetings(list, this.settings.mayWrite, section.heading, (text) => this.announcer.say(text));
    section.view.dom.parentElement?.after(meetings.dom);
    this.meetings.set(section.key, meetings);
    meetings.lock(section.isWrittenAlone);
  }

  /** The two may begin, or end, to write a section each alone while the page is open. */
  private showLocks(): void {
    for (const section of this.sections.values()) {
      section.refresh();
      this.meetings.get(section.key)?.lock(section.isWrittenAlone);
    }
  }
}

/** The page holds the new epoch; if it does not, a person should look at it rather than a loop. */
function reloadOnce(): void {
  const before = Number(window.sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - before < NOT_AGAIN_WITHIN) return;
  window.sessionStorage.setItem(RELOADED, String(Date.now()));
  window.location.reload();
}

const root = document.getElementById("agreement");
if (root) void new Room(root, settingsOf(root)).open();
