// Finding a choice by what people type: "malmö", "MALMÖ STAD" and "malmo" all lead to Malmö stad.

export interface Choice {
  code: string;
  label: string;
  otherNames: string[];
}

const MOST = 12;

/** Letters as Swedish sees them: å, ä and ö are letters of their own, upper and lower case are the same. */
function fold(text: string): string {
  return text
    .normalize("NFC")
    .toLocaleLowerCase("sv")
    .replace(/[\s\-–,.]+/g, " ")
    .trim();
}

/** For keyboards without å, ä and ö. */
function strip(text: string): string {
  return fold(text).normalize("NFD").replace(/\p{M}/gu, "");
}

export class Choices {
  constructor(private readonly choices: Choice[]) {}

  /** Choices that contain every word that was typed, those that begin with them first. */
  find(query: string): Choice[] {
    const found = this.search(query, fold);
    return (found.length ? found : this.search(query, strip)).slice(0, MOST);
  }

  /** The one choice that goes by this very name; none when two share it (Gotland is both a kommun and a region). */
  exact(text: string): Choice | undefined {
    const wanted = fold(text);
    const byLabel = this.choices.find((choice) => fold(choice.label) === wanted);
    if (byLabel) return byLabel;
    const byOther = this.choices.filter((choice) => choice.otherNames.some((name) => fold(name) === wanted));
    return byOther.length === 1 ? byOther[0] : undefined;
  }

  hasCode(text: string): boolean {
    return this.choices.some((choice) => choice.code === text);
  }

  private search(query: string, simplify: (text: string) => string): Choice[] {
    const words = simplify(query).split(" ").filter(Boolean);
    const matching = this.choices
      .map((choice) => ({ choice, text: simplify([choice.label, ...choice.otherNames].join(" ")) }))
      .filter(({ text }) => words.every((word) => ` ${text}`.includes(` ${word}`)));
    const begins = matching.filter(({ text }) => text.startsWith(words.join(" ")));
    const others = matching.filter((match) => !begins.includes(match));
    return [...begins, ...others].map(({ choice }) => choice);
  }
}
