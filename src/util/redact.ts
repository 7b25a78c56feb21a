// Takes secret values out of texts, whatever brought them there: an error that echoes what was sent, a URL, a note.
// Pure; the cost is that of one look at each character, and nothing at all where there are no secrets.
import { FragmentIndex, saysNothing, shortestFragment, unescaped, type Range } from './fragments.ts';
import type { Json } from './json.ts';
import { changedList, changedMap, hiddenValue, isList } from './secrets.ts';

/** The values that must not be read. */
export interface SecretValues {
  /** Said to be secret, or under a name that promises it: taken out wherever they stand. */
  readonly strong: Iterable<string>;
  /**
   * Secret for the place where they stand, such as any environment variable: taken out where they stand by themselves,
   * unless they are plain words (`info`, `8080`) or said in the open as well.
   */
  readonly implied: Iterable<string>;
  /** What is said in the open. */
  readonly open: Iterable<string>;
}

export interface Redactor {
  /** The text without secret values. */
  readonly text: (text: string) => string;
  /** The text with each character of a secret value as `*`, so that columns stay where they are. */
  readonly masked: (text: string) => string;
  /** A value with the texts in it redacted; keys stay. */
  readonly json: (value: Json) => Json;
}

export const nothingToRedact: Redactor = { text: same, masked: same, json: same };

function same<Value>(value: Value): Value {
  return value;
}

/** Shorter values would be found everywhere; their places are hidden all the same. */
const shortest = 4;
/** Of a part: a line of a text of several lines, or what an encoding surely holds of it. */
const shortestPart = 6;
/** What is implied to be secret and reads like this is no secret. */
const plainWord = /^([A-Za-z]{1,11}|[\d.]{1,5}|true|false|null)$/;
/** Taken out, these would break every JSON text. */
const never: ReadonlySet<string> = new Set(['true', 'false', 'null', hiddenValue]);

/** @param gather asked once, when there is the first text to redact */
export function createRedactor(gather: () => SecretValues): Redactor {
  let made: Finder | undefined;
  const replaced = (value: string, instead: (found: string) => string): string => {
    // Shorter texts hold neither a value nor a piece of one.
    if (value.length < shortest) return value;
    const ranges = (made ??= finderFor(gather()))(value);
    let result = '';
    let done = 0;
    for (const { from, to } of ranges) {
      result += value.slice(done, from) + instead(value.slice(from, to));
      done = to;
    }
    return done === 0 ? value : result + value.slice(done);
  };
  const text = (value: string): string => replaced(value, () => hiddenValue);
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    return isList(value) ? changedList(value, json) : changedMap(value, json);
  };
  return {
    text,
    json,
    masked: (value) => replaced(value, (found) => found.replaceAll(/[^\n\r]/g, '*')),
  };
}

/** Where in a text there is anything secret, in order; no two overlap. */
type Finder = (text: string) => readonly Range[];

function finderFor({ strong, implied, open }: SecretValues): Finder {
  const scanner = new Scanner();
  const pieces = new FragmentIndex();
  const inTheOpen = [...open];
  for (const value of strong) {
    if (value.length < shortest || never.has(value)) continue;
    for (const form of formsOf(value)) scanner.add(form, /^\d+$/.test(form) ? 'number' : 'anywhere');
    addPieces(pieces, value);
  }
  const candidates = new Set<string>();
  for (const value of implied) if (value.length >= shortest && !plainWord.test(value)) candidates.add(value);
  for (const value of candidates.size === 0 ? candidates : withoutOpen(candidates, inTheOpen)) {
    for (const form of formsOf(value)) scanner.add(form, /^\d+$/.test(form) ? 'number' : 'apart');
    addPieces(pieces, value);
  }
  let openText: string | undefined;
  const rangesIn = (text: string): readonly Range[] => [
    ...scanner.ranges(text),
    ...pieces.find(text, (from, to) => {
      const piece = text.slice(from, to);
      if (never.has(piece) || (/^[\d.]+$/.test(piece) && !stands(text, from, piece, 'number'))) return false;
      return !saysNothing(piece, (openText ??= inTheOpen.join('\n')));
    }),
  ];
  return (text) => {
    const ranges = [...rangesIn(text)];
    // Twice: JSON is quoted in JSON, and a URL in a URL.
    let view = unescaped(text);
    for (let depth = 0; depth < 2 && view !== undefined; depth += 1) {
      const { starts, text: plain } = view;
      for (const { from, to } of rangesIn(plain))
        ranges.push({ from: starts[from] ?? 0, to: starts[to] ?? text.length });
      const deeper = unescaped(plain);
      view = deeper && { text: deeper.text, starts: deeper.starts.map((each) => starts[each] ?? text.length) };
    }
    return merged(ranges);
  };
}

