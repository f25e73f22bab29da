// The provider against a server of a few lines: what is sent, when it counts as saved, and what happens when lines break.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as decoding from "lib0/decoding";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { Provider } from "../../static/src/agreement/provider";
import * as wire from "../../static/src/agreement/wire";

function bytesOfPart(part) {
  const decoder = decoding.createDecoder(part);
  decoding.readVarUint(decoder);
  decoding.readVarUint(decoder);
  return decoding.readVarUint8Array(decoder);
}

class FakeSocket {
  sent = [];
  closed = false;
  constructor(url) {
    this.url = url;
  }
  send(frame) {
    this.sent.push(frame);
  }
  close() {
    this.closed = true;
  }
  receive(frame) {
    this.onmessage({ data: frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.byteLength) });
  }
  /** What the server answers when it holds this document. */
  welcome(server) {
    this.onopen({});
    this.receive(wire.encodeState(Y.encodeStateVector(server)));
    this.receive(wire.encodeContent(Y.encodeStateAsUpdate(server)));
  }
  acknowledge(number) {
    this.receive(new Uint8Array([100, number]));
  }
  get content() {
    return this.sent.map((frame) => wire.decode(frame)).filter(({ kind }) => kind === "update" || kind === "their-content");
  }
}

/** Time that a test moves by hand, sockets that it holds, and HTTP that it answers. */
class FakeWorld {
  sockets = [];
  posts = [];
  clock = 0;
  timers = new Map();
  last = 0;
  answer = () => Promise.reject(new Error("no network"));
  openSocket = (url) => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  };
  fetch = (_url, init) => {
    this.headers = init.headers;
    this.posts.push(JSON.parse(init.body));
    return this.answer(this.posts.at(-1));
  };
  later = (action, milliseconds) => {
    this.last += 1;
    this.timers.set(this.last, { action, at: this.clock + milliseconds });
    return this.last;
  };
  forget = (timer) => void this.timers.delete(timer);
  now = () => this.clock;
  random = () => 1;
  get socket() {
    return this.sockets.at(-1);
  }
  pass(milliseconds) {
    const end = this.clock + milliseconds;
    for (;;) {
      const due = [...this.timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.clock = due[1].at;
      due[1].action();
    }
    this.clock = end;
  }
}

function serverWith(text) {
  const server = new Y.Doc();
  server.getText("t").insert(0, text);
  return server;
}

function setUp(t, { mayWrite = true, server = serverWith("hej") } = {}) {
  const world = new FakeWorld();
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const session = { token: "token", headers: { "Samspel-Member": "7" } };
  const options = { socketUrl: "ws://x/", syncUrl: "/synk/", epoch: "e", text: "shared", memberId: 7, session, mayWrite };
  const provider = new Provider(doc, awareness, options, world);
  t.after(() => {
    provider.destroy();
    awareness.destroy();
  });
  provider.connect();
  return { world, doc, provider, server, text: doc.getText("t") };
}

test("nothing is sent and nothing unsaved when the server has it all", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  assert.equal(world.socket.url, "ws://x/?epoch=e&member=7");
  assert.equal(text.toString(), "hej");
  assert.equal(provider.synced, true);
  assert.deepEqual(provider.state, { phase: "live", unsaved: false, savedAt: null, stop: null });
  assert.deepEqual(world.socket.content, []);
});

test("saved only when as much is acknowledged as was sent", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  text.insert(0, "a");
  text.insert(0, "b");
  assert.equal(world.socket.content.length, 2);
  world.clock = 7;
  world.socket.acknowledge(1);
  assert.equal(provider.state.unsaved, true);
  assert.equal(provider.state.savedAt, null);
  world.socket.acknowledge(2);
  assert.deepEqual(provider.state, { phase: "live", unsaved: false, savedAt: 7, stop: null });
});

test("an acknowledgement of more than was sent counts for no later edit", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  text.insert(0, "a");
  world.socket.acknowledge(90);
  text.insert(0, "b");
  assert.equal(provider.state.unsaved, true);
});

/** What `whenSaved` came to, or "waits". */
async function cameTo(promise) {
  return Promise.race([promise, settled().then(() => "waits")]);
}

test("who waits until all is saved is told at the last acknowledgement, and at once when nothing waits", async (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  assert.equal(await cameTo(provider.whenSaved(3_000)), true);
  text.insert(0, "a");
  text.insert(0, "b");
  const saved = provider.whenSaved(3_000);
  world.socket.acknowledge(1);
  assert.equal(await cameTo(saved), "waits");
  world.socket.acknowledge(2);
  assert.equal(await cameTo(saved), true);
  assert.equal(world.timers.size, 0);
});

test("nobody waits until all is saved while the line is gone or dead, nor for longer than they would", async (t) => {
  const { world, provider, server, text } = setUp(t);
  text.insert(0, "a");
  const early = provider.whenSaved(1_000);
  world.pass(999);
  assert.equal(await cameTo(early), "waits");
  world.pass(1);
  assert.equal(await cameTo(early), false);
  world.socket.welcome(server);
  const silent = provider.whenSaved(60_000);
  world.pass(2_500);
  assert.equal(await cameTo(silent), false);
  provider.networkLost();
  assert.equal(await cameTo(provider.whenSaved(60_000)), false);
});

