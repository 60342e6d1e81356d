import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { missing, tenths, written } from "../../static/js/modules/marking-sum.js";

const cases = JSON.parse(readFileSync(new URL("marks.json", import.meta.url)));

/** What the page is given: criterion → level → whole number. */
const given = (criteria) => Object.fromEntries(criteria.map(([weight, shares], criterion) =>
  [criterion, Object.fromEntries(shares.map((share, level) => [level, weight * Math.round(share * 10_000)]))]));

const levelsOf = (chosen) =>
  Object.fromEntries(chosen.flatMap((level, criterion) => level === null ? [] : [[criterion, level]]));

test("the value is the server's, to the digit", () => {
  for (const { scale, criteria, chosen, tenths: expected } of cases) {
    assert.equal(tenths(given(criteria), scale, levelsOf(chosen)), expected, JSON.stringify(criteria));
  }
});

test("levels that are none of the rubric's earn nothing and count as missing", () => {
  const rubric = { 1: { 10: 500_000 }, 2: { 20: 500_000 } };
  assert.equal(tenths(rubric, 10, { 1: 10, 2: 99, 7: 1 }), 50);
  assert.deepEqual(missing(rubric, { 1: 10, 2: 99 }), ["2"]);
  assert.deepEqual(missing(rubric, { 1: 10, 2: 20 }), []);
  assert.deepEqual(missing(rubric, {}), ["1", "2"]);
});

test("a value is written as people write it", () => {
  assert.equal(written(82, ","), "8,2");
  assert.equal(written(80, ","), "8");
  assert.equal(written(5, "."), "0.5");
  assert.equal(written(100, ","), "10");
  assert.equal(written(0, ","), "0");
});
