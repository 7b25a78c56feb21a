// Wildcards of AWS's, with those letters aside that a policy's variable brought in.

/** Stands before a letter that is meant as it is. */
export const literally = '\u0000';

/** `*` stands for any letters, `?` for one. Linear but for what the last star has to take back. */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  let index = 0;
  while (index < text.length) {
    const isLiteral = pattern[at] === literally;
    const letter = pattern[isLiteral ? at + 1 : at];
    if (letter === '*' && !isLiteral) {
      star = at;
      taken = index;
      at += 1;
    } else if (letter !== undefined && ((letter === '?' && !isLiteral) || letter === text[index])) {
      at += isLiteral ? 2 : 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      taken += 1;
      index = taken;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
