import assert from "node:assert/strict";
import { test } from "node:test";

import { explain, merge, nextUnwatched, overlay, subtract, total } from "../../static/js/modules/intervals.js";

test("merge sorts, joins what touches and drops what is empty", () => {
  assert.deepEqual(merge([[10, 20]], [[0, 5], [20, 25], [3, 7], [30, 30]]), [[0, 7], [10, 25]]);
  assert.deepEqual(merge([], []), []);
});

test("merge leaves its inputs alone", () => {
  const old = [[0, 5]];
  merge(old, [[5, 9]]);
  assert.deepEqual(old, [[0, 5]]);
});

test("subtract keeps what is not taken", () => {
  assert.deepEqual(subtract([[0, 10]], [[2, 3], [5, 20]]), [[0, 2], [3, 5]]);
  assert.deepEqual(subtract([[0, 10], [20, 30]], [[0, 30]]), []);
  assert.deepEqual(subtract([[0, 10]], []), [[0, 10]]);
});

test("merge and subtract agree with sets of seconds", () => {
  let seed = 7;
  const random = (below) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % below;
  };
  const spans = () => Array.from({ length: random(6) }, () => {
    const start = random(40);
    return [start, start + random(10)];
  });
  const cells = (list) => new Set(list.flatMap(([start, end]) =>
    Array.from({ length: end - start }, (_, index) => start + index)));
  const sorted = (set) => [...set].sort((a, b) => a - b);
  for (let round = 0; round < 500; round += 1) {
    const [one, other] = [merge([], spans()), merge([], spans())];
    const union = new Set([...cells(one), ...cells(other)]);
    assert.deepEqual(sorted(cells(merge(one, other))), sorted(union));
    assert.equal(total(merge(one, other)), union.size);
    const rest = sorted(cells(one)).filter((cell) => !cells(other).has(cell));
    assert.deepEqual(sorted(cells(subtract(one, other))), rest);
  }
});

test("the next unwatched part is the same as on the server", () => {
  const seen = [[0, 2145], [2457, 2769]];
  assert.equal(nextUnwatched([], 3900, 0), null);
  assert.equal(nextUnwatched([], 3900, 600), 0);
  assert.equal(nextUnwatched(seen, 3900, 2467), 2769);
  assert.equal(nextUnwatched(seen, 3900, 2769), 2145);
  assert.equal(nextUnwatched(seen, 3900, 100), 2145);
  assert.equal(nextUnwatched([[0, 3900]], 3900, 5), null);
  assert.equal(nextUnwatched([[0, 50], [50.4, 3900]], 3900, 0), null);
});

test("a newer note lies over an older one, and a note that goes on is one", () => {
  const notes = [[0, 50, "skipped"], [10, 20, "hidden"], [20, 30, "hidden"], [60, 60, "fast"]]
    .reduce(overlay, []);
  assert.deepEqual(notes, [[0, 10, "skipped"], [30, 50, "skipped"], [10, 30, "hidden"]]);
});

test("unwatched parts and their reasons are the same as on the server", () => {
  const notes = [[0, 100, "skipped"], [40, 60, "clock"], [99.5, 130, "closed"]].reduce(overlay, []);
  assert.deepEqual(explain([[0, 20], [50, 50.4], [90, 95]], 200, notes), [
    [20, 40, "skipped"], [40, 50, "clock"], [50.4, 60, "clock"], [60, 90, "skipped"],
    [95, 99.5, "skipped"], [99.5, 130, "closed"], [130, 200, "never"],
  ]);
  assert.deepEqual(explain([[0, 199.5]], 200, notes), []);
});
