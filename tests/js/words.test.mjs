import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { countWords, tidy } from "../../static/js/modules/words.js";

const CASES = JSON.parse(readFileSync(new URL("words.json", import.meta.url), "utf-8"));

test("words are counted as on the server", () => {
  for (const [text, words] of CASES) assert.equal(countWords(text), words, JSON.stringify(text));
});

test("text is tidied as on the server", () => {
  const cases = JSON.parse(readFileSync(new URL("tidied.json", import.meta.url), "utf-8"));
  for (const [text, tidied] of cases) assert.equal(tidy(text), tidied, JSON.stringify(text));
});
