// Flow collections of the quick reader: `{ a: 1, b: [x, y] }`, on one line or several.
import type { Json } from '../../components/contract.ts';
import {
  keyName,
  NotPlain,
  readQuoted,
  readScalar,
  skipBlanks,
  type Count,
  type MarksOf,
  type Read,
} from './plain-scalars.ts';
import { limits } from './scan.ts';

export type FlowRead = Read;

export interface FlowPlace {
  /** Further lines must begin in this column or to the right of it. */
  readonly column: number;
  /** Levels that are open around it. */
  readonly depth: number;
  readonly marks: MarksOf | undefined;
  readonly count: Count;
}

/** A collection that begins with its bracket at `at`. */
export function plainFlow(text: string, at: number, place: FlowPlace): FlowRead {
  // Nesting is limited, so recursion is too.
  if (place.depth >= limits.depth) throw new NotPlain(at);
  const inner = { ...place, depth: place.depth + 1 };
  return text[at] === '[' ? readList(text, at, inner) : readMap(text, at, inner);
}

function readList(text: string, from: number, place: FlowPlace): FlowRead {
  const list: Json[] = [];
  const marks = place.marks?.begin(list, 'collection', from);
  let at = nextToken(text, from + 1, place);
  while (text[at] !== ']') {
    const { value, end } = readItem(text, at, place);
    list.push(value);
    marks?.spans.push(at, end);
    at = afterItem(text, end, ']', place);
  }
  return { value: list, end: at + 1 };
}

function readMap(text: string, from: number, place: FlowPlace): FlowRead {
  const map: Record<string, Json> = {};
  const marks = place.marks?.begin(map, 'collection', from);
  let at = nextToken(text, from + 1, place);
  while (text[at] !== '}') {
    const colon = readKey(text, at);
    if (Object.hasOwn(map, colon.name)) throw new NotPlain(at);
    const start = skipBlanks(text, colon.end + 1);
    const { value, end } = readItem(text, start, place);
    map[colon.name] = value;
    marks?.names.push(colon.name);
    marks?.keys.push(at, colon.end);
    marks?.spans.push(start, end);
    at = afterItem(text, end, '}', place);
  }
  return { value: map, end: at + 1 };
}

function readItem(text: string, at: number, place: FlowPlace): FlowRead {
  place.count.take(at);
  const first = text[at];
  return first === '[' || first === '{' ? plainFlow(text, at, place) : readScalar(text, at, true);
}

/** A key and the offset of its colon, which a blank must follow. */
function readKey(text: string, at: number): { readonly name: string; readonly end: number } {
  const first = text[at];
  const isQuoted = first === '"' || first === "'";
  const { value, end } = isQuoted ? readQuoted(text, at) : readPlainKey(text, at);
  if (text[end] !== ':' || text[end + 1] !== ' ') throw new NotPlain(end);
  return { name: keyName(value, at, end), end };
}

/** Plain keys are words of harmless characters; whatever else may be a key is for the other reader. */
const word = /[A-Za-z_][A-Za-z0-9_./-]*/y;
const meaningful = /^(?:null|true|false)$/i;

function readPlainKey(text: string, at: number): Read {
  word.lastIndex = at;
  const found = word.exec(text)?.[0];
  if (found === undefined || meaningful.test(found)) throw new NotPlain(at);
  return { value: found, end: at + found.length };
}

/** Past the comma to the next item, or to the closing bracket. */
function afterItem(text: string, end: number, close: string, place: FlowPlace): number {
  const at = nextToken(text, end, place);
  if (text[at] === close) return at;
  if (text[at] !== ',') throw new NotPlain(at);
  return nextToken(text, at + 1, place);
}

/** Past blanks, comments and line ends. */
function nextToken(text: string, from: number, place: FlowPlace): number {
  let at = from;
  let start = -1;
  for (;;) {
    const blank = at;
    at = skipBlanks(text, at);
    const character = text[at];
    if (character === '\n') {
      at += 1;
      start = at;
      continue;
    }
    if (start >= 0 && at - start < place.column) throw new NotPlain(at);
    if (character !== '#') return at;
    if (at === blank && at !== start) throw new NotPlain(at);
    const newline = text.indexOf('\n', at);
    if (newline < 0) throw new NotPlain(at);
    at = newline;
  }
}
