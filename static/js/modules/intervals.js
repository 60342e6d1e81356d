// Arithmetic over watched intervals: sorted, disjoint [start, end] pairs in seconds, to a tenth.
// The browser's twin of lms/viewing/coverage.py. No page, no network.

const SMALLEST_HOLE = 1;

export const tenth = (seconds) => Math.round(seconds * 10) / 10;

/** The union of both lists. */
export function merge(old, more) {
  const union = [];
  for (const [start, end] of [...old, ...more].sort((a, b) => a[0] - b[0])) {
    const last = union.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (end > start) union.push([start, end]);
  }
  return union;
}

/** What of `spans` is not in `taken`. */
export function subtract(spans, taken) {
  const rest = [];
  for (let [start, end] of spans) {
    for (const [left, right] of taken) {
      if (right <= start || left >= end) continue;
      if (left > start) rest.push([start, left]);
      start = right;
    }
    if (start < end) rest.push([start, end]);
  }
  return rest;
}

export const total = (spans) => tenth(spans.reduce((sum, [start, end]) => sum + end - start, 0));

/** Where the next unwatched part after `position` begins, going round; null if there is none.
 *  The hole that begins where the player stands is being watched already. */
export function nextUnwatched(spans, duration, position) {
  const starts = subtract([[0, tenth(duration)]], spans)
    .filter(([start, end]) => end - start >= SMALLEST_HOLE
      && Math.abs(start - position) > SMALLEST_HOLE)
    .map(([start]) => start);
  return starts.find((start) => start > position) ?? starts[0] ?? null;
}
