// Arithmetic over watched intervals: sorted, disjoint [start, end] pairs in seconds, to a tenth.
// The browser's twin of lms/viewing/coverage.py and unwatched.py. No page, no network.

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

/** The parts that are not in `spans` and long enough to speak of. */
export const holes = (spans, duration) => subtract([[0, tenth(duration)]], spans)
  .filter(([start, end]) => end - start >= SMALLEST_HOLE);

/** Where the next unwatched part after `position` begins, going round; null if there is none.
 *  The hole that begins where the player stands is being watched already. */
export function nextUnwatched(spans, duration, position) {
  const starts = holes(spans, duration).map(([start]) => start)
    .filter((start) => Math.abs(start - position) > SMALLEST_HOLE);
  return starts.find((start) => start > position) ?? starts[0] ?? null;
}

/** Notes [start, end, reason] with a newer one laid over them; the newest is the last. */
export function overlay(notes, [start, end, reason]) {
  if (end <= start) return notes;
  const rest = notes.flatMap(([from, to, why]) => subtract([[from, to]], [[start, end]])
    .map((span) => [...span, why]));
  const last = rest.at(-1);
  const isSame = last?.[2] === reason && last[1] === start;
  return isSame ? [...rest.slice(0, -1), [last[0], end, reason]] : [...rest, [start, end, reason]];
}

/** Every unwatched part as [start, end, reason]: `reason` from the notes, "never" without one. */
export function explain(spans, duration, notes) {
  return holes(spans, duration).flatMap(([start, end]) => {
    const noted = notes
      .map(([from, to, why]) => [Math.max(from, start), Math.min(to, end), why])
      .filter(([from, to]) => to - from >= SMALLEST_HOLE)
      .sort((a, b) => a[0] - b[0]);
    const rest = subtract([[start, end]], noted)
      .filter(([from, to]) => !noted.length || to - from >= SMALLEST_HOLE);
    return [...noted, ...rest.map((span) => [...span, "never"])].sort((a, b) => a[0] - b[0]);
  });
}
