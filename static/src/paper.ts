/* The page of a paper tells by itself when the PDF is made. On the page of the check, the file that somebody chooses is
   hashed here: its fingerprint is sent, the file never leaves the computer. */
import { watchStatus } from "./enhance/watch";

// More than this would fill the memory of a small computer; no paper of ours comes near.
const LARGEST = 100 * 1024 * 1024;

async function fingerprint(file: File): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function hashHere(form: HTMLFormElement): void {
  const file = form.querySelector<HTMLInputElement>("input[type=file]");
  const text = form.querySelector<HTMLInputElement>("input[name=fingerprint]");
  const told = document.querySelector<HTMLElement>("[data-check-told]");
  if (!file || !text || !told) return;
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    told.textContent = "";
    if (!chosen || chosen.size > LARGEST) return;
    text.value = await fingerprint(chosen);
    // Without a name it is not part of what is posted.
    file.removeAttribute("name");
    told.textContent = told.dataset.checkTold ?? "";
  });
}

watchStatus("[data-paper-status]");
// Only where the connection is encrypted do browsers offer to hash; elsewhere the server does it, and keeps nothing.
const form = document.querySelector<HTMLFormElement>("form[data-check]");
if (form && crypto.subtle) hashHere(form);
