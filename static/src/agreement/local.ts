// What is written is kept in the browser too, so that a tunnel or a dead battery loses nothing. One database for each
// person, text and epoch; one of another epoch is dropped, since its text is no longer that of the server.
//
// The browser may take the database away below an open page: a log-out in another tab empties it (Clear-Site-Data), and
// so may the person. From then on nothing is kept, until the server has let the person in anew.
import { clearDocument, IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";

const PATIENCE = 3_000;

export class LocalCopy {
  /** Whether what is written here is kept when the page is closed. */
  isKept = false;
  private copy: IndexeddbPersistence | null = null;
  private readonly listeners = new Set<() => void>();
  private line: Promise<void> = Promise.resolve();

  constructor(
    private readonly doc: Y.Doc,
    private readonly place: string,
    private readonly epoch: string,
  ) {}

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Resolves when the document holds what was kept here and all of it is kept, or when this browser keeps nothing yet. */
  open(): Promise<void> {
    this.line = this.line.then(() => this.tryToOpen());
    return this.line;
  }

  forget(): Promise<void> {
    this.line = this.line.then(async () => {
      const copy = this.copy;
      this.lose(copy);
      if (copy) await orPatience(copy.clearData());
    });
    return this.line;
  }

  private get name(): string {
    return `${this.place}:${this.epoch}`;
  }

  private async tryToOpen(): Promise<void> {
    if (this.copy && isOpen(this.copy)) return;
    this.lose(this.copy);
    try {
      await dropOther(this.place, this.name);
      await canOpen(this.name);
    } catch {
      return; // Private windows may refuse; the page then says that the text is only here.
    }
    const copy = new IndexeddbPersistence(this.name, this.doc);
    await orPatience(copy.whenSynced);
    this.copy = copy;
    // Perhaps later than anybody waited for it, perhaps never: until then nothing is kept.
    void copy.whenSynced.then(({ db }) => {
      // Closed by the browser, or because somebody deletes it: the library would go on writing into it.
      for (const end of ["close", "versionchange"]) db?.addEventListener(end, () => this.lose(copy));
      if (copy === this.copy) this.change(true);
    });
  }

  private lose(copy: IndexeddbPersistence | null): void {
    if (!copy || copy !== this.copy) return;
    this.copy = null;
    void copy.destroy();
    this.change(false);
  }

  private change(isKept: boolean): void {
    this.isKept = isKept;
    for (const listener of this.listeners) listener();
  }
}

/** A database that is never opened is waited for no longer. */
function orPatience(work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => window.setTimeout(resolve, PATIENCE))]);
}

/** The browser tells when it closes a database; where it does not, this finds out. */
function isOpen({ db }: IndexeddbPersistence): boolean {
  try {
    db?.transaction("updates", "readonly").abort();
    return true;
  } catch {
    return false;
  }
}

async function dropOther(place: string, name: string): Promise<void> {
  const before = window.localStorage.getItem(place);
  if (before && before !== name) await clearDocument(before);
  window.localStorage.setItem(place, name);
}

/** The library never says that a database could not be opened; this does. */
function canOpen(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = window.indexedDB.open(`${name}?`);
    request.onerror = () => reject(request.error ?? new Error("no local database"));
    request.onsuccess = () => {
      request.result.close();
      window.indexedDB.deleteDatabase(`${name}?`);
      resolve();
    };
  });
}
