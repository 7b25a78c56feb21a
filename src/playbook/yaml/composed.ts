// The full reader: YAML of any kind, by the `yaml` package, whose places and diagnostics are the ones that are shown.
// Values are built here and not by yaml's own `toJS`, so that duplicate keys, aliases and hostile names are judged in one
// linear walk.
import { Composer, isAlias, isMap, isScalar, isSeq, Parser } from 'yaml';
import type { Alias, Document, LineCounter, Pair, ParsedNode, YAMLError, YAMLMap } from 'yaml';
import type { Json } from '../../components/contract.ts';
import { limits, placeAt, scan, type SourceProblem } from './scan.ts';
import type { Find, Found, Span } from './found.ts';

export interface Composed {
  readonly ok: boolean;
  readonly value: Json;
  readonly problems: readonly SourceProblem[];
  readonly find: Find;
}

/** Reads a text. Not `ok`: nothing further can be said of it. */
export function readComposed(text: string, lines: LineCounter): Composed {
  const fail = (problems: readonly SourceProblem[]): Composed => ({ ok: false, value: null, problems, find: nowhere });
  const scanned = scan(text, lines);
  if (scanned.problems.length > 0) return fail(scanned.problems);
  const { document, syntax } = compose(scanned.tokens, text.length);
  if (syntax.length > 0) return fail(syntax.slice(0, limits.syntaxErrors).map((each) => explain(each, lines)));
  const contents = document?.contents;
  if (contents === null || contents === undefined || (isScalar(contents) && contents.value === null)) {
    const message = 'the file is empty';
    return fail([{ code: 'empty', message, expected: 'a playbook', place: placeAt(lines, 0, 1) }]);
  }
  const reader = new Reader(lines);
  const value = reader.read(contents, 0);
  if (reader.fatal) return fail(reader.problems);
  return { ok: true, value, problems: reader.problems, find: finder(contents, reader) };
}

const nowhere: Find = () => {
  const start: Span = { from: 0, to: 0 };
  return { key: undefined, value: start, target: start, kind: 'scalar' };
};

function compose(
  tokens: readonly string[],
  length: number,
): { document: Document.Parsed | undefined; syntax: readonly YAMLError[] } {
  const parser = new Parser();
  // Duplicate keys are found by our own walk: yaml compares each key with every other.
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false });
  const documents: Document.Parsed[] = [];
  // Every syntax mistake is an Error; a stack trace for each makes a file full of them take ten times as long.
  const traceLimit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    for (const token of tokens) {
      for (const part of parser.next(token)) documents.push(...composer.next(part));
    }
    for (const part of parser.end()) documents.push(...composer.next(part));
    documents.push(...composer.end(true, length));
  } finally {
    Error.stackTraceLimit = traceLimit;
  }
  return { document: documents[0], syntax: documents.flatMap((each) => [...each.errors, ...each.warnings]) };
}

const hints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'spaces: YAML does not allow tabs for indentation',
  BAD_INDENT: 'keys of one map, and items of one list, in the same column',
  BLOCK_AS_IMPLICIT_KEY: 'one "key: value" per line; quotes around text that holds ": "',
  MULTILINE_IMPLICIT_KEY: '"key: value"; quotes around text that holds ": "',
  BAD_SCALAR_START: 'quotes around text that begins with this character',
  BAD_DQ_ESCAPE: 'single quotes, or a doubled backslash',
  BAD_ALIAS: 'an anchor (&name) before the alias (*name)',
};

function explain(error: YAMLError, lines: LineCounter): SourceProblem {
  const [from, to] = error.pos;
  const hint = hints[error.code];
  const unknownAlias = error.message.startsWith('Unresolved alias');
  return {
    code: error.code === 'TAB_AS_INDENT' ? 'yaml-tab' : 'syntax',
    message: `not valid YAML: ${unknownAlias ? error.message.replace(/ \(the anchor.*/s, '') : error.message}`,
    ...(hint === undefined ? {} : { expected: hint }),
    place: placeAt(lines, from, Math.max(1, to - from)),
  };
}

type Field = Pair<ParsedNode, ParsedNode | null>;

