// Finding a choice by what people type: "malmö", "MALMÖ STAD", "malmo" and "malmö stadd" all lead to Malmö.

export interface Choice {
  code: string;
  label: string;
}

type Simplify = (text: string) => string;

const MOST = 12;
const SHORTEST = 3;

/** Letters as Swedish sees them: å, ä and ö are letters of their own, upper and lower case are the same. */
function fold(text: string): string {
  return text
    .normalize("NFC")
    .toLocaleLowerCase("sv")
    .replace(/[\s\-–,.()]+/g, " ")
    .trim();
}

/** For keyboards without å, ä and ö. */
function strip(text: string): string {
  return fold(text).normalize("NFD").replace(/\p{M}/gu, "");
}

export class Choices {
  constructor(private readonly choices: Choice[]) {}

  /** Choices that contain every word that was typed; failing that, what an ending less or two leads to ("falun"). */
  find(query: string): Choice[] {
    const wanted = fold(query);
    for (const [text, simplify] of attempts(wanted)) {
      const found = this.search(simplify(text), simplify);
      if (found.length) return found.slice(0, MOST);
    }
    return [];
  }

  /** The one choice that the text names: in full, or by whole words if nothing else fits them (not "Gotland"). */
  named(text: string): Choice | undefined {
    const wanted = fold(text);
    const byLabel = this.choices.find((choice) => fold(choice.label) === wanted);
    if (byLabel || !wanted) return byLabel;
    const [only, ...others] = this.find(text);
    const isNamed = only !== undefined && ` ${fold(only.label)} `.includes(` ${wanted} `);
    return isNamed && others.length === 0 ? only : undefined;
  }

  hasCode(text: string): boolean {
    return this.choices.some((choice) => choice.code === text);
  }

  /** Those that begin with what was typed stand first. */
  private search(wanted: string, simplify: Simplify): Choice[] {
    const words = wanted.split(" ").filter(Boolean);
    const matching = this.choices
      .map((choice) => ({ choice, text: simplify(choice.label) }))
      .filter(({ text }) => words.every((word) => ` ${text}`.includes(` ${word}`)));
    const begins = matching.filter(({ text }) => text.startsWith(wanted));
    const others = matching.filter((match) => !begins.includes(match));
    return [...begins, ...others].map(({ choice }) => choice);
  }
}

function attempts(wanted: string): [string, Simplify][] {
  const shorter = [wanted.slice(0, -1), wanted.slice(0, -2)].filter((text) => text.length >= SHORTEST);
  return [[wanted, fold], [wanted, strip], ...shorter.map((text): [string, Simplify] => [text, strip])];
}
