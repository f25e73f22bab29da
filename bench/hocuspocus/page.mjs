// One open page: a real Yjs document on a real socket, and a person who types in it.

import WebSocket from "ws";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { dialects } from "./dialects.mjs";

const [STEP_1, STEP_2, UPDATE] = [0, 1, 2];
const LETTERS = "abcdefghijklmnopqrstuvwxyzåäö ";

export class Page {
  doc = new Y.Doc();
  awareness = new Awareness(this.doc);
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

  constructor(dialect, where, measures) {
    this.measures = measures;
    this.where = where;
    this.dialect = new dialects[dialect](where.name);
    // The timers of presence would be one more load on this process, and say nothing in half a minute.
    clearInterval(this.awareness._checkInterval);
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
    return this.synced && this.answered && this.acked === this.sent;
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
    this.peer?.shownElsewhere(this.doc);
  }

  presence(update) {
    applyAwarenessUpdate(this.awareness, update, this);
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
    }
    return this.#text;
  }

  #tellWhere() {
    const place = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(this.#text, this.#text.length));
    this.awareness.setLocalState({ section: "fokus", cursor: { anchor: place, head: place } });
    this.send(this.dialect.presence(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])));
  }

  #sendContent(step, update) {
    this.sent += 1;
    this.send(this.dialect.sync(step, update));
  }
}
