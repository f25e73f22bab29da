/* Large files in admin: how far the upload has come, a way to stop it, and a word before a file that is too large is
   sent. Without this script the form is sent as any other. */

const STEP = 10;
const MEGABYTE = 1_000_000;

function size(bytes: number): string {
  return `${(bytes / MEGABYTE).toLocaleString("sv-SE", { maximumFractionDigits: 1 })} MB`;
}

function chosenFiles(form: HTMLFormElement): File[] {
  const inputs = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")];
  return inputs.flatMap((input) => [...(input.files ?? [])]);
}

/** The first input whose file the server would refuse for its size. */
function tooLarge(form: HTMLFormElement): HTMLInputElement | undefined {
  const inputs = [...form.querySelectorAll<HTMLInputElement>("input[type=file][data-most-bytes]")];
  return inputs.find((input) => [...(input.files ?? [])].some((file) => file.size > Number(input.dataset.mostBytes)));
}

interface Panel {
  box: HTMLElement;
  show: (share: number) => void;
  say: (text: string) => void;
  stop: HTMLButtonElement;
}

function makePanel(): Panel {
  const box = document.createElement("div");
  box.className = "upload module";
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", "Uppladdning");
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.textContent = "Avbryt uppladdningen";
  box.append(words, bar, stop);
  let said = -STEP;
  const say = (text: string): void => {
    words.textContent = text;
  };
  const show = (share: number): void => {
    bar.value = share;
    // A screen reader is told in steps, not at every packet.
    if (share - said < STEP && share < 100) return;
    said = share;
    say(share < 100 ? `Laddar upp: ${share} procent.` : "Filen är framme och kontrolleras.");
  };
  return { box, show, say, stop };
}

/** The page that the server answered with takes the place of this one, as after any form. */
function showAnswer(request: XMLHttpRequest): void {
  window.history.replaceState(null, "", request.responseURL);
  document.open();
  document.write(request.responseText);
  document.close();
}

function send(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const data = new FormData(form);
  if (submitter instanceof HTMLInputElement && submitter.name) data.append(submitter.name, submitter.value);
  const total = chosenFiles(form).reduce((sum, file) => sum + file.size, 0);
  const panel = makePanel();
  const buttons = [...form.querySelectorAll<HTMLInputElement>("input[type=submit]")];
  const request = new XMLHttpRequest();
  const end = (text: string): void => {
    panel.say(text);
    panel.stop.remove();
    buttons.forEach((button) => {
      button.disabled = false;
    });
  };
  form.querySelector(".upload")?.remove();
  form.append(panel.box);
  panel.show(0);
  panel.say(`Laddar upp ${size(total)}.`);
  buttons.forEach((button) => {
    button.disabled = true;
  });
  panel.stop.addEventListener("click", () => request.abort());
  panel.stop.focus();
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) panel.show(Math.floor((100 * event.loaded) / event.total));
  });
  request.addEventListener("load", () => showAnswer(request));
  request.addEventListener("abort", () => end("Uppladdningen är avbruten. Inget har sparats."));
  request.addEventListener("error", () => end("Förbindelsen bröts. Inget har sparats: försök igen."));
  request.open("POST", form.action || window.location.href);
  request.send(data);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.enctype !== "multipart/form-data") return;
  const refused = tooLarge(form);
  if (refused) {
    event.preventDefault();
    refused.setCustomValidity(`Filen är för stor. Den får vara högst ${size(Number(refused.dataset.mostBytes))}.`);
    refused.reportValidity();
    refused.addEventListener("change", () => refused.setCustomValidity(""), { once: true });
    return;
  }
  if (chosenFiles(form).length === 0) return;
  event.preventDefault();
  send(form, event.submitter);
}

document.addEventListener("submit", onSubmit);
