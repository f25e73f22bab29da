// Frames as y-protocols writes them, put together in one piece from Node's pool: an encoder of lib0 and a buffer for each
// would be a good part of what an edit costs this process.

// A length or a clock; the number of a Yjs client has 32 bits.
const LONGEST_NUMBER = 5;

function putNumber(buffer, at, number) {
  let [place, rest] = [at, number];
  for (; rest > 0x7f; rest >>>= 7) buffer[place++] = 0x80 | (rest & 0x7f);
  buffer[place] = rest;
  return place + 1;
}

function putBlock(buffer, at, content) {
  const start = putNumber(buffer, at, content.length);
  buffer.set(content, start);
  return start + content.length;
}

/** `head`, then the content behind its length. */
export function frame(head, content) {
  const buffer = Buffer.allocUnsafe(head.length + LONGEST_NUMBER + content.length);
  buffer.set(head);
  return buffer.subarray(0, putBlock(buffer, head.length, content));
}

/** What encodeAwarenessUpdate says of one client, without an Awareness that tells its listeners first. */
export function presenceUpdate(client, clock, state) {
  const buffer = Buffer.allocUnsafe(1 + 3 * LONGEST_NUMBER + state.length);
  buffer[0] = 1;
  return buffer.subarray(0, putBlock(buffer, putNumber(buffer, putNumber(buffer, 1, client), clock), state));
}
