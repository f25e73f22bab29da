// How a page speaks with each server. Both carry y-protocols; they differ in the envelope and in what is acknowledged.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { frame } from "./frames.mjs";

const SYNC = 0;
const AWARENESS = 1;

/** What both say in the same way, each behind its own `head`. */
class Dialect {
  #sync;
  #presence;

  constructor(head) {
    this.#sync = [0, 1, 2].map((step) => [...head, SYNC, step]);
    this.#presence = [...head, AWARENESS];
  }

  sync = (step, content) => frame(this.#sync[step], content);
  presence = (update) => frame(this.#presence, update);
}

/** Ours: message 100 says how many content messages of this connection are committed. */
class Samspel extends Dialect {
  constructor() {
    super([]);
  }

  greet(page) {
    page.begin();
  }

  take(page, data) {
    const decoder = decoding.createDecoder(data);
    const kind = decoding.readVarUint(decoder);
    if (kind === SYNC) page.sync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder));
    else if (kind === AWARENESS) page.presence(decoding.readVarUint8Array(decoder));
    else if (kind === 100) page.acknowledged(decoding.readVarUint(decoder));
  }
}

const AUTH = 2;
const SYNC_REPLY = 4;
const SYNC_STATUS = 8;

/** Hocuspocus: each frame begins with the document's name; one SyncStatus for each content message, when it is applied. */
class Hocuspocus extends Dialect {
  #head;
  #acknowledged = 0;

  constructor(name) {
    const head = encoding.encode((encoder) => encoding.writeVarString(encoder, name));
    super(head);
    this.#head = head;
  }

  greet(page) {
    page.send(frame([...this.#head, AUTH, 0], Buffer.from("token")));
  }

  take(page, data) {
    const decoder = decoding.createDecoder(data);
    // A page has a socket of its own, which speaks of its document only.
    decoder.pos = this.#head.length;
    const kind = decoding.readVarUint(decoder);
    if (kind === AUTH) page.begin();
    else if (kind === SYNC || kind === SYNC_REPLY) {
      page.sync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder));
    } else if (kind === AWARENESS) page.presence(decoding.readVarUint8Array(decoder));
    else if (kind === SYNC_STATUS) {
      this.#acknowledged += 1;
      page.acknowledged(this.#acknowledged);
    }
  }
}

export const dialects = { samspel: Samspel, hocuspocus: Hocuspocus };
