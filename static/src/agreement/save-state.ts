// What is said about saving. "Sparat 14.32" stands only for what the server has committed.
import type { Announcer } from "./announcer";
import { clock } from "./dom";
import type { Provider, State, Stop } from "./provider";

const STOPPED: Readonly<Record<Stop, string>> = {
  "logged-out":
    "Du är utloggad. Det du har skrivit finns kvar här. Logga in i en annan flik och välj sedan Anslut igen.",
  malformed: "Det du skrev kunde inte läsas och är inte sparat. Det finns kvar här. Ladda om sidan och försök igen.",
  forbidden: "Du har inte längre tillgång till den här överenskommelsen.",
  frozen: "Texten är godkänd och låst. Ladda om sidan för att se den.",
  "too-large":
    "Det du har skrivit är för stort för att sparas på en gång. Kopiera texten hit du behöver den, ångra och ladda om sidan.",
  "other-epoch": "Texten har ersatts av en nyare. Sidan laddas om.",
};
const REVEALED = "Nu är ni båda klara. Gå till överenskommelsen för att se bådas texter.";
const AWAY = "Du är frånkopplad, allt sparas här tills du är tillbaka";
const AWAY_UNKEPT = "Du är frånkopplad. Stäng inte sidan: det du skriver finns bara här tills du är tillbaka";

export class SaveState {
  private before: State | null = null;
  private wasAway = false;

  constructor(
    private readonly provider: Provider,
    private readonly bar: HTMLElement,
    private readonly text: HTMLElement,
    private readonly retry: HTMLButtonElement,
    private readonly announcer: Announcer,
    private readonly keptLocally: boolean,
    private readonly isDraft: boolean,
  ) {
    provider.onState((state) => this.show(state));
    retry.addEventListener("click", () => provider.connect());
    window.addEventListener("beforeunload", (event) => {
      if (provider.state.unsaved) event.preventDefault();
    });
  }

  private show(state: State): void {
    const words = this.describe(state);
    if (this.text.textContent !== words) this.text.replaceChildren(words);
    // A page of a text that was locked before it was opened shows no editor and has nothing to say about saving.
    this.bar.hidden = state.stop === "frozen" && !this.provider.synced;
    this.text.dataset.state = state.phase === "live" ? (state.unsaved ? "saving" : "saved") : state.phase;
    this.retry.hidden = state.phase !== "stopped" || (state.stop !== "logged-out" && state.stop !== "too-large");
    this.announce(state, words);
    this.before = state;
  }

  /** Saving is not announced, only that the connection goes and comes back. */
  private announce(state: State, words: string): void {
    const away = state.phase === "waiting" || state.phase === "stopped";
    if (away && (!this.wasAway || state.stop !== this.before?.stop)) this.announcer.say(`${words}.`, true);
    if (state.phase === "live" && !state.unsaved && this.wasAway) {
      this.announcer.say("Du är ansluten igen och allt är sparat.", true);
      this.wasAway = false;
    }
    this.wasAway ||= away;
  }

  private describe(state: State): string {
    // A draft of one's own ends when both drafts are shown.
    if (state.stop === "forbidden" && this.isDraft) return REVEALED;
    if (state.stop && state.phase === "stopped") return STOPPED[state.stop];
    if (state.phase === "waiting" || (state.phase === "connecting" && this.wasAway)) {
      return this.keptLocally ? AWAY : AWAY_UNKEPT;
    }
    if (state.phase === "connecting" && !this.provider.synced) return "Ansluter …";
    if (state.unsaved || state.phase === "connecting") return "Sparar …";
    return state.savedAt ? `Sparat ${clock(state.savedAt)}` : "Allt är sparat";
  }
}
