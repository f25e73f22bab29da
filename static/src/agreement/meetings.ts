// The rows of "Möten och kontakter": a group of labelled fields each, added, moved and removed with buttons.
import { element, freshId } from "./dom";
import { type Field, HOW_OFTEN, type Meeting, type MeetingList } from "./meeting-list";

const LABELS: Readonly<Record<Field, string>> = {
  what: "Möte eller kontakt",
  who: "Vilka är med",
  how_often: "Hur ofta",
  who_prepares: "Vem förbereder",
};
const FIELDS = Object.keys(LABELS) as Field[];
const LONGEST = 300;

type Control = HTMLInputElement | HTMLSelectElement;

interface Shown {
  dom: HTMLElement;
  group: HTMLElement;
  controls: Record<Field, Control>;
  up: HTMLButtonElement;
  down: HTMLButtonElement;
  remove: HTMLButtonElement;
}

export class Meetings {
  readonly dom: HTMLElement;
  private readonly rows = new Map<string, Shown>();
  private readonly list = element("ol", { class: "meetings", role: "list" });
  private readonly addButton = element(
    "button",
    { class: "button button--secondary", type: "button" },
    "Lägg till ett möte",
  );

  private locked = false;

  constructor(
    private readonly meetings: MeetingList,
    private readonly mayWrite: boolean,
    heading: string,
    private readonly say: (text: string) => void,
  ) {
    const label = `Lista: ${heading}`;
    this.dom = element("div", { class: "meetings-editor", role: "group", "aria-label": label }, this.list);
    if (mayWrite) this.dom.append(this.addButton);
    this.addButton.addEventListener("click", () => this.add());
    meetings.onChange(() => this.render());
    this.render();
  }

  /** As the table in which they are read. */
  get written(): string[][] {
    const often = (one: Meeting): string => HOW_OFTEN[one.how_often as keyof typeof HOW_OFTEN] ?? HOW_OFTEN.when_needed;
    return this.meetings.all().map((one) => [one.what, one.who, often(one).toLowerCase(), one.who_prepares]);
  }

  /** Only to be read, until it is unlocked again. */
  lock(locked: boolean): void {
    this.locked = locked;
    this.addButton.hidden = locked;
    for (const shown of this.rows.values()) this.showLock(shown);
  }

  private showLock(shown: Shown): void {
    for (const control of Object.values(shown.controls)) setReadOnly(control, !this.mayWrite || this.locked);
    for (const button of [shown.up, shown.down, shown.remove]) button.hidden = this.locked;
  }

  private add(): void {
    const id = this.meetings.add();
    this.rows.get(id)?.controls.what.focus();
  }

  private render(): void {
    const all = this.meetings.all();
    const kept = new Set(all.map((meeting) => meeting.id));
    for (const [id, shown] of this.rows) {
      if (kept.has(id)) continue;
      shown.dom.remove();
      this.rows.delete(id);
    }
    for (const [index, meeting] of all.entries()) this.place(meeting, index, all.length);
  }

  /** Rows are moved rather than made anew, so that whoever stands in one stays there. */
  private place(meeting: Meeting, index: number, total: number): void {
    const shown = this.rows.get(meeting.id) ?? this.build(meeting.id);
    const there = this.list.children[index];
    if (there !== shown.dom) this.list.insertBefore(shown.dom, there ?? null);
    for (const field of FIELDS) {
      const control = shown.controls[field];
      if (control.value !== meeting[field]) control.value = meeting[field];
    }
    shown.group.setAttribute("aria-label", `Rad ${index + 1}${meeting.what ? `: ${meeting.what}` : ""}`);
    shown.up.setAttribute("aria-disabled", String(index === 0));
    shown.down.setAttribute("aria-disabled", String(index === total - 1));
  }

  private build(id: string): Shown {
    const controls = Object.fromEntries(FIELDS.map((field) => [field, this.control(id, field)])) as Record<
      Field,
      Control
    >;
    const fields = FIELDS.map((field) => this.labelled(field, controls[field]));
    const [up, down] = [this.mover(id, "Flytta upp", -1), this.mover(id, "Flytta ner", 1)];
    const remove = this.button("Ta bort", () => this.remove(id));
    const group = element("div", { class: "meeting__fields", role: "group" }, ...fields);
    if (this.mayWrite) group.append(element("div", { class: "meeting__buttons" }, up, down, remove));
    const shown = { dom: element("li", { class: "meeting" }, group), group, controls, up, down, remove };
    this.rows.set(id, shown);
    this.showLock(shown);
    return shown;
  }

  private control(id: string, field: Field): Control {
    const control = field === "how_often" ? howOften() : element("input", { type: "text", autocomplete: "off" });
    control.id = freshId("meeting");
    control.addEventListener("input", () => this.meetings.set(id, field, control.value.slice(0, LONGEST)));
    return control;
  }

  private labelled(field: Field, control: Control): HTMLElement {
    const label = element("label", { class: "field__label", for: control.id }, LABELS[field]);
    return element("div", { class: `meeting__field meeting__field--${field.replace("_", "-")}` }, label, control);
  }

  private mover(id: string, label: string, step: -1 | 1): HTMLButtonElement {
    const button = this.button(label, () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      this.meetings.move(id, step);
      const place = this.meetings.all().findIndex((meeting) => meeting.id === id) + 1;
      button.focus();
      this.say(`Nu rad ${place} av ${this.rows.size}.`);
    });
    return button;
  }

  private remove(id: string): void {
    const next = this.rows.get(id)?.dom.nextElementSibling ?? this.rows.get(id)?.dom.previousElementSibling;
    this.meetings.remove(id);
    const field = next?.querySelector<HTMLElement>("input") ?? this.addButton;
    field.focus();
    this.say("Raden är borttagen.");
  }

  private button(label: string, action: () => void): HTMLButtonElement {
    const button = element("button", { class: "meeting__button", type: "button" }, label);
    button.addEventListener("click", action);
    return button;
  }
}

function setReadOnly(control: Control, readOnly: boolean): void {
  if (control instanceof HTMLInputElement) control.readOnly = readOnly;
  else control.disabled = readOnly;
}

function howOften(): HTMLSelectElement {
  const options = Object.entries(HOW_OFTEN).map(([value, label]) => element("option", { value }, label));
  return element("select", {}, ...options);
}
