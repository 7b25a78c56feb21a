// A place in a token list: what all expression parsers read from. Syntax errors are thrown at once, as AWS reports them
// before anything else.
import { invalidExpression } from './problems.ts';
import type { ExpressionName } from './problems.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';

const maxBytes = 4096;

export class Cursor {
  readonly expression: ExpressionName;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #position = 0;

  constructor(expression: ExpressionName, text: string) {
    if (text === '') invalidExpression(expression, 'The expression can not be empty;');
    if (Buffer.byteLength(text) > maxBytes) {
      const size = Buffer.byteLength(text);
      const problem = `Expression size has exceeded the maximum allowed size; expression size: ${size}`;
      invalidExpression(expression, problem);
    }
    this.expression = expression;
    this.#text = text;
    this.#tokens = tokenize(text);
    this.#end = { kind: 'end', text: '<EOF>', start: text.length, end: text.length };
  }

  get token(): Token {
    return this.#tokens[this.#position] ?? this.#end;
  }

  get following(): Token {
    return this.#tokens[this.#position + 1] ?? this.#end;
  }

  isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  /** Keywords are names in any case. */
  isKeyword(keyword: string): boolean {
    return this.token.kind === 'name' && this.token.text.toUpperCase() === keyword;
  }

  take(): Token {
    const { token } = this;
    this.#position += 1;
    return token;
  }

  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.#position += 1;
    return true;
  }

  takeKeyword(keyword: string): boolean {
    if (!this.isKeyword(keyword)) return false;
    this.#position += 1;
    return true;
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.syntaxError();
  }

  expectKeyword(keyword: string): void {
    if (!this.takeKeyword(keyword)) this.syntaxError();
  }

  expectEnd(): void {
    if (this.token.kind !== 'end') this.syntaxError();
  }

  /** The message quotes the offending token and the text from the token before it to the one after it. */
  syntaxError(): never {
    const { token } = this;
    const from = this.#tokens[this.#position - 1]?.start ?? token.start;
    const to = token.kind === 'end' ? token.end : this.following.end;
    const near = this.#text.slice(from, to).trim();
    invalidExpression(this.expression, `Syntax error; token: "${token.text}", near: "${near}"`);
  }
}
