// Keeps a Yjs document in step with the server's log. One attempt at a time; "saved" means acknowledged after the commit.
// Anything typed before or between connections goes out with the answer to the server's state, never by a second path.
import {
  type Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import * as Y from "yjs";
import { pause } from "./backoff";
import { Poller } from "./poller";
import * as wire from "./wire";

export type Stop =
  | "logged-out"
  | "other-person"
  | "malformed"
  | "forbidden"
  | "frozen"
  | "ended"
  | "shown"
  | "too-large"
  | "other-epoch";
export type Phase = "connecting" | "live" | "waiting" | "stopped";

export interface State {
  phase: Phase;
  /** Something was written here that the server has not acknowledged. */
  unsaved: boolean;
  /** When the last acknowledgement came, in milliseconds. */
  savedAt: number | null;
  stop: Stop | null;
}

export interface Socket {
  binaryType: string;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** The outer world, so that tests can bring their own. */
export interface World {
  openSocket(url: string): Socket;
  fetch(url: string, init: RequestInit): Promise<Response>;
  later(action: () => void, milliseconds: number): number;
  forget(timer: number): void;
  now(): number;
  random(): number;
}

export interface Options {
  socketUrl: string;
  syncUrl: string;
  epoch: string;
  text: string;
  memberId: number;
  session: { readonly token: string; readonly headers: Record<string, string> };
  mayWrite: boolean;
}

type Listener = (state: State) => void;

const STOPS: Readonly<Record<number, Stop>> = {
  4001: "logged-out",
  4002: "malformed",
  4003: "forbidden",
  4009: "frozen",
  4010: "too-large",
  4011: "other-epoch",
  4012: "other-person",
  4013: "ended",
  4014: "shown",
  // The web server's own word for it, before ours has seen the frame.
  1009: "too-large",
};
const TOO_FAST = 4029;
const OPENING = 5_000;
/** An edit that nobody acknowledged for so long means that the line is dead, whatever the browser says. */
const SILENCE = 2_500;
/** A busy server gets this much longer before the line is given up. */
const LAST_CHANCE = 6_000;
/** Bytes in a millisecond on a line that is slow and not dead. */
const SLOWEST_LINE = 20;
/** A socket that never opened so often is blocked on the way. */
const BLOCKED_AFTER = 2;
const TRY_SOCKET_AGAIN = 60_000;

export class Provider {
  state: State = { phase: "connecting", unsaved: false, savedAt: null, stop: null };
  /** True once the document holds what the server has. */
  synced = false;

  private socket: Socket | null = null;
  private opened = false;
  private sent = 0;
  private acknowledged = 0;
  private attempt = 0;
  private neverOpened = 0;
  private timer = 0;
  private silence = 0;
  private heaviest = 0;
  private theirVector: Uint8Array | null = null;
  private theirContent: Uint8Array | null = null;
  private answered = false;
  private readonly poller: Poller;
  private readonly listeners = new Set<Listener>();
  private readonly noticeListeners = new Set<(notice: wire.Notice) => void>();
  private readonly syncListeners = new Set<() => void>();

  constructor(
    readonly doc: Y.Doc,
    readonly awareness: Awareness,
    private readonly options: Options,
    private readonly world: World,
  ) {
    this.poller = new Poller(doc, options, world, {
      reached: (saved) => this.onPolled(saved),
      lost: () => this.onPollingLost(),
      stopped: (stop) => this.halt(stop),
    });
    doc.on("update", (update: Uint8Array, origin: unknown) => this.onUpdate(update, origin));
    awareness.on("update", (_change: unknown, origin: unknown) => this.onAwareness(origin));
  }

  onState(listener: Listener): void {
    this.listeners.add(listener);
    listener(this.state);
  }

  onNotice(listener: (notice: wire.Notice) => void): void {
    this.noticeListeners.add(listener);
  }

  /** Calls back once, when the document holds what the server has. */
  whenSynced(listener: () => void): void {
    if (this.synced) listener();
    else this.syncListeners.add(listener);
  }

  /** Whether the server acknowledges, within that time, all that was written here. Away from it nothing is waited for. */
  whenSaved(patience: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.world.later(() => end(false), patience);
      const look = ({ phase, unsaved }: State): void => {
        if (!unsaved || phase === "waiting" || phase === "stopped") end(!unsaved);
      };
      const end = (saved: boolean): void => {
        this.world.forget(timer);
        this.listeners.delete(look);
        resolve(saved);
      };
      this.onState(look);
    });
  }

  /** Starts, or starts again because a person asked for it. */
  connect(): void {
    if (this.socket || this.poller.active || this.state.stop === "frozen") return;
    this.world.forget(this.timer);
    this.change({ phase: "connecting", stop: null });
    this.open();
  }

  /** Somebody else than the server says that there is no way on for now. */
  refuse(stop: Stop): void {
    this.halt(stop);
  }

  /** The network came back or the page is looked at again: no reason to wait. What was stopped stays so. */
  wake(): void {
    if (this.state.phase === "waiting") this.connect();
  }

  /** The browser knows that it is offline: say so now rather than after a silence. */
  networkLost(): void {
    if (this.state.phase === "stopped") return;
    this.poller.stop();
    this.drop();
    this.waitAndRetry();
  }

  notify(notice: wire.Notice): boolean {
    if (this.state.phase !== "live" || !this.socket) return false;
    this.socket.send(wire.encodeNotice(notice));
    return true;
  }

  destroy(): void {
    this.poller.stop();
    this.world.forget(this.timer);
    this.drop();
    this.listeners.clear();
  }

  // --- The socket --------------------------------------------------------------------------------------------------
  private open(): void {
    const { socketUrl, epoch, memberId } = this.options;
    const socket = this.world.openSocket(`${socketUrl}?epoch=${encodeURIComponent(epoch)}&member=${memberId}`);
    this.socket = socket;
    this.opened = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.onOpen(socket);
    socket.onmessage = (event: { data: unknown }) => this.onMessage(socket, event.data);
    socket.onclose = (event: { code: number }) => this.onClose(socket, event.code);
    this.timer = this.world.later(() => this.onClose(socket, 1006), OPENING);
  }

  private onOpen(socket: Socket): void {
    if (socket !== this.socket) return;
    this.opened = true;
    [this.sent, this.acknowledged, this.answered] = [0, 0, false];
    [this.theirVector, this.theirContent] = [null, null];
    socket.send(wire.encodeState(Y.encodeStateVector(this.doc)));
    if (this.awareness.getLocalState()) this.sendAwareness(socket);
  }

  private onMessage(socket: Socket, data: unknown): void {
    if (socket !== this.socket || !(data instanceof ArrayBuffer)) return;
    const message = wire.decode(new Uint8Array(data));
    if (message.kind === "their-state") this.theirVector = message.vector;
    else if (message.kind === "their-content") this.receiveContent(message.update);
    else if (message.kind === "update") Y.applyUpdate(this.doc, message.update, this);
    else if (message.kind === "awareness") applyAwarenessUpdate(this.awareness, message.update, this);
    else if (message.kind === "acknowledged") this.onAcknowledged(message.upto);
    else if (message.kind === "notice") for (const listener of this.noticeListeners) listener(message.notice);
    if (!this.answered && this.theirVector && this.theirContent) this.answer(this.theirVector, this.theirContent);
  }

  private receiveContent(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, this);
    this.theirContent ??= update;
  }

  /** Both sides know what the other has: send what the server lacks, and from now on each edit by itself. */
  private answer(vector: Uint8Array, content: Uint8Array): void {
    this.answered = true;
    this.world.forget(this.timer);
    this.neverOpened = 0;
    const missing = this.missing(vector, content);
    this.change({ phase: "live" });
    if (missing) this.number(wire.encodeContent(missing));
    else this.settle();
    this.becomeSynced();
  }

  /** What was unsaved is sent again even if the server seems to know it: it may have relayed it and not committed it. */
  private missing(vector: Uint8Array, content: Uint8Array): Uint8Array | null {
    if (!this.options.mayWrite) return null;
    return this.state.unsaved
      ? Y.encodeStateAsUpdate(this.doc, vector)
      : wire.missingOnServer(this.doc, vector, content);
  }

  /** Nothing waits any more. Only now is the connection good: a line that breaks at each edit is tried ever less often. */
  private settle(part: Partial<State> = {}): void {
    [this.attempt, this.heaviest] = [0, 0];
    this.change({ unsaved: false, ...part });
  }

  private number(frame: Uint8Array<ArrayBuffer>): void {
    if (!this.socket) return;
    if (frame.length > wire.LARGEST_MESSAGE) {
      // The server would only close the line, each time anew.
      this.change({ unsaved: true });
      this.halt("too-large");
      return;
    }
    this.sent += 1;
    this.heaviest = Math.max(this.heaviest, frame.length);
    for (const part of wire.inParts(frame)) this.socket.send(part);
    this.change({ unsaved: true });
    if (!this.silence) this.listenForSilence(this.socket);
  }

  /** Counted from the oldest edit that waits, not from the newest: who goes on typing must hear of it too. */
  private listenForSilence(socket: Socket): void {
    this.silence = this.world.later(() => {
      this.change({ phase: "waiting" });
      const patience = LAST_CHANCE + this.heaviest / SLOWEST_LINE;
      this.silence = this.world.later(() => this.onClose(socket, 1006), patience);
    }, SILENCE);
  }

  private onAcknowledged(upto: number): void {
    this.acknowledged = Math.max(this.acknowledged, Math.min(upto, this.sent));
    this.endSilence();
    this.change({ phase: "live" });
    if (this.acknowledged === this.sent) this.settle({ savedAt: this.world.now() });
    else if (this.socket) this.listenForSilence(this.socket);
  }

  private endSilence(): void {
    this.world.forget(this.silence);
    this.silence = 0;
  }

  private onClose(socket: Socket, code: number): void {
    if (socket !== this.socket) return;
    const opened = this.opened;
    this.drop();
    const stop = STOPS[code];
    if (stop) {
      this.halt(stop);
      return;
    }
    this.neverOpened = opened ? 0 : this.neverOpened + 1;
    if (code === TOO_FAST) this.attempt = Math.max(this.attempt, 4);
    if (this.neverOpened >= BLOCKED_AFTER) this.poll();
    else this.waitAndRetry();
  }

  /** Lets go of the socket, deaf to whatever it still says, and of everybody whom it told about. */
  private drop(): void {
    this.world.forget(this.timer);
    this.endSilence();
    const socket = this.socket;
    this.socket = null;
    this.answered = false;
    if (socket) {
      [socket.onopen, socket.onmessage, socket.onclose] = [null, null, null];
      socket.close();
    }
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
  }

  private waitAndRetry(): void {
    this.change({ phase: "waiting" });
    this.world.forget(this.timer);
    this.timer = this.world.later(() => this.connect(), pause(this.attempt, this.world.random));
    this.attempt += 1;
  }

  private halt(stop: Stop): void {
    this.poller.stop();
    this.drop();
    this.change({ phase: "stopped", stop });
  }

  // --- Where sockets are blocked -----------------------------------------------------------------------------------
  private poll(): void {
    this.poller.start();
    this.timer = this.world.later(() => this.leavePolling(), TRY_SOCKET_AGAIN);
  }

  private leavePolling(): void {
    this.poller.stop();
    this.neverOpened = BLOCKED_AFTER - 1;
    this.connect();
  }

  private onPolled(saved: boolean): void {
    const savedAt = saved ? this.world.now() : this.state.savedAt;
    this.change({ phase: "live", unsaved: this.poller.unsent, savedAt });
    this.becomeSynced();
  }

  private onPollingLost(): void {
    this.world.forget(this.timer);
    this.neverOpened = BLOCKED_AFTER - 1;
    this.waitAndRetry();
  }

  // --- What happens here -------------------------------------------------------------------------------------------
  private onUpdate(update: Uint8Array, origin: unknown): void {
    if (origin === this || origin === this.poller || !this.options.mayWrite) return;
    if (this.poller.active) this.poller.add(update);
    else if (this.answered) this.number(wire.encodeUpdate(update));
    this.change({ unsaved: true });
  }

  private onAwareness(origin: unknown): void {
    if (origin !== this && this.socket && this.opened) this.sendAwareness(this.socket);
  }

  private sendAwareness(socket: Socket): void {
    socket.send(wire.encodeAwareness(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])));
  }

  private becomeSynced(): void {
    if (this.synced) return;
    this.synced = true;
    for (const listener of this.syncListeners) listener();
    this.syncListeners.clear();
  }

  private change(part: Partial<State>): void {
    const next = { ...this.state, ...part };
    const same = (Object.keys(next) as (keyof State)[]).every((key) => next[key] === this.state[key]);
    this.state = next;
    if (!same) for (const listener of this.listeners) listener(next);
  }
}
