// On a phone the toolbar lies above the keyboard: the height of what covers the page is put into a custom property. Set
// through the style object, which our policy allows (it refuses style attributes).

export function followKeyboard(): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const update = (): void => {
    const covered = Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
    document.documentElement.style.setProperty("--covered", `${Math.round(covered)}px`);
  };
  seen.addEventListener("resize", update);
  seen.addEventListener("scroll", update);
  update();
}
