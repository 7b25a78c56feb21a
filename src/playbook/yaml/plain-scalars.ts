// Text, numbers and the like on one line, and what the two halves of the quick reader share.
import type { Json } from '../../components/contract.ts';

/** Thrown at the first thing that is not plain, and caught where the quick reader begins. */
export class NotPlain extends Error {
  readonly at: number;

  constructor(at: number) {
    super(`not plain at ${at}`);
    this.name = 'NotPlain';
    this.at = at;
  }
}

/** Where the parts of one map or list stand in the text: offsets in pairs, from and to. */
export interface Marks {
  readonly kind: 'block-map' | 'collection';
  readonly from: number;
  readonly names: string[];
  readonly keys: number[];
  readonly spans: number[];
}

/** Marks by the map or list that they describe. */
export class MarksOf {
  readonly #marks = new Map<object, Marks>();

  begin(holder: object, kind: Marks['kind'], from: number): Marks {
    const marks: Marks = { kind, from, names: [], keys: [], spans: [] };
    this.#marks.set(holder, marks);
    return marks;
  }

  of(holder: Json): Marks | undefined {
    return typeof holder === 'object' && holder !== null ? this.#marks.get(holder) : undefined;
  }
}

/** Counts values, so that a file of nothing but brackets ends early. */
export class Count {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  take(at: number): void {
    this.#left -= 1;
    if (this.#left < 0) throw new NotPlain(at);
  }
}

/** Past spaces. A tab is no blank to us: whoever uses tabs has the slow reader explain them. */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32) at += 1;
  return at;
}

export interface Read {
  readonly value: Json;
  /** Behind its last character. */
  readonly end: number;
}

/** A scalar that ends on its line. */
export function readScalar(text: string, at: number, inFlow: boolean): Read {
  const first = text[at];
  if (first === '"' || first === "'") return readQuoted(text, at);
  const end = plainEnd(text, at, inFlow);
  if (endsAsKey(text, end, inFlow)) throw new NotPlain(end);
  return { value: meaningOf(text.slice(at, end), at), end };
}

export interface Key {
  readonly name: string;
  /** The offset of its colon. */
  readonly end: number;
}

/** Longest key that stands before its colon without a `?` [YAML 1.2.2, 7.4.2]. */
const longestKey = 1000;

/** The key of a block map that begins here; undefined when what begins here is no key. */
export function plainKey(text: string, at: number): Key | undefined {
  const first = text[at];
  if (first === '[' || first === '{') return undefined;
  const isQuoted = first === '"' || first === "'";
  const { value, end } = isQuoted ? readQuoted(text, at) : { value: undefined, end: plainEnd(text, at, false) };
  if (text[end] !== ':' || !isBlank(text, end + 1)) return undefined;
  return { name: keyName(isQuoted ? value : meaningOf(text.slice(at, end), at), at, end), end };
}

/** The name that a key's value gives to its field: text as it is, numbers and booleans as JSON. */
export function keyName(value: Json | undefined, at: number, end: number): string {
  const name = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  if (value === null || value === undefined || name === '<<' || name === '__proto__' || end - at > longestKey) {
    throw new NotPlain(at);
  }
  return name;
}

function isBlank(text: string, at: number): boolean {
  const character = text[at];
  return character === undefined || character === ' ' || character === '\n';
}

function endsAsKey(text: string, end: number, inFlow: boolean): boolean {
  return text[end] === ':' || (inFlow && /[[{]/.test(text[end] ?? ''));
}

/** Characters that may begin plain text; `-` only before one of these. */
const plainStart = /[^\s\-?:,[\]{}#&*!|>'"%@`]/;

/** Behind the last character of plain text: a colon that makes a key, a comment, the line's end, in flow also `,[]{}`. */
function plainEnd(text: string, from: number, inFlow: boolean): number {
  const first = text[from] ?? '';
  const begins = plainStart.test(first) || (first === '-' && /[A-Za-z0-9.]/.test(text[from + 1] ?? ''));
  if (!begins) throw new NotPlain(from);
  let end = from;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    switch (code) {
      case 10: // line feed
        return end;
      case 32: // space
        continue;
      case 9: // tab
      case 13: // carriage return
      case 0xfeff:
        throw new NotPlain(at);
      case 35: // #
        if (text.charCodeAt(at - 1) === 32) return end;
        break;
      case 58: // :
        if (isBlank(text, at + 1) || (inFlow && /[,[\]{}]/.test(text[at + 1] ?? ''))) {
          // `a : b` is a key too; nobody writes it so.
          if (end !== at) throw new NotPlain(at);
          return at;
        }
        break;
      case 44: // ,
      case 91: // [
      case 93: // ]
      case 123: // {
      case 125: // }
        if (inFlow) return end;
        break;
      default:
    }
    end = at + 1;
  }
  return end;
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', n: '\n', t: '\t' };

/** Text in quotes, on one line and with the common escapes only. */
export function readQuoted(text: string, from: number): Read {
  const quote = text[from];
  let value = '';
  let start = from + 1;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === quote) {
      value += text.slice(start, at);
      if (quote === '"' || text[at + 1] !== "'") return { value, end: at + 1 };
      value += "'";
      at += 1;
      start = at + 1;
    } else if (character === '\\' && quote === '"') {
      const escaped = escapes[text[at + 1] ?? ''];
      if (escaped === undefined) throw new NotPlain(at);
      value += text.slice(start, at) + escaped;
      at += 1;
      start = at + 1;
    } else if (character === '\n' || character === '\r' || character === '\t' || character === '\ufeff') {
      throw new NotPlain(at);
    }
  }
  throw new NotPlain(from);
}

const nothing = /^(?:~|[Nn]ull|NULL)$/;
const truth = /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/;
const decimal = /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;
/** Octal, hexadecimal, infinite and not a number. */
const rareNumber = /^(?:0[ox]|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$)/;
const mayMeanMore = /^[-+.0-9~nNtTfF]/;

/** YAML 1.2's core schema. */
function meaningOf(word: string, at: number): Json {
  if (!mayMeanMore.test(word)) return word;
  if (decimal.test(word)) {
    const number = Number(word);
    if (!Number.isFinite(number)) throw new NotPlain(at);
    return number;
  }
  if (nothing.test(word)) return null;
  if (truth.test(word)) return word[0] === 't' || word[0] === 'T';
  if (rareNumber.test(word)) throw new NotPlain(at);
  return word;
}
