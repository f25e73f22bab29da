// One polite live region for everything. It stays calm: at most thirty announcements in five minutes, and the last of them
// are kept for what matters most (the connection, what was agreed).

const SPELL = 5 * 60_000;
const MOST = 30;
const KEPT_FOR_IMPORTANT = 8;
const PAUSE = 900;

export class Announcer {
  private readonly times: number[] = [];
  private readonly waiting: string[] = [];
  private timer = 0;

  constructor(
    private readonly region: HTMLElement,
    private readonly now: () => number = () => Date.now(),
  ) {}

  say(text: string, important = false): void {
    const room = important ? MOST : MOST - KEPT_FOR_IMPORTANT;
    if (this.waiting.includes(text) || this.recent() + this.waiting.length >= room) return;
    this.waiting.push(text);
    if (!this.timer) this.next();
  }

  private recent(): number {
    const oldest = this.now() - SPELL;
    while (this.times.length > 0 && (this.times[0] ?? 0) <= oldest) this.times.shift();
    return this.times.length;
  }

  /** What comes within the pause is said together, as one announcement. */
  private next(): void {
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      const text = this.waiting.splice(0).join(" ");
      if (text) this.speak(text);
    }, PAUSE);
  }

  private speak(text: string): void {
    this.times.push(this.now());
    this.region.replaceChildren(text);
  }
}
