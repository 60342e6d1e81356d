// The value of a mark from the chosen levels, in whole numbers: the same as the server's to the digit.

const WHOLE = 1_000_000; // all criteria at their best level

/** Tenths of the scale that the chosen levels earn, rounded half up; `levels`: criterion → level. */
export function tenths(rubric, scale, levels) {
  const earned = Object.entries(levels)
    .reduce((sum, [criterion, level]) => sum + (rubric[criterion]?.[level] ?? 0), 0);
  return Math.floor((earned * scale * 10 + WHOLE / 2) / WHOLE);
}

/** Tenths as people write them: 82 → "8,2", 80 → "8". */
export function written(value, comma) {
  const rest = value % 10;
  return `${(value - rest) / 10}${rest ? comma + rest : ""}`;
}

/** Criteria of the rubric without a level. */
export function missing(rubric, levels) {
  return Object.keys(rubric).filter((criterion) => !(levels[criterion] in rubric[criterion]));
}
