// XML of AWS against its schema, in one pass over the text. The SDK makes nothing of what it cannot read: of a list with text
// in it an empty list, of a number that is none `NaN`. It has read the text before, so that it is well-formed.
import type { ListShape, Shape, StructureShape } from './shape.ts';

/**
 * What the schema does not allow, in words, from the outermost element on; undefined when nothing is.
 *
 * @param text the body, byte for byte a character: all that is looked at is ASCII
 * @param result the element within the root that holds the members, where the root itself does not
 */
export function wrongXml(shape: Shape, text: string, result: string | undefined): string | undefined {
  const reader = new Reader(text);
  return result === undefined ? reader.document(shape) : reader.document(wrapped(shape, result));
}

const wrappers = new WeakMap<Shape, Map<string, Shape>>();

function wrapped(shape: Shape, result: string): Shape {
  let own = wrappers.get(shape);
  if (own === undefined) {
    own = new Map();
    wrappers.set(shape, own);
  }
  let wrapper = own.get(result);
  if (wrapper === undefined) {
    wrapper = { kind: 'structure', union: false, members: new Map(), elements: new Map([[result, shape]]) };
    own.set(result, wrapper);
  }
  return wrapper;
}

const space = 0x20;
const exclamation = 0x21;
const slash = 0x2f;
const greater = 0x3e;
const question = 0x3f;

