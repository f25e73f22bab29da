// Heavy parts are bundles of their own, fetched when somebody begins to use them. Their addresses stand on main's script
// element, since in production each file name carries a hash of its content.

type Bundle = "autocomplete" | "altcha" | "altchaWorker";

export function bundleUrl(name: Bundle): string {
  const url = document.querySelector<HTMLScriptElement>("script[data-bundles]")?.dataset[name];
  if (!url) throw new Error(`no address of the bundle ${name}`);
  return new URL(url, document.baseURI).href;
}

/** Runs a script once; rejects when it cannot be fetched, and then a later call may try again. */
export function loadScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => {
      script.remove();
      reject(new Error("a script could not be fetched"));
    });
    document.head.append(script);
  });
}
