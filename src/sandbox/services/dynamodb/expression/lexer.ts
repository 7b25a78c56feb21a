// Expressions, first stage: text to tokens.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html

export interface Token {
  /** `name` and `number` as written, `nameRef` with its `#`, `valueRef` with its `:`; `symbol` includes what no rule knows. */
  readonly kind: 'name' | 'number' | 'nameRef' | 'valueRef' | 'symbol' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// A bare `#` or `:` is left to the last rule. Names start with a letter only: `_a` is a stray `_` and a name.
const pattern = /[ \t\r\n]+|([A-Za-z]\w*)|(\d+)|(#\w+)|(:\w+)|(<>|<=|>=|[^])/g;

export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const [found, name, number, nameRef, valueRef, symbol] = match;
    const kind = kindOf(name, number, nameRef, valueRef, symbol);
    if (kind !== undefined) tokens.push({ kind, text: found, start: match.index, end: match.index + found.length });
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length, end: text.length });
  return tokens;
}

/** Undefined for white space. */
function kindOf(...groups: readonly (string | undefined)[]): Token['kind'] | undefined {
  const kinds = ['name', 'number', 'nameRef', 'valueRef', 'symbol'] as const;
  return kinds[groups.findIndex((group) => group !== undefined)];
}
