// The quick reader: plain YAML, as playbooks are written, to values in one pass. It takes only what has one meaning
// beyond doubt (block maps and lists, flow collections, text on one line, comments) and declines everything else, also
// every mistake: the `yaml` package then reads the file and tells what is wrong with it.
import type { Json } from '../../components/contract.ts';
import { plainFlow, type FlowRead } from './plain-flow.ts';
import { Count, MarksOf, NotPlain, plainKey, readScalar, skipBlanks, type Marks } from './plain-scalars.ts';
import { limits } from './scan.ts';
import type { Find, Found, Span } from './found.ts';

export type PlainResult =
  | { readonly ok: true; readonly value: Json }
  /** Declined; `at` is the offset of the first thing that is not plain. */
  | { readonly ok: false; readonly at: number };

/** A block map or list that is still being written. */
interface Level {
  readonly column: number;
  readonly list: Json[] | undefined;
  readonly map: Record<string, Json> | undefined;
  readonly marks: Marks | undefined;
  /** The key, for a map; the last one given. */
  key: string;
  /** The last key or dash has no value yet; it would stand at `valueAt`. */
  open: boolean;
  valueAt: number;
}

/**
 * Reads a text.
 *
 * @param marks gathers where everything stands, by the map or list that holds it
 */
export function readPlain(text: string, marks?: MarksOf): PlainResult {
  try {
    return { ok: true, value: new BlockReader(text, marks).read() };
  } catch (error) {
    if (error instanceof NotPlain) return { ok: false, at: error.at };
    throw error;
  }
}

class BlockReader {
  readonly #text: string;
  readonly #marks: MarksOf | undefined;
  readonly #levels: Level[] = [];
  readonly #count = new Count(limits.values);
  #root: Json | undefined;

  constructor(text: string, marks: MarksOf | undefined) {
    this.#text = text;
    this.#marks = marks;
  }

