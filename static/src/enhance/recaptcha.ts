// Google's script is fetched only after the visitor has pressed the button that says what it means.
import { loadScript } from "./loader";

export function prepareRecaptcha(): void {
  for (const box of document.querySelectorAll<HTMLElement>('[data-captcha="recaptcha"]')) {
    const button = box.querySelector<HTMLButtonElement>("[data-captcha-consent]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => show(box, button));
  }
}

async function show(box: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const place = document.createElement("div");
  place.className = "g-recaptcha";
  place.dataset.sitekey = box.dataset.sitekey ?? "";
  button.disabled = true;
  button.before(place);
  try {
    await loadScript(box.dataset.src ?? "");
    button.remove();
  } catch {
    place.remove();
    button.disabled = false;
    tell(box, "Kontrollen gick inte att hämta. Du kan skicka formuläret ändå.");
  }
}

function tell(box: HTMLElement, text: string): void {
  const status = box.querySelector("[role=status]");
  if (status) status.textContent = text;
}