/** A value in the forms that no undoing of escapes brings back. */
function addPieces(pieces: FragmentIndex, value: string): void {
  if (value.length < shortestFragment) return;
  pieces.add(value);
  if (value.includes(' ')) pieces.add(value.replaceAll(' ', '+'));
  // Six characters of base64 are less than five of the value; two of hexadecimal are one.
  for (const form of base64Of(value)) pieces.add(form, Math.ceil((shortestFragment * 4) / 3));
  const hexadecimal = Buffer.from(value, 'utf8').toString('hex');
  pieces.add(hexadecimal, 2 * shortestFragment);
  pieces.add(hexadecimal.toUpperCase(), 2 * shortestFragment);
}

function merged(ranges: readonly Range[]): readonly Range[] {
  if (ranges.length < 2) return ranges;
  const result: Range[] = [];
  for (const each of ranges.toSorted((left, right) => left.from - right.from || right.to - left.to)) {
    const last = result.at(-1);
    if (last === undefined || each.from >= last.to) result.push(each);
    else if (each.to > last.to) result[result.length - 1] = { from: last.from, to: each.to };
  }
  return result;
}

function withoutOpen(candidates: ReadonlySet<string>, open: Iterable<string>): ReadonlySet<string> {
  const finder = new Scanner();
  for (const each of candidates) finder.add(each, 'anywhere');
  const secret = new Set(candidates);
  for (const text of open) finder.each(text, (found) => secret.delete(found));
  return secret;
}

/** A value, and the forms in which it may come back. */
function formsOf(value: string): ReadonlySet<string> {
  const forms = new Set<string>();
  const add = (form: string, least = shortest): void => {
    if (form.length >= least && !never.has(form)) forms.add(form);
  };
  const encodeAll = (text: string): void => {
    add(text);
    const inJson = JSON.stringify(text).slice(1, -1);
    add(inJson);
    // JSON in JSON, as in an error's text that quotes a request.
    add(JSON.stringify(inJson).slice(1, -1));
    add(asciiJson(inJson));
    add(inUrl(text));
    add(inUrl(text).replaceAll('%20', '+'));
    add(encodeURI(wellFormed(text)));
    add(inXml(text));
    add(inXml(text).replaceAll('&#39;', '&apos;').replaceAll('&#34;', '&quot;'));
  };
  encodeAll(value);
  for (const form of base64Of(value)) add(form, shortestPart);
  const hexadecimal = Buffer.from(value, 'utf8').toString('hex');
  add(hexadecimal, shortestPart);
  add(hexadecimal.toUpperCase(), shortestPart);
  // A text of several lines is shown line by line, or on one line.
  const lines = value.split(/\r\n|\n|\r/).map((each) => each.trim());
  if (lines.length > 1) {
    for (const line of lines) if (line.length >= shortestPart) encodeAll(line);
    encodeAll(lines.join('\n'));
    encodeAll(lines.filter((each) => each !== '').join(' '));
  }
  return forms;
}

/** `encodeURI` refuses halves of surrogate pairs. */
function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\ufffd');
}

function inUrl(text: string): string {
  return encodeURIComponent(wellFormed(text));
}

function inXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');
}

function asciiJson(inJson: string): string {
  return inJson.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Base64 of a text that begins at any of the three places that a byte may have, less what its neighbours decide. */
function base64Of(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const forms = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const skipped = before === 0 ? 0 : before + 1;
    const decided = Math.floor(((before + bytes.length) * 8) / 6);
    return encoded.slice(skipped, decided);
  });
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** `apart`: not inside a longer word. `number`: not inside a longer number, nor a number of a JSON text. */
type Bound = 'anywhere' | 'apart' | 'number';

const wordCharacter = /[\p{L}\p{N}_]/u;

/** Finds many needles in one pass. */
class Scanner {
  /** By the first two characters, hashed: rules nearly every place of a text out. */
  readonly #starts = new Uint8Array(65_536);
  readonly #needles = new Map<string, Map<string, Bound>>();
  #sorted: Map<string, readonly (readonly [string, Bound])[]> | undefined;
  #empty = true;

  add(needle: string, bound: Bound): void {
    if (needle.length < shortest) return;
    this.#empty = false;
    this.#sorted = undefined;
    const head = needle.slice(0, shortest);
    this.#starts[startOf(needle, 0)] = 1;
    let same = this.#needles.get(head);
    if (same === undefined) this.#needles.set(head, (same = new Map<string, Bound>()));
    if (same.get(needle) !== 'anywhere') same.set(needle, bound);
  }