  read(): Json {
    const text = this.#text;
    let at = 0;
    let begun = false;
    while (at < text.length) {
      const start = at;
      at = skipBlanks(text, at);
      const first = text[at];
      if (first === '\n') at += 1;
      else if (first === '#') at = this.#endOfLine(at);
      else if (first !== undefined) {
        const isMark = at === start && (text.startsWith('---', at) || text.startsWith('...', at) || first === '%');
        if (isMark && !begun && text.startsWith('---\n', at)) at += 4;
        else if (isMark) throw new NotPlain(at);
        else at = this.#readLine(at, at - start);
        begun = true;
      }
    }
    for (let top = this.#levels.pop(); top !== undefined; top = this.#levels.pop()) this.#fill(top);
    if (this.#root === undefined) throw new NotPlain(0);
    return this.#root;
  }

  /** Reads from something that begins in a column to the end of its line (of its last line, for a flow collection). */
  #readLine(from: number, fromColumn: number): number {
    const text = this.#text;
    let at = from;
    let column = fromColumn;
    let afterDash = false;
    while (text[at] === '-' && (text[at + 1] === ' ' || text[at + 1] === '\n' || at + 1 === text.length)) {
      this.#expect(this.#place(column, at, true), at + 1);
      const next = skipBlanks(text, at + 1);
      if (this.#isLineEnd(next, true)) return this.#endOfLine(next);
      column += next - at;
      at = next;
      afterDash = true;
    }
    const key = plainKey(text, at);
    if (key === undefined) {
      const list = this.#levels.at(-1);
      if (!afterDash || list === undefined) throw new NotPlain(at);
      return this.#readValue(list, at, column);
    }
    const map = this.#place(column, at, false);
    if (map.map === undefined || Object.hasOwn(map.map, key.name)) throw new NotPlain(at);
    map.key = key.name;
    this.#expect(map, key.end + 1);
    map.marks?.keys.push(at, key.end);
    map.marks?.names.push(key.name);
    const next = skipBlanks(text, key.end + 1);
    return this.#isLineEnd(next, true) ? this.#endOfLine(next) : this.#readValue(map, next, column + 1);
  }

  /** A value beside its key or dash. What follows on further lines must begin at `column` or to the right of it. */
  #readValue(level: Level, at: number, column: number): number {
    const text = this.#text;
    const first = text[at];
    let read: FlowRead;
    if (first === '[' || first === '{') {
      read = plainFlow(text, at, { column, depth: this.#levels.length, marks: this.#marks, count: this.#count });
    } else {
      read = readScalar(text, at, false);
    }
    const next = skipBlanks(text, read.end);
    if (!this.#isLineEnd(next, next > read.end)) throw new NotPlain(next);
    this.#put(level, read.value, at, read.end);
    return this.#endOfLine(next);
  }

  /** The map or list that an entry in this column belongs to, begun if need be. */
  #place(column: number, at: number, isList: boolean): Level {
    const levels = this.#levels;
    let top = levels.at(-1);
    // A list may stand in the column of the key that it belongs to; a key in that column ends it.
    while (top !== undefined && (top.column > column || (top.column === column && !isList && this.#isHanging(top)))) {
      levels.pop();
      this.#fill(top);
      top = levels.at(-1);
    }
    if (top?.column === column) {
      const isItsList = top.list !== undefined;
      if (isItsList === isList) {
        this.#fill(top);
        return top;
      }
      if (!isList || !top.open) throw new NotPlain(at);
    } else if (top === undefined ? this.#root !== undefined : !top.open) throw new NotPlain(at);
    return this.#begin(top, column, at, isList);
  }

  /** A list in the column of its own key. */
  #isHanging(top: Level): boolean {
    const above = this.#levels.at(-2);
    return top.list !== undefined && above?.map !== undefined && above.column === top.column;
  }

  #begin(parent: Level | undefined, column: number, at: number, isList: boolean): Level {
    if (this.#levels.length >= limits.depth) throw new NotPlain(at);
    const list: Json[] = [];
    const map: Record<string, Json> = {};
    const holder = isList ? list : map;
    if (parent === undefined) this.#root = holder;
    else this.#put(parent, holder, at, at + 1);
    const marks = this.#marks?.begin(holder, isList ? 'collection' : 'block-map', at);
    const level: Level = {
      column,
      list: isList ? list : undefined,
      map: isList ? undefined : map,
      marks,
      key: '',
      open: false,
      valueAt: at,
    };
    this.#levels.push(level);
    return level;
  }

  #put(level: Level, value: Json, from: number, to: number): void {
    this.#count.take(from);
    if (level.list !== undefined) level.list.push(value);
    else if (level.map !== undefined) level.map[level.key] = value;
    level.marks?.spans.push(from, to);
    level.open = false;
  }

  /** A key or dash that got no value stands for null. */
  #fill(level: Level): void {
    if (level.open) this.#put(level, null, level.valueAt, level.valueAt);
  }

  #expect(level: Level, at: number): void {
    level.open = true;
    level.valueAt = at;
  }

  #isLineEnd(at: number, afterBlank: boolean): boolean {
    const character = this.#text[at];
    return character === undefined || character === '\n' || (character === '#' && afterBlank);
  }

  #endOfLine(at: number): number {
    const newline = this.#text.indexOf('\n', at);
    return newline < 0 ? this.#text.length : newline + 1;
  }
}

/** Reads a plain text once more, now with the places of everything in it. */
export function findPlain(text: string): Find {
  const marksOf = new MarksOf();
  const read = readPlain(text, marksOf);
  if (!read.ok) throw new Error('Internal error: the text was plain when it was read first');
  const root = read.value;
  const indexes = new WeakMap<Marks, ReadonlyMap<string, number>>();
  const indexOf = (marks: Marks, part: string | number): number => {
    if (marks.keys.length === 0) return Number(part);
    let index = indexes.get(marks);
    if (index === undefined) {
      index = new Map(marks.names.map((name, position) => [name, position]));
      indexes.set(marks, index);
    }
    return index.get(String(part)) ?? -1;
  };

  return (path): Found => {
    let value = root;
    let marks = marksOf.of(root);
    let key: Span | undefined;
    let span: Span = { from: marks?.from ?? 0, to: text.length };
    for (const part of path) {
      if (marks === undefined) break;
      const index = indexOf(marks, part);
      const at = spanAt(marks.spans, index);
      if (at === undefined) break;
      key = spanAt(marks.keys, index);
      span = at;
      value = (value as Readonly<Record<string | number, Json>>)[part] ?? null;
      marks = marksOf.of(value);
    }
    return { key, value: span, target: span, kind: marks?.kind ?? 'scalar' };
  };
}

function spanAt(offsets: readonly number[], index: number): Span | undefined {
  const from = offsets[2 * index];
  const to = offsets[2 * index + 1];
  return from === undefined || to === undefined ? undefined : { from, to };
}
