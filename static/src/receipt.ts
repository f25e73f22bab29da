/* The receipt tells by itself when the mail server has taken the mail: it asks a few times, then leaves it be. */

const PAUSES = [2000, 3000, 5000, 10000, 20000, 40000];

async function refresh(status: HTMLElement): Promise<boolean> {
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-mail-status]");
  if (!fresh || fresh.textContent?.trim() === status.textContent?.trim()) return false;
  status.replaceChildren(...fresh.childNodes);
  return status.querySelector(".notice--success") !== null;
}

async function watch(status: HTMLElement): Promise<void> {
  for (const pause of PAUSES) {
    await new Promise((wake) => setTimeout(wake, pause));
    if (await refresh(status).catch(() => false)) return;
  }
}

const status = document.querySelector<HTMLElement>("[data-mail-status]");
if (status && !status.querySelector(".notice--success")) void watch(status);

export {};
