// The models' regular expressions are Java's, and speak of the whole text.

const posix: Readonly<Record<string, string>> = { ASCII: '\\x00-\\x7F', Print: '\\x20-\\x7E' };

/**
 * The same in JavaScript, for the whole text.
 *
 * @param pattern of Java, as it stands in a service model
 * @throws SyntaxError when it holds what has no counterpart here
 */
export function patternOf(pattern: string): RegExp {
  let inClass = false;
  const source = pattern.replaceAll(
    /\\p\{(\w+)\}|\\u([0-9A-Fa-f]{4})|\\(.)|[[\]]/gs,
    (all: string, property?: string, unit?: string, escaped?: string) => {
      if (property !== undefined) {
        const range = posix[property];
        if (range === undefined) return all;
        return inClass ? range : `[${range}]`;
      }
      // A lone surrogate is a unit for Java, and no character for a regular expression with the flag `u`.
      if (unit !== undefined) return all;
      if (escaped !== undefined) return escapeOf(escaped, inClass);
      if (all === '[') {
        if (inClass) return '\\[';
        inClass = true;
      } else {
        inClass = false;
      }
      return all;
    },
  );
  return new RegExp(`^(?:${source})$`, 'u');
}

/** Java lets any sign be escaped, JavaScript only those that mean something. */
function escapeOf(sign: string, inClass: boolean): string {
  if (/[a-zA-Z0-9]/.test(sign) || /[\^$\\.*+?()[\]{}|/]/.test(sign)) return `\\${sign}`;
  return sign === '-' && inClass ? '\\-' : sign;
}