test("what was typed before and between connections goes out with the answer, once", (t) => {
  const { world, provider, server, text } = setUp(t);
  text.insert(0, "före ");
  assert.equal(provider.state.unsaved, true);
  world.socket.welcome(server);
  assert.equal(world.socket.content.length, 1);
  Y.applyUpdate(server, world.socket.content[0].update);
  assert.equal(server.getText("t").toString(), text.toString());
  world.socket.acknowledge(1);
  assert.equal(provider.state.unsaved, false);
});

test("a deletion made offline reaches the server, though no state vector tells of it", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  world.socket.onclose({ code: 1006 });
  text.delete(0, 1);
  world.pass(1_000);
  world.socket.welcome(server);
  Y.applyUpdate(server, world.socket.content[0].update);
  assert.equal(server.getText("t").toString(), "ej");
  assert.equal(provider.state.unsaved, true);
});

test("a deletion that another browser session left behind is found at the next visit", (t) => {
  const { world, doc, server, text } = setUp(t);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server), "kept here");
  doc.transact(() => text.delete(0, 3), "kept here");
  world.socket.welcome(server);
  assert.equal(world.socket.content.length, 1);
});

test("what was relayed and never committed is sent again after a crash", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  text.delete(0, 1);
  // The server gives its own relayed copy back, as if it knew.
  Y.applyUpdate(server, world.socket.content[0].update);
  world.socket.onclose({ code: 1006 });
  world.pass(1_000);
  world.socket.welcome(server);
  assert.equal(world.socket.content.length, 1);
  assert.equal(provider.state.unsaved, true);
});

test("a silent line is told of within three seconds, however much one goes on typing, and given up later", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  const dead = world.socket;
  for (let step = 0; step < 29; step += 1) {
    text.insert(0, "x");
    world.pass(100);
  }
  assert.equal(provider.state.phase, "waiting");
  assert.equal(dead.closed, false);
  world.pass(6_000);
  assert.equal(dead.closed, true);
});

test("a slow server is forgiven when it answers", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  text.insert(0, "x");
  world.pass(3_000);
  assert.equal(provider.state.phase, "waiting");
  world.socket.acknowledge(1);
  assert.equal(provider.state.phase, "live");
  world.pass(20_000);
  assert.equal(world.sockets.length, 1);
});

const CODES = {
  4001: "logged-out",
  4002: "malformed",
  1009: "too-large",
  4003: "forbidden",
  4009: "frozen",
  4010: "too-large",
  4012: "other-person",
  4013: "ended",
  4014: "shown",
};
for (const [code, stop] of Object.entries(CODES)) {
  test(`${code} stops for good until a person asks`, (t) => {
    const { world, provider, server } = setUp(t);
    world.socket.welcome(server);
    world.socket.onclose({ code: Number(code) });
    assert.deepEqual([provider.state.phase, provider.state.stop], ["stopped", stop]);
    provider.wake();
    provider.networkLost();
    world.pass(600_000);
    assert.equal(world.sockets.length, 1);
    provider.connect();
    assert.equal(world.sockets.length, code === "4009" ? 1 : 2);
  });
}

test("a long paste travels in parts that the server takes, as one message", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  const before = world.socket.sent.length;
  text.insert(0, "å".repeat(250_000));
  const parts = world.socket.sent.slice(before);
  assert.deepEqual(
    parts.map((part) => [part[0], part[1]]),
    [
      [102, 2],
      [102, 1],
      [102, 0],
    ],
  );
  assert.ok(parts.every((part) => part.length < 256 * 1024));
  const whole = Buffer.concat(parts.map((part) => bytesOfPart(part)));
  Y.applyUpdate(server, wire.decode(whole).update);
  assert.equal(server.getText("t").toString(), text.toString());
  world.socket.acknowledge(1);
  assert.equal(provider.state.unsaved, false);
});

test("a slow line is given time for a long paste", (t) => {
  const { world, server, text } = setUp(t);
  world.socket.welcome(server);
  text.insert(0, "x".repeat(400_000));
  world.pass(20_000);
  assert.equal(world.sockets.length, 1);
  world.pass(10_000);
  assert.equal(world.sockets[0].closed, true);
});

test("what no server would take stops with a clear word and is not sent again and again", (t) => {
  const { world, provider, server, text } = setUp(t);
  world.socket.welcome(server);
  const before = world.socket.sent.length;
  text.insert(0, "x".repeat(1_100_000));
  assert.equal(world.sockets[0].sent.length, before);
  assert.deepEqual([provider.state.phase, provider.state.stop, provider.state.unsaved], ["stopped", "too-large", true]);
  provider.wake();
  world.pass(600_000);
  assert.equal(world.sockets.length, 1);
  provider.connect();
  world.socket.welcome(server);
  assert.equal(provider.state.stop, "too-large");
  world.pass(600_000);
  assert.equal(world.sockets.length, 2);
});

