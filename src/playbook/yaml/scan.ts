// Bytes to text to YAML tokens, refusing what could hurt before any structure is built from it: too much, too deep,
// the wrong encoding, aliases by the thousand. All checks here are linear in the size of the file.
import { Buffer } from 'node:buffer';
import { CST, Lexer, LineCounter } from 'yaml';
import type { Place } from '../diagnostic.ts';

export const limits = {
  /** Bytes of the file. */
  bytes: 4_194_304,
  /** YAML tokens, blanks included, of a file that is not plain: what the full reader manages in a second or two. */
  tokens: 450_000,
  /** Values of a plain file; 10,000 components of a real service have about 170,000. */
  values: 600_000,
  /** Escapes in one text in quotes: yaml tells each wrong one. */
  escapes: 10_000,
  /** Levels of nesting. */
  depth: 64,
  /** Anchors, and uses of them. */
  aliases: 100,
  /** Values that aliases stand for, in all. */
  aliasedValues: 10_000,
  /** Syntax mistakes that are told; what follows the first few is mostly their echo. */
  syntaxErrors: 20,
} as const;

/** A mistake before it has a file name and, for most, a line. */
export interface SourceProblem {
  readonly code: string;
  readonly message: string;
  readonly expected?: string;
  readonly place: Place;
}

export type Decoded =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly text: string; problem: SourceProblem };

const start: Place = { line: 1, column: 1, length: 1 };

/** The text of a playbook file, from bytes or from text in memory. */
export function decode(input: string | Uint8Array): Decoded {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  if (size > limits.bytes) {
    const message = `the file has ${size.toLocaleString('en')} bytes, more than the limit of ${limits.bytes.toLocaleString('en')} (4 MiB)`;
    return { ok: false, text: '', problem: { code: 'too-large', message, place: start } };
  }
  const decoded = typeof input === 'string' ? { ok: true as const, text: input } : decodeBytes(input);
  if (!decoded.ok) return decoded;
  const text = decoded.text.startsWith('\ufeff') ? decoded.text.slice(1) : decoded.text;
  const control = controlCharacter.exec(text);
  if (control === null) return { ok: true, text };
  const code = control[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
  const message =
    control[0] === '\0'
      ? `the file holds a NUL character at offset ${control.index}: it is binary, or text in UTF-16 or UTF-32`
      : `control character U+${code} at offset ${control.index}`;
  const place = placeAt(linesOf(text), control.index, 1);
  return { ok: false, text, problem: { code: 'encoding', message, expected: 'text in UTF-8', place } };
}

// YAML 1.2.2, production [1] c-printable, names the control characters that a file may hold.
const controlCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/;

function decodeBytes(bytes: Uint8Array): Decoded {
  const fail = (message: string, place: Place, text = ''): Decoded => ({
    ok: false,
    text,
    problem: { code: 'encoding', message, expected: 'text in UTF-8', place },
  });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return fail('the file is UTF-16 (its first two bytes are a UTF-16 byte order mark)', start);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  // Bad bytes decode to U+FFFD. One that the file really holds is three bytes long and harmless.
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) {
      const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
      return fail(`byte 0x${byte} at offset ${offset} is not UTF-8`, placeAt(linesOf(text), at, 1), text);
    }
    offset += 3;
    from = at + 1;
  }
  return { ok: true, text };
}

/** Where the lines of a text begin. */
export function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

export function placeAt(lines: LineCounter, offset: number, length: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col), length };
}

export interface Scanned {
  readonly tokens: readonly string[];
  readonly problems: readonly SourceProblem[];
}

/**
 * The tokens of a YAML text. The parser and the composer recurse and are slow on hostile text, so nesting, aliases and
 * what a playbook never uses (tags, directives, further documents) are dealt with here, where one loop is enough.
 */
