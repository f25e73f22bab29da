// Without a network the browser would put its own error page in the place of the form, and the way back leads past it:
// what was typed would be lost. So nothing is sent, and the page says what to do.

const TEXT = "Du har inget nät just nu. Det du har skrivit finns kvar här. Tryck på knappen igen när du har nät.";

const asking = new WeakSet<HTMLFormElement>();
const answered = new WeakSet<HTMLFormElement>();
let told: HTMLElement | null = null;

export function keepWhenOffline(): void {
  document.addEventListener("submit", onSubmit);
  window.addEventListener("online", forget);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (navigator.onLine || answered.delete(form)) {
    forget();
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!asking.has(form)) void sendOrTell(form, event.submitter);
}

/** Some browsers believe to be offline when they are not: whether the portal answers settles it. */
async function sendOrTell(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  asking.add(form);
  const answers = await fetch("/halsa/live", { cache: "no-store" }).then(
    () => true,
    () => false,
  );
  asking.delete(form);
  if (answers) {
    answered.add(form);
    form.requestSubmit(submitter);
  } else tell(submitter ?? form);
}

function tell(place: HTMLElement): void {
  forget();
  told = document.createElement("div");
  told.className = "notice notice--warning";
  told.setAttribute("role", "alert");
  place.after(told);
  const body = document.createElement("p");
  body.className = "notice__body";
  body.textContent = TEXT;
  told.append(body);
  told.scrollIntoView({ block: "nearest" });
}

function forget(): void {
  told?.remove();
  told = null;
}
