// One open page: a real Yjs document on a real socket, and a person who types in it.

import * as decoding from "lib0/decoding";
import WebSocket from "ws";
import * as Y from "yjs";
import { dialects } from "./dialects.mjs";
import { presenceUpdate } from "./frames.mjs";

const [STEP_1, STEP_2, UPDATE] = [0, 1, 2];
const LETTERS = "abcdefghijklmnopqrstuvwxyzåäö ";

export class Page {
  doc = new Y.Doc();
  /** How often this page has told where it is, and the last that it was told of the other one. */
  told = 0;
  heard = 0;
  /** When each edit was made: that the other page has not shown, and that the server has not acknowledged. */
  unseen = [];
  waiting = [];
  sent = 0;
  acked = 0;
  answered = false;
  synced = false;
  peer = null;
  closed = 0;
  #text = null;
  #place = null;

  constructor(dialect, where, measures) {
    this.measures = measures;
    this.where = where;
    this.dialect = new dialects[dialect](where.name);
    this.doc.on("update", (update, origin) => {
      if (origin !== this) this.#sendContent(UPDATE, update);
    });
  }

  open() {
    this.socket = new WebSocket(this.where.url, { headers: this.where.headers, perMessageDeflate: false });
    this.socket.binaryType = "nodebuffer";
    this.socket.on("open", () => this.dialect.greet(this));
    this.socket.on("message", (data) => this.dialect.take(this, data));
    this.socket.on("close", (code) => {
      this.closed = code;
    });
    this.socket.on("error", () => {});
  }

  send(data) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data);
  }

  get isReady() {
    return this.synced && this.answered && this.acked === this.sent && this.heard === this.peer.told;
  }

  // --- What the server says -----------------------------------------------------------------------------------------
  begin() {
    this.send(this.dialect.sync(STEP_1, Y.encodeStateVector(this.doc)));
  }

  sync(step, content) {
    if (step === STEP_1) {
      if (!this.answered) this.#sendContent(STEP_2, Y.encodeStateAsUpdate(this.doc, content));
      this.answered = true;
      return;
    }
    Y.applyUpdate(this.doc, content, this);
    this.synced ||= step === STEP_2;
    this.peer.shownElsewhere(this.doc);
  }

  /** Taken in and no more: what an editor draws of it is nothing that a server could be slow with. */
  presence(update) {
    const decoder = decoding.createDecoder(update);
    for (let left = decoding.readVarUint(decoder); left > 0; left -= 1) {
      const [client, clock] = [decoding.readVarUint(decoder), decoding.readVarUint(decoder)];
      if (client === this.peer.doc.clientID) this.heard = clock;
      decoding.readVarUint8Array(decoder);
    }
  }

  acknowledged(upto) {
    const now = performance.now();
    this.acked = upto;
    while (this.waiting.length > 0 && this.waiting[0].number <= upto) {
      this.measures.acknowledged(now - this.waiting.shift().at);
    }
  }

  /** The other page has taken something in: which of our edits does it show now? */
  shownElsewhere(other) {
    const clock = Y.getState(other.store, this.doc.clientID);
    const now = performance.now();
    while (this.unseen.length > 0 && this.unseen[0].clock <= clock) this.measures.seen(now - this.unseen.shift().at);
  }

  // --- What the person does -----------------------------------------------------------------------------------------
  /** A letter, and now and then one taken back; and where the cursor is, as an editor tells it each time. */
  type(random) {
    const at = performance.now();
    this.waiting.push({ number: this.sent + 1, at });
    this.doc.transact(() => {
      const text = this.#ownText(random);
      const place = text.length;
      if (place > 4 && random() < 0.15) text.delete(place - 2, 1);
      text.insert(text.length, LETTERS[Math.floor(random() * LETTERS.length)]);
    });
    this.unseen.push({ clock: Y.getState(this.doc.store, this.doc.clientID), at });
    this.#tellWhere();
  }

  /** In a paragraph of one's own, and after some time in another one. */
  #ownText(random) {
    if (this.#text === null || this.#text.length > 120) {
      const fragment = this.doc.getXmlFragment(
        this.where.fragments[Math.floor(random() * this.where.fragments.length)],
      );
      const paragraph = new Y.XmlElement("paragraph");
      this.#text = new Y.XmlText();
      paragraph.insert(0, [this.#text]);
      fragment.push([paragraph]);
      // Behind the last letter is one and the same place for Yjs however many letters there are.
      const place = Y.createRelativePositionFromTypeIndex(this.#text, 0);
      this.#place = Buffer.from(JSON.stringify({ section: "fokus", cursor: { anchor: place, head: place } }));
    }
    return this.#text;
  }

  #tellWhere() {
    this.told += 1;
    this.send(this.dialect.presence(presenceUpdate(this.doc.clientID, this.told, this.#place)));
  }

  #sendContent(step, update) {
    this.sent += 1;
    this.send(this.dialect.sync(step, update));
  }
}
