// The list "Möten och kontakter" as data: id -> row in the document's map. Pure of the page; meetings.ts shows it.
import * as Y from "yjs";

export const HOW_OFTEN = {
  weekly: "Varje vecka",
  biweekly: "Varannan vecka",
  monthly: "Varje månad",
  quarterly: "Varje kvartal",
  halfyearly: "Varje halvår",
  yearly: "Varje år",
  when_needed: "Vid behov",
} as const;

export type Field = "what" | "who" | "how_often" | "who_prepares";

type Row = Y.Map<string | number>;

export interface Meeting {
  id: string;
  what: string;
  who: string;
  how_often: string;
  who_prepares: string;
}

export class MeetingList {
  private readonly map: Y.Map<Row>;

  constructor(doc: Y.Doc) {
    this.map = doc.getMap("meetings");
  }

  onChange(listener: () => void): void {
    this.map.observeDeep(listener);
  }

  /** In the order of the pair; rows that two people put in the same place keep an order that both see. */
  all(): Meeting[] {
    const rows = [...this.map.entries()].sort(
      ([id, row], [otherId, other]) => orderOf(row) - orderOf(other) || (id < otherId ? -1 : 1),
    );
    return rows.map(([id, row]) => ({
      id,
      what: textOf(row, "what"),
      who: textOf(row, "who"),
      how_often: textOf(row, "how_often") || "when_needed",
      who_prepares: textOf(row, "who_prepares"),
    }));
  }

  add(): string {
    const id = crypto.randomUUID();
    const row: Row = new Y.Map();
    const last = Math.max(0, ...[...this.map.values()].map(orderOf));
    const values = { what: "", who: "", how_often: "monthly", who_prepares: "", order: last + 1 };
    for (const [name, value] of Object.entries(values)) row.set(name, value);
    this.map.set(id, row);
    return id;
  }

  set(id: string, field: Field, value: string): void {
    const row = this.map.get(id);
    if (row && textOf(row, field) !== value) row.set(field, value);
  }

  remove(id: string): void {
    this.map.delete(id);
  }

  /** One step up (-1) or down (1): the row takes a number between its new neighbours; nobody else's is touched. */
  move(id: string, step: -1 | 1): void {
    const ids = this.all().map((meeting) => meeting.id);
    const next = ids.indexOf(id) + step;
    if (next < 0 || next >= ids.length) return;
    const beside = this.orderAt(ids[next]);
    const beyond = ids[next + step];
    const order = beyond === undefined ? beside + step : (beside + this.orderAt(beyond)) / 2;
    this.map.get(id)?.set("order", order);
  }

  private orderAt(id: string | undefined): number {
    const row = id === undefined ? undefined : this.map.get(id);
    return row ? orderOf(row) : 0;
  }
}

function orderOf(row: Row): number {
  const order = row.get("order");
  return typeof order === "number" && Number.isFinite(order) ? order : 0;
}

function textOf(row: Row, field: Field): string {
  const value = row.get(field);
  return typeof value === "string" ? value : "";
}
