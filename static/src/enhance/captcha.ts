// ALTCHA, a proof of work from our own server. It starts when somebody begins to use the form and works in the background.
// Whatever goes wrong on the way, the form is sent; without a proof the server's other defences judge it.
import { markBusy } from "./busy";
import { bundleUrl, loadScript } from "./loader";

const PATIENCE = 20_000;

interface Check {
  done: Promise<void>;
  isDone: boolean;
  isAwaited: boolean;
}

export function prepareCaptcha(): void {
  for (const box of document.querySelectorAll<HTMLElement>('[data-captcha="altcha"]')) {
    const form = box.closest("form");
    if (form) guard(form, box);
  }
}

function guard(form: HTMLFormElement, box: HTMLElement): void {
  let check: Check | undefined;
  const begin = (): Check => {
    check ??= start(box);
    return check;
  };
  for (const type of ["focusin", "pointerdown", "input"]) form.addEventListener(type, begin, { once: true });
  form.addEventListener("submit", (event) => holdUntilDone(event, form, begin()), { capture: true });
}

function start(box: HTMLElement): Check {
  const check: Check = { done: Promise.resolve(), isDone: false, isAwaited: false };
  const tooLong = new Promise<never>((_, reject) => window.setTimeout(() => reject(new Error("too slow")), PATIENCE));
  check.done = Promise.race([solve(box), tooLong])
    // An unsolved widget would post an empty proof; no widget means that the check was not available.
    .catch(() => box.replaceChildren())
    .finally(() => {
      check.isDone = true;
    });
  return check;
}

async function solve(box: HTMLElement): Promise<void> {
  await loadScript(bundleUrl("altcha"));
  const widget = document.createElement("altcha-widget");
  widget.hidden = true;
  widget.setAttribute("challengeurl", box.dataset.challengeUrl ?? "");
  widget.setAttribute("workerurl", bundleUrl("altchaWorker"));
  widget.setAttribute("name", box.dataset.name ?? "altcha");
  widget.setAttribute("auto", "onload");
  widget.setAttribute("disableautofocus", "");
  const verified = new Promise<void>((resolve, reject) => {
    widget.addEventListener("statechange", (event) => {
      const { state } = (event as AltchaStateChangeEvent).detail;
      if (state === "verified") resolve();
      if (state === "error") reject(new Error("the check failed"));
    });
  });
  box.append(widget);
  await verified;
}

function holdUntilDone(event: SubmitEvent, form: HTMLFormElement, check: Check): void {
  if (check.isDone) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (check.isAwaited) return;
  check.isAwaited = true;
  const restore = markBusy(event.submitter, "Kontrollerar …");
  check.done.then(() => {
    restore();
    form.requestSubmit(event.submitter);
  });
}
