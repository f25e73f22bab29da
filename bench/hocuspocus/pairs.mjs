// Pairs that type, in one process: a job on the first line of standard input, then one line to go on after each answer.
//   joined-one   one pair is in its text           -> the server's memory is looked at
//   joined       all pairs are                     -> likewise, and its clock of processor time begins a little later
//   measuring    they have typed for a while       -> processor time
//   measured     and for as long as was asked      -> processor time again; then the figures of this side

import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import * as Y from "yjs";
import { Page } from "./page.mjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const job = JSON.parse((await lines.next()).value);
const delay = monitorEventLoopDelay({ resolution: 5 });
const TICK = 5;
const SLOWEST = 60_000;
const AT_ONCE = 20;

const measures = {
  on: false,
  toPeer: [],
  toAck: [],
  seen(milliseconds) {
    if (this.on) this.toPeer.push(milliseconds);
  },
  acknowledged(milliseconds) {
    if (this.on) this.toAck.push(milliseconds);
  },
};

/** The same letters in every run (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = randomFrom(1);
const couples = job.couples.map((couple) => couple.map((where) => new Page(job.dialect, where, measures)));
const pages = couples.flat();
for (const [one, other] of couples) [one.peer, other.peer] = [other, one];

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(condition, what) {
  const end = performance.now() + SLOWEST;
  while (!condition()) {
    if (performance.now() > end)
      throw new Error(`waited in vain: ${what}; closed: ${pages.map((page) => page.closed)}`);
    await sleep(20);
  }
}

async function tell(event, data = {}) {
  process.stdout.write(`${JSON.stringify({ event, ...data })}\n`);
  await lines.next();
}

async function join(some) {
  for (let start = 0; start < some.length; start += AT_ONCE) {
    const group = some.slice(start, start + AT_ONCE).flat();
    for (const page of group) page.open();
    await until(() => group.every((page) => page.isReady), "pages are open");
  }
}

/**
 * Each page types at its own moments, which also vary as people's do; one timer moves them all. With even pauses a moment
 * in which this process stood still would move the pages that came late together, and they would stay so: a thousand
 * edits at once five times a second.
 */
function typing() {
  const pause = 1000 / job.editsPerSecond;
  const next = pages.map(() => performance.now() + random() * pause);
  let edits = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    for (let index = 0; index < pages.length; index += 1) {
      if (next[index] > now) continue;
      pages[index].type(random);
      edits += 1;
      // Who comes late does not type twice as fast afterwards.
      next[index] = Math.max(next[index] + pause * (0.5 + random()), now + pause / 2);
    }
  }, TICK);
  return { stop: () => clearInterval(timer), count: () => edits };
}

function percentile(sorted, part) {
  return sorted.length > 0 ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : null;
}

function figures(milliseconds) {
  const sorted = Float64Array.from(milliseconds).sort();
  return {
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
  };
}

const isSame = ([one, other]) =>
  one.heard === other.told &&
  other.heard === one.told &&
  Buffer.compare(Buffer.from(Y.encodeStateAsUpdate(one.doc)), Buffer.from(Y.encodeStateAsUpdate(other.doc))) === 0;

await join(couples.slice(0, 1));
await tell("joined-one");
await join(couples.slice(1));
await tell("joined");
const typists = typing();
await sleep(job.warmUp * 1000);
await tell("measuring");
const [before, began, processor] = [typists.count(), performance.now(), process.cpuUsage()];
delay.enable();
measures.on = true;
await sleep(job.seconds * 1000);
measures.on = false;
delay.disable();
const used = process.cpuUsage(processor);
const seconds = (performance.now() - began) / 1000;
// Whoever still waits has waited so long at least: a server that falls behind must not look fast.
const now = performance.now();
const late = (list) => list.map(({ at }) => now - at).filter((milliseconds) => milliseconds > 1000);
measures.toPeer.push(...pages.flatMap((page) => late(page.unseen)));
measures.toAck.push(...pages.flatMap((page) => late(page.waiting)));
const result = {
  edits: typists.count() - before,
  seconds,
  toPeer: figures(measures.toPeer),
  toAck: figures(measures.toAck),
  clientCores: (used.user + used.system) / 1e6 / seconds,
  clientDelay: delay.percentile(95) / 1e6,
};
await tell("measured", result);
typists.stop();
await until(() => pages.every((page) => page.isReady || page.closed) && couples.every(isSame), "all agree").catch(
  () => {},
);
await tell("ended", {
  apart: couples.filter((couple) => !isSame(couple)).length,
  closed: pages.filter((page) => page.closed).length,
});
process.exit(0);