/** Builds the value of a node tree, judging as it goes, and remembers what aliases stand for. */
class Reader {
  readonly problems: SourceProblem[] = [];
  fatal = false;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, { readonly node: ParsedNode; open: boolean }>();
  readonly #targets = new Map<Alias, ParsedNode>();
  #inAlias = 0;
  /** The alias being followed, the outermost of nested ones: where the text asks for too much. */
  #followed: Alias.Parsed | undefined;
  #aliased = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  target(alias: Alias): ParsedNode | undefined {
    return this.#targets.get(alias);
  }

  read(node: ParsedNode | null, depth: number): Json {
    if (node === null || this.fatal) return null;
    if (this.#inAlias > 0 && (this.#aliased += 1) > limits.aliasedValues) {
      this.#stop(
        node,
        'alias-limit',
        `aliases stand for more than ${limits.aliasedValues.toLocaleString('en')} values`,
      );
      return null;
    }
    if (depth > 2 * limits.depth) {
      this.#stop(node, 'too-deep', `nested more than ${limits.depth} levels deep`);
      return null;
    }
    if (isAlias(node)) return this.#readAlias(node, depth);
    const anchor = node.anchor === undefined ? undefined : { node, open: true };
    if (anchor !== undefined && node.anchor !== undefined && this.#inAlias === 0)
      this.#anchors.set(node.anchor, anchor);
    const value = this.#readContent(node, depth);
    if (anchor !== undefined) anchor.open = false;
    return value;
  }

  #readContent(node: Exclude<ParsedNode, Alias.Parsed>, depth: number): Json {
    if (isScalar(node)) return this.#readScalar(node);
    if (isSeq(node)) return node.items.map((item) => this.read(item, depth + 1));
    const seen = new Map<string, ParsedNode>();
    const value: Record<string, Json> = {};
    for (const { key, value: item } of node.items) {
      const name = this.#readKey(key, seen);
      const content = this.read(item, depth + 1);
      if (name !== undefined) value[name] = content;
    }
    return value;
  }

  #readScalar(node: ParsedNode & { value: unknown }): Json {
    const { value } = node;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#note(node, 'not-a-number', 'a number must be finite');
      return null;
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    return null;
  }

  #readKey(key: ParsedNode, seen: Map<string, ParsedNode>): string | undefined {
    if (!isScalar(key) || key.value === null) {
      this.#note(key, 'key', 'a key must be plain text');
      return undefined;
    }
    const name = keyText(key.value);
    if (name === '<<') {
      this.#note(key, 'merge-key', 'merge keys (<<) are not supported', 'the fields written out');
      return undefined;
    }
    if (name === '__proto__') {
      this.#note(key, 'key', 'the key __proto__ is not allowed');
      return undefined;
    }
    const first = seen.get(name);
    if (first !== undefined) {
      const { line, column } = placeAt(this.#lines, first.range[0], 1);
      this.#note(key, 'duplicate-key', `the key "${name}" is given twice; first at ${line}:${column}`);
    }
    seen.set(name, first ?? key);
    return name;
  }

  #readAlias(alias: Alias.Parsed, depth: number): Json {
    const anchor = this.#anchors.get(alias.source);
    const node = this.#targets.get(alias) ?? anchor?.node;
    if (node === undefined) {
      this.#note(alias, 'syntax', `no anchor &${alias.source} before this alias`);
      return null;
    }
    if (anchor?.node === node && anchor.open) {
      this.#note(alias, 'alias-limit', `the alias *${alias.source} stands for something that holds itself`);
      return null;
    }
    this.#targets.set(alias, node);
    if (this.#inAlias === 0) this.#followed = alias;
    this.#inAlias += 1;
    const value = this.read(node, depth + 1);
    this.#inAlias -= 1;
    return value;
  }

  #note(node: ParsedNode, code: string, message: string, expected?: string): void {
    // What an alias repeats has been judged where it stands.
    if (this.#inAlias > 0) return;
    this.#add(node, code, message, expected);
  }

  #stop(node: ParsedNode, code: string, message: string): void {
    this.#add(this.#inAlias > 0 ? (this.#followed ?? node) : node, code, message);
    this.fatal = true;
  }

  #add(node: ParsedNode, code: string, message: string, expected?: string): void {
    const [from, to] = node.range;
    const place = placeAt(this.#lines, from, Math.max(1, to - from));
    this.problems.push({ code, message, place, ...(expected === undefined ? {} : { expected }) });
  }
}

function keyText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Finds nodes by their path, through aliases. */
function finder(contents: ParsedNode, reader: Reader): Find {
  const indexes = new WeakMap<YAMLMap<ParsedNode, ParsedNode | null>, ReadonlyMap<string, Field>>();
  const fieldsOf = (map: YAMLMap.Parsed): ReadonlyMap<string, Field> => {
    const known = indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map(map.items.map((pair) => [isScalar(pair.key) ? keyText(pair.key.value) : '', pair]));
    indexes.set(map, index);
    return index;
  };
  const follow = (node: ParsedNode | null): ParsedNode | null =>
    node !== null && isAlias(node) ? follow(reader.target(node) ?? null) : node;

  return (path): Found => {
    let node = contents;
    let key: ParsedNode | undefined;
    for (const part of path) {
      const holder = follow(node);
      if (isMap(holder)) {
        const field = fieldsOf(holder).get(String(part));
        if (field === undefined) break;
        key = field.key;
        node = field.value ?? field.key;
      } else if (isSeq(holder)) {
        const item = holder.items[Number(part)];
        if (item === undefined) break;
        key = undefined;
        node = item;
      } else break;
    }
    const target = follow(node) ?? contents;
    return {
      key: key === undefined ? undefined : spanOf(key),
      value: spanOf(node),
      target: spanOf(target),
      kind: isScalar(target) ? 'scalar' : isMap(node) && node.flow !== true ? 'block-map' : 'collection',
    };
  };
}

function spanOf({ range: [from, to] }: ParsedNode): Span {
  return { from, to };
}
