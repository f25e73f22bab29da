// "Här nu: du och Anna Ek, som skriver under Mål". Names and colours come from the server, which knows who is connected.
import type { Awareness } from "y-protocols/awareness";
import type { Announcer } from "./announcer";
import { colourClass, type Person } from "./carets";
import { element } from "./dom";

interface Present extends Person {
  section: string | null;
}

const WRITES_AGAIN = 60_000;

export class Presence {
  private present = new Map<number, Present>();
  private readonly announcedWriting = new Map<string, number>();

  constructor(
    private readonly awareness: Awareness,
    private readonly list: HTMLElement,
    private readonly announcer: Announcer,
    private readonly ownId: number,
    private readonly headings: ReadonlyMap<string, string>,
  ) {
    awareness.on("change", () => this.update());
    this.render();
  }

  /** Tells the others which section one is in. */
  standIn(section: string | null): void {
    if (this.awareness.getLocalState()?.section !== section) this.awareness.setLocalStateField("section", section);
  }

  private update(): void {
    const before = this.present;
    this.present = this.read();
    for (const [id, person] of this.present) this.announceArrival(before.get(id), person);
    for (const [id, person] of before)
      if (!this.present.has(id)) this.announcer.say(`${person.name} är inte längre här.`);
    this.render();
  }

  private read(): Map<number, Present> {
    const found = new Map<number, Present>();
    for (const [client, state] of this.awareness.getStates()) {
      const user = state.user as Person | undefined;
      if (client === this.awareness.clientID || !user || user.id === this.ownId) continue;
      const section = (state.section as string | null | undefined) ?? found.get(user.id)?.section ?? null;
      found.set(user.id, { id: user.id, name: user.name, colour: user.colour, section });
    }
    return found;
  }

  private announceArrival(before: Present | undefined, person: Present): void {
    if (!before) this.announcer.say(`${person.name} är här.`);
    const heading = person.section && this.headings.get(person.section);
    if (!heading || before?.section === person.section) return;
    const key = `${person.id} ${person.section}`;
    if (Date.now() - (this.announcedWriting.get(key) ?? 0) < WRITES_AGAIN) return;
    this.announcedWriting.set(key, Date.now());
    this.announcer.say(`${person.name} är i ${heading}.`);
  }

  private render(): void {
    const people = [...this.present.values()].sort((one, other) => one.name.localeCompare(other.name, "sv"));
    const items = people.map((person) => this.item(person));
    this.list.replaceChildren(element("li", { class: "people__item" }, "du"), ...items);
  }

  private item(person: Present): HTMLElement {
    const item = element("li", { class: "people__item" });
    item.append(element("span", { class: `people__dot ${colourClass(person)}`, "aria-hidden": "true" }), person.name);
    const heading = person.section && this.headings.get(person.section);
    if (heading) item.append(element("span", { class: "people__where" }, ` i ${heading}`));
    return item;
  }
}
