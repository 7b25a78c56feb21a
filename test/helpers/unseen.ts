// Characters that steer a terminal or cannot be seen, listed one by one: not by the rule that the product itself uses.
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Controls, marks of direction, characters of no width, separators, tags, halves of pairs. */
export const unseenCodes: readonly number[] = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x61c,
  0x180e,
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x2064),
  ...range(0x2066, 0x206f),
  ...range(0xfe00, 0xfe0f),
  0xfeff,
  0xfff9,
  0xfdd0,
  0xe000,
  0xd800,
  0xdc00,
  ...range(0xe0020, 0xe007f),
];

const unseen: ReadonlySet<number> = new Set(unseenCodes);

/** All of them in one text, with letters between, and what would forge a line or command a CI service. */
export const hostile = `${unseenCodes.map((code) => `x${code < 0x10000 ? String.fromCharCode(code) : String.fromCodePoint(code)}`).join('')}\nFORGED all is well\r\n::error::FORGED\n##[error]FORGED ##vso[task.x]\u001b]0;title\u0007\u001b[2J`;

/** relight's own colours and nothing else. */
const own = /\u001b\[(?:1|2|22|31|32|33|36|39)m/g;

/** What is wrong with a text for a terminal or a log; undefined when nothing is. */
export function wrongWith(text: string): string | undefined {
  for (const character of text.replaceAll(own, '')) {
    const code = character.codePointAt(0) ?? 0;
    if (character !== '\n' && unseen.has(code))
      return `U+${code.toString(16)} in ${JSON.stringify(text.slice(0, 2000))}`;
  }
  const forged = text
    .replaceAll(own, '')
    .split('\n')
    .find((line) => /^\s*(FORGED|::)|##\w*\[/.test(line));
  return forged === undefined ? undefined : `the line ${JSON.stringify(forged)}`;
}