const number = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;
/** What may stand behind a name in a tag: namespaces, and attributes of one. */
const namespaces = /^(\s+(xmlns(:[\w-]+)?|[\w-]+:[\w-]+)\s*=\s*("[^"]*"|'[^']*'))*\s*\/?$/;
const boolean = /^(true|false)$/i;

class Reader {
  readonly #text: string;
  #at = 0;
  /** Of the element that was opened last. */
  #isClosed = false;
  /** Of the element that was opened last: the SDK takes them for members. */
  #hasAttributes = false;
  /** Of the structure that was read last. */
  #members = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(shape: Shape): string | undefined {
    const start = this.#nextTag();
    if (start === undefined) return ' that cannot be read';
    this.#at = start;
    this.#open();
    const wrong = this.#isClosed ? undefined : this.#content(shape);
    if (wrong !== undefined) return wrong;
    return this.#isBlank(this.#at, this.#text.length) ? undefined : ' and something after its end';
  }

  /** What stands between the tags of an element; ends behind its closing tag. */
  #content(shape: Shape): string | undefined {
    switch (shape.kind) {
      case 'structure':
        return this.#structure(shape);
      case 'list':
        return this.#list(shape);
      case 'map':
      case 'any':
        this.#skip();
        return undefined;
      default:
        return this.#scalar(shape.kind);
    }
  }

  #structure({ elements }: StructureShape): string | undefined {
    const names: string[] = [];
    for (;;) {
      const tag = this.#nextTag();
      if (tag === undefined) return ' that holds text';
      this.#at = tag;
      const name = this.#open();
      if (name === undefined) {
        this.#members = names.length;
        return undefined;
      }
      const shape = elements.get(name);
      if (shape === undefined) {
        // AWS has added members before.
        if (!this.#isClosed) this.#skip();
        continue;
      }
      const isFlat = shape.kind === 'list' && shape.flat;
      if (!isFlat && names.includes(name)) return ` that holds <${name}> twice`;
      names.push(name);
      if (this.#hasAttributes) return `.${name} with attributes`;
      const wrong = this.#element(isFlat ? shape.of : shape);
      if (wrong !== undefined) return `.${name}${wrong}`;
    }
  }

  #list({ item, of }: ListShape): string | undefined {
    for (let index = 0; ; index += 1) {
      const tag = this.#nextTag();
      if (tag === undefined) return ' that holds text';
      this.#at = tag;
      const name = this.#open();
      if (name === undefined) return undefined;
      if (name !== item) return ` that holds <${name.slice(0, 60)}> instead of <${item}>`;
      if (this.#hasAttributes) return `[${index}] with attributes`;
      if (this.#isClosed || this.#isEmptyHere()) return `[${index}] with nothing in it`;
      const wrong = this.#element(of);
      if (wrong !== undefined) return `[${index}]${wrong}`;
      if (of.kind === 'structure' && this.#members === 0) return `[${index}] with nothing in it that AWS has`;
    }
  }

  #element(shape: Shape): string | undefined {
    if (!this.#isClosed) return this.#content(shape);
    return isScalar(shape) ? wrongScalar(shape.kind, '') : undefined;
  }

  #scalar(kind: Shape['kind']): string | undefined {
    const from = this.#at;
    let text = '';
    for (;;) {
      const tag = this.#text.indexOf('<', this.#at);
      if (tag < 0) return ' that has no end';
      const mark = this.#text.charCodeAt(tag + 1);
      if (mark === slash) {
        const wrong =
          kind === 'text' ? undefined : wrongScalar(kind, text + this.#text.slice(text === '' ? from : this.#at, tag));
        this.#at = tag;
        this.#open();
        return wrong;
      }
      if (mark !== exclamation && mark !== question) return ' that holds elements';
      // Comments and CDATA, which AWS does not send: rare enough for a copy.
      text += this.#text.slice(this.#at, tag) + this.#special(tag);
    }
  }

  /** Whether nothing but white space stands before the closing tag. */
  #isEmptyHere(): boolean {
    const tag = this.#text.indexOf('<', this.#at);
    return this.#text.charCodeAt(tag + 1) === slash && this.#isBlank(this.#at, tag);
  }

  /** Where the next tag begins; undefined when there is text before it. Comments and instructions are gone over. */
  #nextTag(): number | undefined {
    for (;;) {
      const tag = this.#text.indexOf('<', this.#at);
      if (tag < 0 || !this.#isBlank(this.#at, tag)) return undefined;
      const mark = this.#text.charCodeAt(tag + 1);
      if (mark !== exclamation && mark !== question) return tag;
      if (this.#special(tag) !== '') return undefined;
    }
  }

  /** Goes behind what begins with `<!` or `<?`; the text that it stands for. */
  #special(tag: number): string {
    const isData = this.#text.startsWith('<![CDATA[', tag);
    const end = isData ? ']]>' : this.#text.startsWith('<!--', tag) ? '-->' : '>';
    const found = this.#text.indexOf(end, tag);
    const to = found < 0 ? this.#text.length : found;
    this.#at = to + end.length;
    return isData ? this.#text.slice(tag + 9, to) : '';
  }

  /** Goes behind the tag that stands here. Its name, and undefined of a closing one. */
  #open(): string | undefined {
    const text = this.#text;
    const start = this.#at + 1;
    let at = start;
    let code = text.charCodeAt(at);
    if (code === slash) {
      this.#at = text.indexOf('>', at) + 1;
      return undefined;
    }
    while (code > space && code !== slash && code !== greater) {
      at += 1;
      code = text.charCodeAt(at);
    }
    const end = at;
    while (at < text.length && code !== greater) {
      // Attributes: their values may hold any character but their own quote.
      if (code === 0x22 || code === 0x27) at = text.indexOf(code === 0x22 ? '"' : "'", at + 1);
      if (at < 0) at = text.length;
      at += 1;
      code = text.charCodeAt(at);
    }
    this.#isClosed = text.charCodeAt(at - 1) === slash;
    this.#at = at + 1;
    this.#hasAttributes = at - end > 1 && !namespaces.test(text.slice(end, at));
    return text.slice(start, end);
  }

  /** Goes behind the end of the element that was opened last, whatever it holds. */
  #skip(): void {
    let depth = 1;
    while (depth > 0) {
      const tag = this.#text.indexOf('<', this.#at);
      if (tag < 0) {
        this.#at = this.#text.length;
        return;
      }
      const mark = this.#text.charCodeAt(tag + 1);
      if (mark === exclamation || mark === question) {
        this.#special(tag);
        continue;
      }
      this.#at = tag;
      if (this.#open() === undefined) depth -= 1;
      else if (!this.#isClosed) depth += 1;
    }
  }

  #isBlank(from: number, to: number): boolean {
    for (let at = from; at < to; at += 1) if (this.#text.charCodeAt(at) > space) return false;
    return true;
  }
}

function isScalar({ kind }: Shape): boolean {
  return kind !== 'structure' && kind !== 'list' && kind !== 'map' && kind !== 'any';
}

function wrongScalar(kind: Shape['kind'], text: string): string | undefined {
  switch (kind) {
    case 'number':
      return number.test(text) ? undefined : ' that is no number';
    case 'boolean':
      return boolean.test(text) ? undefined : ' that is neither true nor false';
    case 'time':
      return Number.isNaN(Date.parse(text.trim())) ? ' that is no time' : undefined;
    default:
      return undefined;
  }
}
