/* A part of the page that tells by itself when something is done: it asks a few times, then leaves it be. */

const PAUSES = [2000, 3000, 5000, 10000, 20000, 40000];
const DONE = ".notice--success";

async function refresh(status: HTMLElement, selector: string): Promise<boolean> {
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector(selector);
  if (!fresh || fresh.textContent?.trim() === status.textContent?.trim()) return false;
  status.replaceChildren(...fresh.childNodes);
  return status.querySelector(DONE) !== null;
}

async function watch(status: HTMLElement, selector: string): Promise<void> {
  for (const pause of PAUSES) {
    await new Promise((wake) => setTimeout(wake, pause));
    if (await refresh(status, selector).catch(() => false)) return;
  }
}

export function watchStatus(selector: string): void {
  const status = document.querySelector<HTMLElement>(selector);
  if (status && !status.querySelector(DONE)) void watch(status, selector);
}