export function scan(text: string, lines: LineCounter): Scanned {
  const tokens: string[] = [];
  const problems: SourceProblem[] = [];
  const nesting = new Nesting();
  let offset = 0;
  let scalarFollows = false;
  let commas = 0;
  let anchors = 0;
  let aliases = 0;
  let documents = 0;
  let before = '';
  const report = (code: string, message: string, length: number, expected?: string): void => {
    const place = placeAt(lines, offset, length);
    problems.push({ code, message, place, ...(expected === undefined ? {} : { expected }) });
  };

  for (const token of new Lexer().lex(text)) {
    tokens.push(token);
    const kind: string = scalarFollows ? 'content' : (CST.tokenType(token) ?? 'content');
    scalarFollows = kind === 'scalar';
    // A document begins by its mark or without one: where the lexer gets ready for one, or at a mark that comes later.
    if (kind === 'doc-mode' || (kind === 'doc-start' && before !== 'doc-mode')) documents += 1;
    if (documents > 1) {
      report('yaml-documents', 'a second YAML document begins here', token.length, 'one playbook per file');
      break;
    }
    before = kind;
    if (kind === 'scalar' || kind === 'doc-mode' || kind === 'flow-error-end') continue;
    if (kind === 'comma') {
      if ((commas += 1) > 1) report('syntax', 'nothing between two commas', 1);
    } else if (kind !== 'space' && kind !== 'newline' && kind !== 'comment') {
      commas = 0;
    }
    switch (kind) {
      case 'anchor':
        if ((anchors += 1) > limits.aliases) report('alias-limit', `more than ${limits.aliases} anchors`, token.length);
        break;
      case 'alias':
        if ((aliases += 1) > limits.aliases) report('alias-limit', `more than ${limits.aliases} aliases`, token.length);
        break;
      case 'tag':
        report('yaml-tag', `the YAML tag ${token} is not allowed`, token.length, 'a plain value without a tag');
        break;
      case 'directive-line':
        report('yaml-directive', 'YAML directives are not allowed', token.length);
        break;
      case 'double-quoted-scalar':
        if (token.split('\\', limits.escapes + 2).length > limits.escapes + 1) {
          report('too-large', `the text has more than ${limits.escapes.toLocaleString('en')} escapes`, 1);
        }
        nesting.take(kind, token);
        break;
      default:
        nesting.take(kind, token);
    }
    if (nesting.strayClose) report('syntax', `"${token}" closes nothing`, 1);
    if (nesting.depth > limits.depth) {
      report('too-deep', `nested more than ${limits.depth} levels deep`, 1);
      break;
    }
    if (tokens.length > limits.tokens) {
      report('too-many-tokens', `the file has more than ${limits.tokens.toLocaleString('en')} YAML tokens`, 1);
      break;
    }
    if (problems.length >= limits.syntaxErrors || aliases > limits.aliases) break;
    offset += token.length;
  }
  return { tokens, problems };
}

/** Counts how deep the tokens nest: brackets by the bracket, blocks by the columns in which they begin. */
class Nesting {
  strayClose = false;
  #flow = 0;
  #column = 0;
  readonly #blocks: number[] = [];

  get depth(): number {
    return this.#flow + this.#blocks.length;
  }

  take(kind: string, token: string): void {
    this.strayClose = false;
    switch (kind) {
      case 'newline':
        this.#column = 0;
        return;
      case 'flow-map-start':
      case 'flow-seq-start':
        this.#begin();
        this.#flow += 1;
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        if (this.#flow === 0) this.strayClose = true;
        else this.#flow -= 1;
        break;
      case 'space':
      case 'comment':
        break;
      case 'map-value-ind':
        break;
      default:
        this.#begin();
    }
    const newline = token.lastIndexOf('\n');
    this.#column = newline < 0 ? this.#column + token.length : token.length - newline - 1;
  }

  /** Something begins in this column: it ends what began further right, and nests in what began further left. */
  #begin(): void {
    if (this.#flow > 0) return;
    let top = this.#blocks.at(-1);
    while (top !== undefined && top > this.#column) {
      this.#blocks.pop();
      top = this.#blocks.at(-1);
    }
    if (top !== this.#column) this.#blocks.push(this.#column);
  }
}
