// The beginning of a text that is too long to be kept. Where it is cut, a secret value may stand, and what is looked for
// later are whole values and pieces of eight characters and more (`fragments.ts`): so no word is cut in two. Pure.

/** Of a text of AWS's. The longest quote the request that was signed: some 3,000 characters. */
const page = 8_000;
/** Longer than any value that is not found by its pieces. */
const longestWord = 256;

/**
 * A text of somebody else's, at most a page of it, with what was left out told. It goes into journals, reports and
 * terminals, and each of these looks at every character.
 *
 * @param first what is done with it before it is cut; given half as much again, so that what begins on the page is whole
 */
export function atMostAPage(text: string, first: (text: string) => string = (same) => same): string {
  if (text.length <= page) return first(text);
  const kept = beginningOf(first(text.slice(0, page + page / 2)), page);
  return `${kept}\u2026 (cut: the whole text has ${text.length} characters)`;
}

/** At most so many characters, up to a space, or else to a sign that is no letter or number. */
function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const least = most - longestWord;
  const last = text.slice(least, most + 1);
  const at = lastOf(last, /\s/gu) ?? lastOf(last, /[^\p{L}\p{N}\p{M}]/gu) ?? 0;
  return text.slice(0, least + at).replace(/[\ud800-\udbff]$/, '');
}

/** Where it was found last. */
function lastOf(text: string, pattern: RegExp): number | undefined {
  return [...text.matchAll(pattern)].at(-1)?.index;
}
