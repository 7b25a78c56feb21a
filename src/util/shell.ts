// Words of a command line that people copy into their shell. Pure.

/**
 * One word for sh, bash and zsh, whatever is in it. What cannot be seen is written as an escape, which sh of POSIX 2024,
 * bash, zsh, ksh and busybox read within `$'...'`.
 */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(text) && !/^[=~]/.test(text)) return text;
  if (/^[ -~]*$/.test(text) || isPlain(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = Buffer.from(text, 'utf8');
  const escaped = [...bytes].map((byte) => {
    const character = String.fromCharCode(byte);
    if (character === '\\' || character === "'") return `\\${character}`;
    // Three octal digits: a hexadecimal escape would go on with a digit behind it.
    return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `$'${escaped.join('')}'`;
}

/** Letters of any language. */
function isPlain(text: string): boolean {
  return (
    /^[ -~\p{L}\p{M}\p{N}]*$/u.test(text) && !/\p{M}{7}/u.test(text) && !/\p{Default_Ignorable_Code_Point}/u.test(text)
  );
}
