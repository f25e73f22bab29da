// What is said about saving. "Sparat 14.32" stands only for what the server has committed, and "sparas här" only while this
// browser keeps a copy.
import type { Announcer } from "./announcer";
import { clock } from "./dom";
import type { LocalCopy } from "./local";
import type { Provider, State, Stop } from "./provider";

const LOG_IN = "Logga in i en annan flik och välj sedan Anslut igen.";
const LOG_IN_AS_YOURSELF = "Logga in som dig själv i en annan flik och välj sedan Anslut igen.";
const STOPPED: Readonly<Record<Stop, string>> = {
  "logged-out": "Du är utloggad.",
  "other-person": "Någon annan är inloggad i den här webbläsaren.",
  malformed: "Det du skrev kunde inte läsas och är inte sparat. Det finns kvar här. Ladda om sidan och försök igen.",
  forbidden: "Du har inte längre tillgång till den här överenskommelsen.",
  frozen: "Texten är godkänd och låst. Ladda om sidan för att se den.",
  ended: "Överenskommelsen är avslutad och går inte att ändra. Ladda om sidan för att läsa den.",
  shown: "Nu är ni båda klara. Gå till överenskommelsen för att se bådas texter.",
  "too-large":
    "Det du har skrivit är för stort för att sparas på en gång. Kopiera texten hit du behöver den, ångra och ladda om sidan.",
  "other-epoch": "Texten har ersatts av en nyare. Sidan laddas om.",
};
/** Nothing more can be saved, whatever the person does. */
export const ENDS: ReadonlySet<Stop | null> = new Set<Stop>(["forbidden", "frozen", "ended", "shown"]);
/** The person can do something about it, and then come back. */
const MAY_RETRY: ReadonlySet<Stop | null> = new Set<Stop>(["logged-out", "other-person", "too-large"]);
const TOO_LATE = "Det du skrev sist hann inte sparas. Kopiera det om du vill ha det kvar.";
const AWAY = "Du är frånkopplad, allt sparas här tills du är tillbaka";
const AWAY_UNKEPT = "Du är frånkopplad. Stäng inte sidan: det du skriver finns bara här tills du är tillbaka";

export class SaveState {
  private wasAway = false;
  /** What was announced last of being away. */
  private said = "";

  constructor(
    private readonly provider: Provider,
    private readonly bar: HTMLElement,
    private readonly text: HTMLElement,
    private readonly retry: HTMLButtonElement,
    private readonly announcer: Announcer,
    private readonly copy: LocalCopy | null,
    reconnect: () => void,
  ) {
    provider.onState((state) => this.show(state));
    copy?.onChange(() => this.show(provider.state));
    retry.addEventListener("click", reconnect);
    window.addEventListener("beforeunload", (event) => {
      if (provider.state.unsaved) event.preventDefault();
    });
  }

  private get isKept(): boolean {
    return this.copy?.isKept ?? false;
  }

  private show(state: State): void {
    const words = this.describe(state);
    if (this.text.textContent !== words) this.text.replaceChildren(words);
    // A page of a text that was locked before it was opened shows no editor and has nothing to say about saving.
    this.bar.hidden = state.stop === "frozen" && !this.provider.synced;
    this.text.dataset.state = state.phase === "live" ? (state.unsaved ? "saving" : "saved") : state.phase;
    this.retry.hidden = state.phase !== "stopped" || !MAY_RETRY.has(state.stop);
    this.announce(state, words);
  }

  /** Saving is not announced, only that the connection goes and comes back, and what becomes of what is written. */
  private announce(state: State, words: string): void {
    const away = state.phase === "waiting" || state.phase === "stopped";
    if (away && words !== this.said) {
      this.announcer.say(words.endsWith(".") ? words : `${words}.`, true);
      this.said = words;
    }
    if (state.phase === "live" && !state.unsaved && this.wasAway) {
      this.announcer.say("Du är ansluten igen och allt är sparat.", true);
      [this.wasAway, this.said] = [false, ""];
    }
    this.wasAway ||= away;
  }

  private describe(state: State): string {
    if (state.stop && state.phase === "stopped") return this.describeStop(state.stop, state.unsaved);
    if (state.phase === "waiting" || (state.phase === "connecting" && this.wasAway)) {
      return this.isKept ? AWAY : AWAY_UNKEPT;
    }
    if (state.phase === "connecting" && !this.provider.synced) return "Ansluter …";
    if (state.unsaved || state.phase === "connecting") return "Sparar …";
    return state.savedAt ? `Sparat ${clock(state.savedAt)}` : "Allt är sparat";
  }

  private describeStop(stop: Stop, unsaved: boolean): string {
    const why = STOPPED[stop];
    if (stop === "logged-out") return `${why} ${this.whereItIs(unsaved)} ${LOG_IN}`;
    if (stop === "other-person") return `${why} ${this.whereItIs(unsaved)} ${LOG_IN_AS_YOURSELF}`;
    return ENDS.has(stop) && unsaved ? `${why} ${TOO_LATE}` : why;
  }

  private whereItIs(unsaved: boolean): string {
    if (this.isKept) return "Det du har skrivit finns kvar här.";
    return unsaved ? "Stäng inte sidan: det du skrev sist finns bara här." : "Det du har skrivit är sparat.";
  }
}
