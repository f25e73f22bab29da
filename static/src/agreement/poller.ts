// The same document over plain HTTP, for networks that block sockets: every two seconds what is new goes both ways.
import * as buffer from "lib0/buffer";
import * as Y from "yjs";
import type { Options, Stop, World } from "./provider";
import { missingOnServer } from "./wire";

const RHYTHM = 2_000;
const PATIENCE = 10_000;

interface Answer {
  epoch: string;
  head: number;
  updates: [number, string][];
  acked: number;
  /** Why the text takes nothing any more. */
  error?: string;
}

export interface PollerEvents {
  /** The server answered; `saved` when it has committed something of ours. */
  reached: (saved: boolean) => void;
  lost: () => void;
  stopped: (stop: Stop) => void;
}

const STOPS: Readonly<Record<number, Stop>> = {
  400: "malformed",
  401: "logged-out",
  403: "logged-out",
  404: "forbidden",
  409: "frozen",
  412: "other-person",
  413: "too-large",
};
const GONE: Readonly<Record<string, Stop>> = { ended: "ended", shown: "shown" };

/** Null when a later attempt may succeed. */
function reasonToStop(response: Response, answer: Partial<Answer> | null | undefined): Stop | null {
  if (response.redirected) return "logged-out";
  if (answer?.epoch) return "other-epoch";
  return GONE[answer?.error ?? ""] ?? STOPS[response.status] ?? null;
}

export class Poller {
  active = false;
  private since = 0;
  private timer = 0;
  private compared = false;
  private outgoing: Uint8Array[] = [];
  /** Answers of an earlier spell are not listened to. */
  private spell = 0;

  constructor(
    private readonly doc: Y.Doc,
    private readonly options: Options,
    private readonly world: World,
    private readonly events: PollerEvents,
  ) {}

  /** Until the first answer nobody knows what the server lacks. */
  get unsent(): boolean {
    return this.outgoing.length > 0;
  }

  /** Each spell begins from nothing: between two of them the document may have travelled by socket. */
  start(): void {
    [this.active, this.since, this.compared, this.outgoing] = [true, 0, false, []];
    this.spell += 1;
    void this.exchange(this.spell);
  }

  stop(): void {
    this.active = false;
    this.world.forget(this.timer);
  }

  add(update: Uint8Array): void {
    if (this.compared) this.outgoing.push(update);
  }

  private async exchange(spell: number): Promise<void> {
    const sending = this.outgoing;
    const response = await this.post(sending).catch(() => null);
    if (!this.active || spell !== this.spell) return;
    const answer = (await response?.json().catch(() => null)) as Answer | null | undefined;
    if (!this.active || spell !== this.spell) return;
    if (response?.ok && answer?.updates) this.receive(answer, sending, spell);
    else this.end(response ? reasonToStop(response, answer) : null);
  }

  private end(stop: Stop | null): void {
    this.stop();
    if (stop) this.events.stopped(stop);
    else this.events.lost();
  }

  private post(sending: Uint8Array[]): Promise<Response> {
    const updates = sending.length > 0 ? [buffer.toBase64(Y.mergeUpdates(sending))] : [];
    const body = { epoch: this.options.epoch, since: this.since, updates, text: this.options.text };
    const abort = new AbortController();
    const timer = this.world.later(() => abort.abort(), PATIENCE);
    const { token, headers: whose } = this.options.session;
    const headers = { ...whose, "Content-Type": "application/json", "X-CSRFToken": token };
    const init = { method: "POST", headers, body: JSON.stringify(body), signal: abort.signal };
    return this.world.fetch(this.options.syncUrl, init).finally(() => this.world.forget(timer));
  }

  private receive(answer: Answer, sent: Uint8Array[], spell: number): void {
    if (answer.epoch !== this.options.epoch) {
      this.end("other-epoch");
      return;
    }
    this.outgoing = this.outgoing.slice(sent.length);
    const updates = answer.updates.map(([, text]) => buffer.fromBase64(text));
    if (updates.length > 0) Y.applyUpdate(this.doc, Y.mergeUpdates(updates), this);
    this.since = answer.head;
    if (!this.compared) this.compare(updates);
    this.events.reached(sent.length > 0);
    const wait = this.outgoing.length > 0 ? 0 : RHYTHM;
    this.timer = this.world.later(() => void this.exchange(spell), wait);
  }

  /** The first answer holds all that the server has: what it lacks of ours goes out next. */
  private compare(updates: Uint8Array[]): void {
    this.compared = true;
    const theirs = Y.mergeUpdates(updates.length > 0 ? updates : [Y.encodeStateAsUpdate(new Y.Doc())]);
    const missing = this.options.mayWrite
      ? missingOnServer(this.doc, Y.encodeStateVectorFromUpdate(theirs), theirs)
      : null;
    if (missing) this.outgoing.push(missing);
  }
}
