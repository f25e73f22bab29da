// How much room is left in a long text. The browser sets no limit: nothing that was typed or pasted is ever cut off.

const QUIET = 1000;

export function countCharacters(): void {
  document.querySelectorAll<HTMLTextAreaElement>("textarea[data-maxlength]").forEach(attachCounter);
}

function attachCounter(area: HTMLTextAreaElement): void {
  const limit = Number(area.dataset.maxlength);
  const seen = document.createElement("p");
  const spoken = document.createElement("p");
  seen.className = "field__count";
  seen.setAttribute("aria-hidden", "true");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  area.after(seen, spoken);
  let timer = 0;
  const update = (): void => {
    seen.textContent = describe(limit - [...area.value].length);
    seen.classList.toggle("field__error", [...area.value].length > limit);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      spoken.textContent = document.activeElement === area ? seen.textContent : "";
    }, QUIET);
  };
  area.addEventListener("input", update);
  update();
}

function describe(left: number): string {
  const number = Math.abs(left).toLocaleString("sv-SE");
  return left >= 0 ? `Du har ${number} tecken kvar.` : `Texten är ${number} tecken för lång.`;
}
