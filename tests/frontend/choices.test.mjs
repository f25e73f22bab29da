// An organisation is found, and counts as chosen, by the names that people write.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Choices } from "../../static/src/enhance/choices";

const LABELS = [
  "Falu kommun",
  "Gotlands kommun (Region Gotland)",
  "Habo kommun",
  "Håbo kommun",
  "Luleå kommun",
  "Malmö kommun (Malmö stad)",
  "Region Gotland",
  "Region Kalmar län",
  "Region Kronoberg",
  "Region Stockholm",
  "Region Sörmland",
  "Stockholms kommun (Stockholms stad)",
  "Upplands Väsby kommun",
  "Upplands-Bro kommun",
  "Västra Götalandsregionen",
];
const choices = new Choices(LABELS.map((label, code) => ({ code: `${code}`, label })));
const found = (text) => choices.find(text).map(({ label }) => label);
const named = (text) => choices.named(text)?.label;

for (const [text, ...labels] of [
  ["falun", "Falu kommun"],
  ["malmo stad", "Malmö kommun (Malmö stad)"],
  ["luleå stad", "Luleå kommun"],
  ["vgr", "Västra Götalandsregionen"],
  ["Region Västra Götaland", "Västra Götalandsregionen"],
  ["Västra Götalands län", "Västra Götalandsregionen"],
  ["landstinget Kronoberg", "Region Kronoberg"],
  ["Landstinget i Kalmar län", "Region Kalmar län"],
  ["Kalmar läns landsting", "Region Kalmar län"],
  ["Stockholms läns landsting", "Region Stockholm"],
  ["Södermanlands läns landsting", "Region Sörmland"],
  ["sll", "Region Stockholm"],
  ["landstinget"],
  ["Atlantis stad"],
  ["i"],
])
  test(`"${text}" finds ${labels.join(" and ") || "nothing"}`, () => assert.deepEqual(found(text), labels));

for (const [text, label] of [
  ["Upplands Väsby", "Upplands Väsby kommun"],
  ["upplands vasby", "Upplands Väsby kommun"],
  ["malmo stad", "Malmö kommun (Malmö stad)"],
  ["habo", "Habo kommun"],
  ["håbo", "Håbo kommun"],
  ["gotland", undefined],
  ["upplands", undefined],
  ["falun", undefined],
  ["Stockholms läns landsting", undefined],
  ["", undefined],
])
  test(`"${text}" ${label ? `is ${label}` : "is nobody's name"}`, () => assert.equal(named(text), label));
