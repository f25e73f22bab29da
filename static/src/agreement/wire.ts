// The messages on the socket: y-protocols' numbers for content and presence, two of our own (docs/adr: the log is the truth).
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

const SYNC = 0;
const AWARENESS = 1;
const ACKNOWLEDGED = 100;
const NOTICE = 101;
const PART = 102;
/** The server takes frames of 256 kB, and messages of 1 MB in several of them. */
const SIZE_OF_A_PART = 200 * 1024;
export const LARGEST_MESSAGE = 1024 * 1024;

const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

export type Incoming =
  | { kind: "their-state"; vector: Uint8Array }
  | { kind: "their-content"; update: Uint8Array }
  | { kind: "update"; update: Uint8Array }
  | { kind: "awareness"; update: Uint8Array }
  | { kind: "acknowledged"; upto: number }
  | { kind: "notice"; notice: Notice }
  | { kind: "unknown" };

/** Something on the page that is fetched anew over HTTP: marks, comments, approvals, members or read receipts. */
export interface Notice {
  kind: string;
  what?: string;
  section?: string;
}

export function decode(frame: Uint8Array): Incoming {
  const decoder = decoding.createDecoder(frame);
  switch (decoding.readVarUint(decoder)) {
    case SYNC:
      return decodeSync(decoder);
    case AWARENESS:
      return { kind: "awareness", update: decoding.readVarUint8Array(decoder) };
    case ACKNOWLEDGED:
      return { kind: "acknowledged", upto: decoding.readVarUint(decoder) };
    case NOTICE:
      return { kind: "notice", notice: JSON.parse(decoding.readVarString(decoder)) as Notice };
    default:
      return { kind: "unknown" };
  }
}

function decodeSync(decoder: decoding.Decoder): Incoming {
  const step = decoding.readVarUint(decoder);
  const content = decoding.readVarUint8Array(decoder);
  if (step === STEP_1) return { kind: "their-state", vector: content };
  return step === STEP_2 ? { kind: "their-content", update: content } : { kind: "update", update: content };
}

function frame(numbers: number[], content: Uint8Array): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  for (const number of numbers) encoding.writeVarUint(encoder, number);
  encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder);
}

export const encodeState = (vector: Uint8Array): Uint8Array<ArrayBuffer> => frame([SYNC, STEP_1], vector);
export const encodeContent = (update: Uint8Array): Uint8Array<ArrayBuffer> => frame([SYNC, STEP_2], update);
export const encodeUpdate = (update: Uint8Array): Uint8Array<ArrayBuffer> => frame([SYNC, UPDATE], update);
export const encodeAwareness = (update: Uint8Array): Uint8Array<ArrayBuffer> => frame([AWARENESS], update);

/** The message as the frames that carry it: itself, unless it is too large for one. */
export function inParts(message: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  if (message.length <= SIZE_OF_A_PART) return [message];
  const count = Math.ceil(message.length / SIZE_OF_A_PART);
  return Array.from({ length: count }, (_, place) =>
    frame([PART, count - place - 1], message.subarray(place * SIZE_OF_A_PART, (place + 1) * SIZE_OF_A_PART)),
  );
}

export function encodeNotice(notice: Notice): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, NOTICE);
  encoding.writeVarString(encoder, JSON.stringify(notice));
  return encoding.toUint8Array(encoder);
}

/**
 * What the server lacks of our document, or null when it lacks nothing.
 *
 * A state vector says nothing about deletions, so they are compared by themselves: without this each visit would write all
 * deletions of the document into the log once more.
 */
export function missingOnServer(doc: Y.Doc, vector: Uint8Array, theirs: Uint8Array): Uint8Array | null {
  const update = Y.encodeStateAsUpdate(doc, vector);
  const ours = Y.decodeUpdate(update);
  return ours.structs.length === 0 && Y.equalDeleteSets(ours.ds, Y.decodeUpdate(theirs).ds) ? null : update;
}
