// The player beside its transcript: the page plays without this; with it the text follows, and one goes anywhere without a reload.

type Line = { element: HTMLElement; start: number };

function linesOf(list: HTMLElement): Line[] {
  return [...list.querySelectorAll<HTMLElement>("li")].map((element) => ({
    element,
    start: Number(element.dataset.start),
  }));
}

/** What is being said, or was said last. */
function lineAt(lines: Line[], time: number): Line | undefined {
  let found: Line | undefined;
  for (const line of lines) {
    if (line.start > time + 0.05) break;
    found = line;
  }
  return found;
}

/** Only the list scrolls, never the page. */
function scrollTo(list: HTMLElement, element: HTMLElement): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const top = element.offsetTop - (list.clientHeight - element.offsetHeight) / 2;
  list.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
}

function followText(media: HTMLMediaElement, list: HTMLElement, follow: HTMLInputElement | null): void {
  const lines = linesOf(list);
  const begins = Number(/#t=(\d+)$/.exec(media.src)?.[1] ?? Number.NaN);
  const marked = list.querySelector<HTMLElement>("[aria-current]");
  if (marked) scrollTo(list, marked);
  let current: Line | undefined;
  const show = () => {
    // The address knows whole seconds: the line that the page has marked may begin a little later.
    if (marked && media.paused && Math.abs(media.currentTime - begins) < 1) return;
    const line = lineAt(lines, media.currentTime);
    if (line === current) return;
    for (const other of lines) other.element.removeAttribute("aria-current");
    line?.element.setAttribute("aria-current", "true");
    current = line;
    if (line && follow?.checked) scrollTo(list, line.element);
  };
  media.addEventListener("timeupdate", show);
  media.addEventListener("seeked", show);
}

function seekFrom(player: HTMLElement, media: HTMLMediaElement): void {
  player.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("[data-seek]");
    if (!link) return;
    event.preventDefault();
    media.currentTime = Number(link.dataset.seek);
    // The browser may refuse to play; the player then stands at the right second.
    media.play().catch(() => undefined);
  });
}

function chooseCaptions(media: HTMLMediaElement, button: HTMLButtonElement | null): void {
  const track = media.textTracks[0];
  if (!button || !track) return;
  const tell = () => button.setAttribute("aria-pressed", String(track.mode === "showing"));
  button.addEventListener("click", () => {
    track.mode = track.mode === "showing" ? "hidden" : "showing";
    tell();
  });
  // The player's own menu changes them too.
  media.textTracks.addEventListener("change", tell);
  tell();
}

function chooseSpeed(media: HTMLMediaElement, choice: HTMLSelectElement | null): void {
  choice?.addEventListener("change", () => {
    media.playbackRate = Number(choice.value);
  });
  media.addEventListener("ratechange", () => {
    if (choice) choice.value = String(media.playbackRate);
  });
}

function prepare(player: HTMLElement): void {
  const media = player.querySelector<HTMLMediaElement>("video, audio");
  const list = player.querySelector<HTMLElement>("[data-lines]");
  if (!media) return;
  for (const tools of player.querySelectorAll<HTMLElement>("[data-player-tools]")) tools.hidden = false;
  chooseCaptions(media, player.querySelector("[data-captions]"));
  chooseSpeed(media, player.querySelector("[data-speed]"));
  seekFrom(player, media);
  if (list) followText(media, list, player.querySelector("[data-follow]"));
}

for (const player of document.querySelectorAll<HTMLElement>("[data-player]")) prepare(player);
