// The room of a pair: one editor for each section, kept in step with the server. Without this file the page can be read,
// commented and approved. The page tells everything by data attributes on #agreement.
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { Announcer } from "./agreement/announcer";
import { Comments } from "./agreement/comments";
import { prepareEmptyParagraphs } from "./agreement/empty-paragraphs";
import { LocalCopy } from "./agreement/local";
import { MeetingList } from "./agreement/meeting-list";
import { Meetings } from "./agreement/meetings";
import { Parts } from "./agreement/parts";
import { Presence } from "./agreement/presence";
import { Provider, type State } from "./agreement/provider";
import { Reading } from "./agreement/reading";
import { ENDS, SaveState } from "./agreement/save-state";
import { Section, type Surroundings } from "./agreement/section";
import { Session } from "./agreement/session";
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
  private readonly session: Session;
  private comments: Comments | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly settings: Settings,
  ) {
    this.session = new Session(root, settings.memberId);
    prepareEmptyParagraphs(this.doc);
    this.announcer = new Announcer(part(root, "announcements"));
    this.provider = new Provider(this.doc, this.awareness, { ...settings, session: this.session }, browserWorld);
    const text = {
      seen: (key: string) => this.spelled(key),
      whenSaved: (patience: number) => this.provider.whenSaved(patience),
    };
    this.parts = new Parts(root, this.announcer, text, this.session);
  }

  async open(): Promise<void> {
    const { settings } = this;
    const place = `samspel:${new URL(settings.socketUrl).pathname}:${settings.memberId}`;
    const copy = settings.mayWrite ? new LocalCopy(this.doc, place, settings.epoch) : null;
    await copy?.open();
    new SaveState(
      this.provider,
      part(this.root, "room-bar"),
      part(this.root, "save-state"),
      part(this.root, "retry"),
      this.announcer,
      copy,
      () => void this.reconnect(),
    );
    this.provider.whenSynced(() => this.showEditors());
    this.provider.onState((state) => {
      if (state.stop === "other-epoch") void (copy?.forget() ?? Promise.resolve()).then(reloadOnce);
      if (ENDS.has(state.stop) && !state.unsaved) void copy?.forget();
      if (state.phase === "stopped") this.showEnd(state);
    });
    if (copy) this.keepAgain(copy);
    this.provider.onNotice((notice) => {
      if (notice.kind === "changed") this.parts.refreshSoon();
    });
    this.followText();
    this.followNetwork();
    this.provider.connect();
  }

  /** Not before the server has let the person in anew: whoever logged out leaves nothing in this browser. */
  private keepAgain(copy: LocalCopy): void {
    let isNew = false;
    this.provider.onState(({ phase }) => {
      if (phase === "live" && isNew) void copy.open();
      isNew = phase === "connecting";
    });
  }

  /** A person asks for it, perhaps after logging in elsewhere: then this page needs a token of now, if it is theirs. */
  private async reconnect(): Promise<void> {
    const standing = await this.session.renew();
    if (standing === "logged-out" || standing === "other-person") this.provider.refuse(standing);
    else this.provider.connect();
  }

  private showEnd({ stop }: State): void {
    for (const section of this.sections.values()) section.refresh();
    if (stop !== "ended" && stop !== "shown") return;
    // No news comes any more: what stands beside the text is asked for once again.
    this.parts.refreshSoon();
    // What else the page of a draft says was true before.
    for (const old of this.root.querySelectorAll<HTMLElement>("[data-until-end]")) old.hidden = true;
    for (const now of this.root.querySelectorAll<HTMLElement>("[data-at-end]")) now.hidden = false;
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
      isOpen: () => !ENDS.has(this.provider.state.stop),
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