/** How long until the next attempt. */
function waitForAttempt(world) {
  const [before, began] = [world.sockets.length, world.clock];
  while (world.sockets.length === before) world.pass(50);
  assert.equal(world.sockets.length, before + 1);
  return world.clock - began;
}

test("attempts come one at a time and ever less often", (t) => {
  const { world, server } = setUp(t);
  world.socket.welcome(server);
  const waits = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    world.socket.onopen({});
    world.socket.onclose({ code: 1013 });
    waits.push(waitForAttempt(world));
  }
  assert.deepEqual(waits, [400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]);
});

test("a line that breaks at each edit is not tried in a tight circle", (t) => {
  const { world, server, text } = setUp(t);
  text.insert(0, "x");
  const waits = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    world.socket.welcome(server);
    world.socket.onclose({ code: 1011 });
    waits.push(waitForAttempt(world));
  }
  assert.deepEqual(waits, [400, 800, 1_600, 3_200]);
});

test("who only reads never sends content", (t) => {
  const { world, provider, server, text } = setUp(t, { mayWrite: false });
  text.insert(0, "x");
  world.socket.welcome(server);
  text.insert(0, "y");
  assert.deepEqual(world.socket.content, []);
  assert.equal(provider.state.unsaved, false);
});

test("others are gone from the presence when the line is", (t) => {
  const { world, provider, server } = setUp(t);
  world.socket.welcome(server);
  const other = new Awareness(new Y.Doc());
  other.setLocalState({ user: { id: 2, name: "Bo", colour: 2 } });
  provider.awareness.states.set(other.clientID, other.getLocalState());
  provider.awareness.meta.set(other.clientID, { clock: 1, lastUpdated: Date.now() });
  world.socket.onclose({ code: 1006 });
  assert.deepEqual([...provider.awareness.getStates().keys()], [provider.doc.clientID]);
  other.destroy();
});

// --- Where sockets are blocked ---------------------------------------------------------------------------------------
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const settled = () => new Promise((resolve) => setImmediate(resolve));

function answers(body, status = 200) {
  return () => Promise.resolve({ ok: status < 300, status, redirected: false, json: () => Promise.resolve(body) });
}

async function block(world) {
  world.socket.onclose({ code: 1006 });
  world.pass(1_000);
  world.socket.onclose({ code: 1006 });
  for (let turn = 0; turn < 5; turn += 1) await settled();
}

test("after two sockets that never opened, the same text travels by HTTP", async (t) => {
  const { world, provider, server, text } = setUp(t);
  text.insert(0, "mitt ");
  world.answer = answers({ epoch: "e", head: 4, updates: [[4, base64(Y.encodeStateAsUpdate(server))]], acked: 0 });
  await block(world);
  assert.deepEqual(world.posts[0], { epoch: "e", since: 0, updates: [], text: "shared" });
  const sent = { "Samspel-Member": "7", "Content-Type": "application/json", "X-CSRFToken": "token" };
  assert.deepEqual(world.headers, sent);
  assert.equal(provider.synced, true);
  assert.equal(provider.state.unsaved, true);

  world.answer = answers({ epoch: "e", head: 5, updates: [], acked: 1 });
  world.pass(10);
  for (let turn = 0; turn < 5; turn += 1) await settled();
  assert.equal(world.posts[1].since, 4);
  Y.applyUpdate(server, Buffer.from(world.posts[1].updates[0], "base64"));
  assert.equal(server.getText("t").toString(), text.toString());
  assert.equal(provider.state.unsaved, false);
  assert.notEqual(provider.state.savedAt, null);
});

test("a post that failed is sent again", async (t) => {
  const { world, provider, server, text } = setUp(t);
  world.answer = answers({ epoch: "e", head: 1, updates: [[1, base64(Y.encodeStateAsUpdate(server))]], acked: 0 });
  await block(world);
  text.insert(0, "x");
  world.answer = () => Promise.reject(new Error("no network"));
  world.pass(2_000);
  for (let turn = 0; turn < 5; turn += 1) await settled();
  assert.equal(provider.state.phase, "waiting");
  assert.equal(provider.state.unsaved, true);
});

for (const [status, body, stop] of [
  [409, { error: "frozen" }, "frozen"],
  [409, { error: "epoch", epoch: "f" }, "other-epoch"],
  [401, {}, "logged-out"],
  [403, {}, "logged-out"],
  [404, {}, "forbidden"],
  [410, { error: "ended" }, "ended"],
  [410, { error: "shown" }, "shown"],
  [412, {}, "other-person"],
  [413, {}, "too-large"],
  [400, { error: "malformed" }, "malformed"],
]) {
  test(`HTTP ${status} ${body.error ?? ""} stops with ${stop}`, async (t) => {
    const { world, provider } = setUp(t);
    world.answer = answers(body, status);
    await block(world);
    assert.equal(provider.state.stop, stop);
  });
}
