// The browser as the provider's outer world.
import type { Socket, World } from "./provider";

export const browserWorld: World = {
  openSocket: (url) => new WebSocket(url) as unknown as Socket,
  fetch: (url, init) => window.fetch(url, init),
  later: (action, milliseconds) => window.setTimeout(action, milliseconds),
  forget: (timer) => window.clearTimeout(timer),
  now: () => Date.now(),
  random: () => Math.random(),
};
