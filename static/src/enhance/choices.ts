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

/** Words for the kind of an organisation, old ones too: "landstinget Kronoberg", "Kalmar läns landsting", "Luleå stad". */
const KINDS: [words: RegExp, kind: string][] = [
  [/^(region(en)?|landsting(et)?|l[äa]ns?)$/, "region"],
  [/^(kommunen?|stad)$/, "kommun"],
];
/** What no part of today's name leads to. */
const OTHER_NAMES = new Map([
  ["vgr", "västra götalandsregionen"],
  ["sll", "region stockholm"],
  ["södermanland", "sörmland"],
  ["södermanlands", "sörmland"],
]);

export class Choices {
  constructor(private readonly choices: Choice[]) {}

  /** Choices that fit what was typed; failing that, those of its kind that fit the place in it. */
  find(query: string): Choice[] {
    const wanted = fold(query);
    const found = fitting(wanted, this.choices);
    return (found.length ? found : this.otherwiseNamed(wanted.split(" "))).slice(0, MOST);
  }

  private otherwiseNamed(words: string[]): Choice[] {
    const kind = KINDS.find(([named]) => words.some((word) => named.test(word)))?.[1] ?? "";
    const place = words.filter((word) => word !== "i" && !KINDS.some(([named]) => named.test(word)));
    if (!place.length) return [];
    const ofKind = this.choices.filter(({ label }) => fold(label).includes(kind));
    return fitting(place.map((word) => OTHER_NAMES.get(word) ?? word).join(" "), ofKind);
  }

  /** The one choice that the text names: in full, or by whole words, with or without its dots and rings, if nothing else fits (not "Gotland"). */
  named(text: string): Choice | undefined {
    const wanted = fold(text);
    const byLabel = this.choices.find((choice) => fold(choice.label) === wanted);
    if (byLabel || !wanted) return byLabel;
    const [only, ...others] = this.find(text);
    const isNamed = only !== undefined && ` ${strip(only.label)} `.includes(` ${strip(text)} `);
    return isNamed && others.length === 0 ? only : undefined;
  }

  hasCode(text: string): boolean {
    return this.choices.some((choice) => choice.code === text);
  }
}

/** Choices that contain every word that was typed; failing that, what an ending less or two leads to ("falun"). */
function fitting(wanted: string, choices: Choice[]): Choice[] {
  for (const [text, simplify] of attempts(wanted)) {
    const found = search(simplify(text), simplify, choices);
    if (found.length) return found;
  }
  return [];
}

/** Those that begin with what was typed stand first. */
function search(wanted: string, simplify: Simplify, choices: Choice[]): Choice[] {
  const words = wanted.split(" ").filter(Boolean);
  const matching = choices
    .map((choice) => ({ choice, text: simplify(choice.label) }))
    .filter(({ text }) => words.every((word) => ` ${text}`.includes(` ${word}`)));
  const begins = matching.filter(({ text }) => text.startsWith(wanted));
  const others = matching.filter((match) => !begins.includes(match));
  return [...begins, ...others].map(({ choice }) => choice);
}

function attempts(wanted: string): [string, Simplify][] {
  const shorter = [wanted.slice(0, -1), wanted.slice(0, -2)].filter((text) => text.length >= SHORTEST);
  return [[wanted, fold], [wanted, strip], ...shorter.map((text): [string, Simplify] => [text, strip])];
}
