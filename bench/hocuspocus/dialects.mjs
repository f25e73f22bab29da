// How a page speaks with each server. Both carry y-protocols; they differ in the envelope and in what is acknowledged.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

const SYNC = 0;
const AWARENESS = 1;

function frame(head, numbers, content) {
  const encoder = encoding.createEncoder();
  head(encoder);
  for (const number of numbers) encoding.writeVarUint(encoder, number);
  if (content) encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder);
}

/** Ours: message 100 says how many content messages of this connection are committed. */
class Samspel {
  #head = () => {};
  sync = (step, content) => frame(this.#head, [SYNC, step], content);
  presence = (update) => frame(this.#head, [AWARENESS], update);

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
class Hocuspocus {
  #head;
  #acknowledged = 0;

  constructor(name) {
    this.#head = (encoder) => encoding.writeVarString(encoder, name);
  }

  sync = (step, content) => frame(this.#head, [SYNC, step], content);
  presence = (update) => frame(this.#head, [AWARENESS], update);

  greet(page) {
    const encoder = encoding.createEncoder();
    this.#head(encoder);
    encoding.writeVarUint(encoder, AUTH);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, "token");
    page.send(encoding.toUint8Array(encoder));
  }

  take(page, data) {
    const decoder = decoding.createDecoder(data);
    decoding.readVarString(decoder);
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
