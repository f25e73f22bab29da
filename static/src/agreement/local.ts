// What is written is kept in the browser too, so that a tunnel or a dead battery loses nothing. One database for each
// person, text and epoch; one of another epoch is dropped, since its text is no longer that of the server.
import { clearDocument, IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";

const PATIENCE = 3_000;

export interface LocalCopy {
  forget(): Promise<void>;
}

/** Resolves when the document holds what was kept here, or to null when this browser keeps nothing. */
export async function keepLocally(doc: Y.Doc, place: string, epoch: string): Promise<LocalCopy | null> {
  const name = `${place}:${epoch}`;
  try {
    await dropOther(place, name);
    await canOpen(name);
  } catch {
    return null; // Private windows may refuse; the page then says that the text is only here.
  }
  const copy = new IndexeddbPersistence(name, doc);
  await Promise.race([copy.whenSynced, new Promise((resolve) => window.setTimeout(resolve, PATIENCE))]);
  return { forget: () => copy.clearData() };
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
