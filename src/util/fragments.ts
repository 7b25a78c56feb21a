// Pieces of secret values in texts: an error that quotes the first line of a key, or the beginning of a password and three
// dots. Every run of eight characters of a value is found, however long the value is: of each value, every third place is
// indexed with the six characters there, and a run of eight holds one of these whole. Pure.

/** A piece of a secret that is shorter gives little away, and would be found everywhere. */
export const shortestFragment = 8;
const gram = 6;
const stride = shortestFragment - gram + 1;
/** `aaaaaa` and the like: so often in one value, it tells nothing. */
const mostPlaces = 64;

/** From where to where in a text. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Place {
  readonly form: string;
  readonly at: number;
  readonly least: number;
}

export class FragmentIndex {
  /** By a few characters, hashed: rules nearly every place of a text out. */
  readonly #starts = new Uint8Array(65_536);
  readonly #places = new Map<string, Place[]>();

  /** @param least how many characters of this form are as much as eight of the value */
  add(form: string, least = shortestFragment): void {
    if (form.length < least) return;
    for (let at = 0; at + gram <= form.length; at += stride) {
      const key = form.slice(at, at + gram);
      const places = this.#places.get(key);
      if (places === undefined) this.#places.set(key, [{ form, at, least }]);
      else if (places.length < mostPlaces) places.push({ form, at, least });
      this.#starts[hashAt(form, at)] = 1;
    }
  }

  /** @param counts whether this piece of a value is to be hidden */
  find(text: string, counts: (from: number, to: number) => boolean): readonly Range[] {
    if (this.#places.size === 0) return [];
    const found: Range[] = [];
    for (let at = 0; at + gram <= text.length; at += 1) {
      if (this.#starts[hashAt(text, at)] === 0) continue;
      const places = this.#places.get(text.slice(at, at + gram));
      if (places === undefined) continue;
      const longest = places.map((place) => around(text, at, place)).reduce(longer, { from: at, to: at });
      if (longest.to <= at || !counts(longest.from, longest.to)) continue;
      found.push(longest);
      // What begins before this one ends is found too.
      at = Math.max(at, longest.to - gram);
    }
    return found;
  }
}

function longer(left: Range, right: Range): Range {
  return right.to - right.from > left.to - left.from ? right : left;
}

/** As far as text and form are the same; nothing when that is not far enough. */
function around(text: string, at: number, { at: inForm, form, least }: Place): Range {
  let before = 0;
  while (before < at && before < inForm && text[at - before - 1] === form[inForm - before - 1]) before += 1;
  let after = gram;
  while (at + after < text.length && inForm + after < form.length && text[at + after] === form[inForm + after]) {
    after += 1;
  }
  return before + after < least ? { from: at, to: at } : { from: at - before, to: at + after };
}

function hashAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) * 31 +
      text.charCodeAt(at + 1) * 1021 +
      text.charCodeAt(at + 3) * 7919 +
      text.charCodeAt(at + 5) * 17) &
    0xffff
  );
}

// --- What is no secret although a secret holds it --------------------------------------------------------------------

/** In passwords, URLs and keys, and in every second message. */
const common =
  /https?|wss?|jdbc|postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|redis(?:s)?|amqps?|arn:aws[a-z-]*|amazonaws|localhost|internal|external|password|passwords|username|production|development|staging|database|service|services|secret|secrets|access|token|credentials|config|default|BEGIN|END|RSA|EC|OPENSSH|ENCRYPTED|PRIVATE|PUBLIC|CERTIFICATE|KEY/gi;

/**
 * True for a piece of which hardly anything is left without common words and words that are said in the open: hidden, they
 * would take the sense from messages and give nothing away.
 *
 * @param open everything that is said in the open, as one text
 */
export function saysNothing(fragment: string, open: string): boolean {
  if (open.includes(fragment) || /^(.)\1*$/su.test(fragment)) return true;
  const rest = fragment
    .replaceAll(/[\p{L}\p{N}]{4,}/gu, (word) => (open.includes(word) ? '' : word))
    .replaceAll(common, '');
  // What stands between words counts only where no words were.
  return rest.length < fragment.length && rest.replaceAll(/[\s./:_-]/g, '').length < shortestFragment;
}

// --- Escapes ---------------------------------------------------------------------------------------------------------

/** A text with its escapes undone, and where each of its characters was. */
export interface Unescaped {
  readonly text: string;
  /** One more than characters: the last is the end. */
  readonly starts: readonly number[];
}

const escapes =
  /((?:%[0-9a-f]{2})+)|\\u\{([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#(\d{1,7});|&#x([0-9a-f]{1,6});|&(amp|lt|gt|quot|apos);|\\([\\/"'nrt])/gi;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** URL, JSON, XML, HTML and string escapes, any mixture of them; undefined where there are none. */
export function unescaped(text: string): Unescaped | undefined {
  if (!/[%\\&]/.test(text)) return undefined;
  const parts: string[] = [];
  const starts: number[] = [];
  let done = 0;
  const copy = (to: number): void => {
    parts.push(text.slice(done, to));
    for (let at = done; at < to; at += 1) starts.push(at);
  };
  for (const match of text.matchAll(escapes)) {
    copy(match.index);
    let from = match.index;
    for (const { character, width } of meant(match)) {
      parts.push(character);
      for (let unit = 0; unit < character.length; unit += 1) starts.push(from);
      from += width;
    }
    done = match.index + match[0].length;
  }
  if (done === 0) return undefined;
  copy(text.length);
  starts.push(text.length);
  return { text: parts.join(''), starts };
}

interface Meant {
  readonly character: string;
  /** Characters of its escape. */
  readonly width: number;
}

function meant(match: RegExpExecArray): readonly Meant[] {
  const [whole, percents, braced, four, two, decimal, hexadecimal, entity, short] = match;
  if (percents !== undefined) return fromPercents(percents);
  const code = braced ?? four ?? two ?? hexadecimal;
  const width = whole.length;
  if (code !== undefined) return [{ character: characterOf(Number.parseInt(code, 16)), width }];
  if (decimal !== undefined) return [{ character: characterOf(Number(decimal)), width }];
  const named = entity === undefined ? undefined : entities[entity.toLowerCase()];
  return [{ character: named ?? controls[short ?? ''] ?? short ?? whole, width }];
}

function characterOf(code: number): string {
  return code <= 0x10_ffff ? String.fromCodePoint(code) : '\ufffd';
}

/** Bytes of UTF-8. */
function fromPercents(percents: string): readonly Meant[] {
  const bytes = Buffer.from(percents.replaceAll('%', ''), 'hex');
  const found: Meant[] = [];
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const taken = bytes.subarray(at, at + length);
    found.push({ character: taken.toString('utf8'), width: 3 * taken.length });
    at += length;
  }
  return found;
}
