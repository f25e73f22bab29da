// Tells the server that a section has been read: it has been in view for some seconds, in a page that is looked at.
import type { Provider } from "./provider";
import type { Section } from "./section";

const LOOKED_AT = 4_000;

export class Reading {
  private readonly timers = new Map<string, number>();
  private readonly visible = new Set<string>();

  constructor(
    private readonly provider: Provider,
    sections: ReadonlyMap<string, Section>,
  ) {
    const observer = new IntersectionObserver((entries) => this.onSeen(entries), { threshold: 1 });
    for (const section of sections.values()) {
      section.headingElement.dataset.headingOf = section.key;
      observer.observe(section.headingElement);
      // What is new in a section that is looked at is read in its turn.
      provider.doc.getXmlFragment(`s:${section.key}`).observeDeep((_events, transaction) => {
        if (!transaction.local && this.visible.has(section.key)) this.begin(section.key);
      });
    }
    document.addEventListener("visibilitychange", () => this.restart());
  }

  private onSeen(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const key = (entry.target as HTMLElement).dataset.headingOf ?? "";
      if (entry.isIntersecting) {
        this.visible.add(key);
        this.begin(key);
      } else {
        this.visible.delete(key);
        this.end(key);
      }
    }
  }

  private restart(): void {
    for (const key of this.visible) {
      if (document.visibilityState === "visible") this.begin(key);
      else this.end(key);
    }
  }

  private begin(key: string): void {
    this.end(key);
    if (document.visibilityState !== "visible") return;
    const timer = window.setTimeout(() => {
      if (!this.provider.notify({ kind: "reading", section: key })) this.begin(key);
    }, LOOKED_AT);
    this.timers.set(key, timer);
  }

  private end(key: string): void {
    window.clearTimeout(this.timers.get(key));
  }
}