  /** Tells of every needle at every place, also of those inside others. */
  each(text: string, tell: (needle: string) => void): void {
    this.#scan(text, (needles) => {
      for (const [needle] of needles) tell(needle);
      return 0;
    });
  }

  /** Where the longest needle of each place is. */
  ranges(text: string): readonly Range[] {
    const found: Range[] = [];
    this.#scan(text, ([first], at) => {
      if (first === undefined) return 0;
      found.push({ from: at, to: at + first[0].length });
      return first[0].length;
    });
    return found;
  }

  /** @param met answers how many characters to go on, or 0 for one */
  #scan(text: string, met: (needles: readonly (readonly [string, Bound])[], at: number) => number): void {
    if (this.#empty) return;
    this.#sorted ??= new Map(
      [...this.#needles].map(([head, needles]) => [head, [...needles].sort(([a], [b]) => b.length - a.length)]),
    );
    const last = text.length - shortest;
    for (let at = 0; at <= last; at += 1) {
      if (this.#starts[startOf(text, at)] === 0) continue;
      const known = this.#sorted.get(text.slice(at, at + shortest));
      if (known === undefined) continue;
      const here = known.filter(([needle, bound]) => text.startsWith(needle, at) && stands(text, at, needle, bound));
      if (here.length > 0) at += Math.max(0, met(here, at) - 1);
    }
  }
}

function startOf(text: string, at: number): number {
  return (text.charCodeAt(at) * 31 + text.charCodeAt(at + 1) * 1021) & 0xffff;
}

function stands(text: string, at: number, needle: string, bound: Bound): boolean {
  if (bound === 'anywhere') return true;
  const [before, after] = [text.charAt(at - 1), text.charAt(at + needle.length)];
  if (bound === 'apart') {
    const joins = (inside: string, outside: string): boolean =>
      wordCharacter.test(inside) && wordCharacter.test(outside);
    return !joins(needle.charAt(0), before) && !joins(needle.charAt(needle.length - 1), after);
  }
  if (/[\d.]/.test(before) || /\d/.test(after)) return false;
  const isInJson = /(": |[[,]\s*)$/.test(text.slice(Math.max(0, at - 40), at));
  return !isInJson || !/^\s*[,\]}\n]/.test(text.slice(at + needle.length, at + needle.length + 40));
}

// --- What looks like a credential ------------------------------------------------------------------------------------

const inUrls = /(:\/\/)[^\s/?#"'@:]*:[^\s/"'@]*@/g;

const credentials: readonly (readonly [RegExp, string])[] = [
  // AWS's answer to a wrong signature quotes the request, its session token included [Signature Version 4, troubleshooting].
  [/(x-amz-security-token["']?\s*[:=]\s*["']?)[^\s"'&,;]+/gi, `$1${hiddenValue}`],
  [/((?:aws_?)?(?:secret_?access_?key|session_?token)["']?\s*[:=]\s*["']?)[^\s"'&,;]+/gi, `$1${hiddenValue}`],
  [/(\b(?:Signature|X-Amz-Signature)=)[0-9a-f]{16,}/gi, `$1${hiddenValue}`],
  [
    /(\bauthorization["']?\s*[:=]\s*["']?(?:(?:basic|bearer|digest|negotiate|token)\s+)?)(?!AWS4-)[^\s"',;]+/gi,
    `$1${hiddenValue}`,
  ],
  [/(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi, `$1${hiddenValue}`],
  [inUrls, `$1${hiddenValue}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hiddenValue],
];

/** The text without what looks like a credential, whoever's it may be: for the words of others, such as AWS's errors. */
export function scrubCredentials(text: string): string {
  return credentials.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}

/** URLs without user name and password. */
export function scrubUrls(text: string): string {
  return text.includes('@') && text.includes('://') ? text.replace(inUrls, `$1${hiddenValue}@`) : text;
}

/** Of a URL with `user:password@`: what is secret in it. */
export function credentialsInUrls(text: string): readonly string[] {
  if (!text.includes('://')) return [];
  const found: string[] = [];
  for (const [, user = '', password = ''] of text.matchAll(/:\/\/([^\s/?#"'@:]*):([^\s/"'@]*)@/g)) {
    found.push(password, `${user}:${password}`);
    try {
      found.push(decodeURIComponent(password));
    } catch {
      // No URL encoding: it is the password as it stands.
    }
  }
  return found;
}
