// Counting words and tidying text, exactly as lms/base/vietnamese.py does. No page, no network.

// What Python's str.split() splits at.
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const LOOSE_END = /[\t \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+$/u;
const COUNTS = /[\p{L}\p{N}]/u;

/** Words as Vietnamese writers count them: each written syllable or number is one. */
export function countWords(text) {
  return text.split(BLANKS).filter((word) => COUNTS.test(word)).length;
}

/** The text as the server will keep it: plain line ends, nothing invisible, composed letters, no
 *  loose ends. */
export function tidy(text) {
  return text.replace(/\r\n?|[\x0b\x0c\x85\u2028\u2029]/g, "\n")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (char) => (char === "\n" || char === "\t" ? char : ""))
    .replace(/[\u00d0\u0189]/g, "Đ").normalize("NFC")
    .split("\n").map((line) => line.replace(LOOSE_END, "")).join("\n")
    .replace(/^\n+|\n+$/g, "");
}
