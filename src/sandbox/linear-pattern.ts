// Regular expressions of strangers, tried in time that grows with pattern and text alone: all ways at once, and none is taken
// back. JavaScript's own engine takes ways one after the other, for longer than anybody waits.

/** Whether a text has a part that a pattern means. */
export type LinearPattern = (text: string) => boolean;

/** Steps of a pattern, repetitions written out. */
const mostSteps = 1_000;
const deepest = 100;

type Step =
  | { readonly kind: 'letter'; readonly is: (letter: string) => boolean; readonly next: number }
  | { readonly kind: 'edge'; readonly at: RegExp; readonly next: number }
  | { readonly kind: 'ways'; readonly next: number[] }
  | { readonly kind: 'end' };

/**
 * Reads what JavaScript reads, but for look-around and references to groups.
 *
 * @returns undefined for a pattern with these, or a very large one
 * @throws SyntaxError for one that is none
 */
export function linearPattern(source: string): LinearPattern | undefined {
  new RegExp(source);
  try {
    const steps: Step[] = [{ kind: 'end' }];
    const first = new Compiler(source, steps).whole();
    return (text) => isFound(steps, first, text);
  } catch (error) {
    if (error instanceof NotLinear) return undefined;
    throw error;
  }
}

class NotLinear extends Error {}

/** Makes steps of one part: those that go on with `next` when it is through. @returns where they begin */
type Part = (next: number) => number;

class Compiler {
  private at = 0;
  private depth = 0;
  private repetitions = 0;
  private readonly source: string;
  private readonly steps: Step[];

  constructor(source: string, steps: Step[]) {
    this.source = source;
    this.steps = steps;
  }

  whole(): number {
    return this.either()(0);
  }

  private either(): Part {
    this.depth += 1;
    if (this.depth > deepest) throw new NotLinear();
    const ways = [this.sequence()];
    while (this.takes(/\|/y) !== undefined) ways.push(this.sequence());
    this.depth -= 1;
    const [only] = ways;
    if (ways.length === 1 && only !== undefined) return only;
    return (next) => this.add({ kind: 'ways', next: ways.map((way) => way(next)) });
  }

  private sequence(): Part {
    const parts: Part[] = [];
    while (this.at < this.source.length && !/[|)]/.test(this.source.charAt(this.at))) {
      parts.push(this.repeated(this.one()));
    }
    return (next) => parts.reduceRight((after, part) => part(after), next);
  }

  private one(): Part {
    const edge = this.takes(/\^|\$|\\[bB]/y);
    if (edge !== undefined) return (next) => this.add({ kind: 'edge', at: new RegExp(edge, 'y'), next });
    if (this.takes(/\((?:\?:|\?<(?![=!])[^>]*>)?(?!\?)/y) !== undefined) {
      const inside = this.either();
      this.takes(/\)/y);
      return inside;
    }
    const letter = this.takes(
      /\[(?:[^\]\\]|\\[^])*\]|\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[A-Za-z]|0(?!\d)|[^1-9k])|[^(\\]/y,
    );
    if (letter === undefined) throw new NotLinear();
    const alone = new RegExp(`^(?:${letter === '{' || letter === '}' || letter === ']' ? `\\${letter}` : letter})$`);
    return (next) => this.add({ kind: 'letter', is: (text) => alone.test(text), next });
  }

  private repeated(part: Part): Part {
    const [, mark, least = '', comma, most = ''] = this.takesParts(/([*+?])\??|\{(\d+)(?:(,)(\d*))?\}\??/y) ?? [];
    if (mark === undefined && least === '') return part;
    const from = mark === undefined ? Number(least) : mark === '+' ? 1 : 0;
    const isEndless = mark === undefined ? comma !== undefined && most === '' : mark !== '?';
    const to = mark === undefined ? Number(comma === undefined ? least : most) : 1;
    return (next) => {
      let first = next;
      if (isEndless) {
        const back: number[] = [next];
        first = this.add({ kind: 'ways', next: back });
        back.push(part(first));
      } else {
        for (let more = from; more < to; more += 1) {
          this.again();
          first = this.add({ kind: 'ways', next: [part(first), next] });
        }
      }
      for (let more = 0; more < from; more += 1) {
        this.again();
        first = part(first);
      }
      return first;
    };
  }

  private add(step: Step): number {
    if (this.steps.length >= mostSteps) throw new NotLinear();
    return this.steps.push(step) - 1;
  }

  /** Nothing, repeated, adds no step and takes time all the same. */
  private again(): void {
    this.repetitions += 1;
    if (this.repetitions > mostSteps) throw new NotLinear();
  }

  private takes(pattern: RegExp): string | undefined {
    return this.takesParts(pattern)?.[0];
  }

  private takesParts(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source) ?? undefined;
    this.at += found?.[0].length ?? 0;
    return found;
  }
}

function isFound(steps: readonly Step[], first: number, text: string): boolean {
  let now: number[] = [];
  for (let at = 0; at <= text.length; at += 1) {
    // Wherever it may begin; each step once, whichever ways lead to it.
    const open = [...now, first];
    const seen = new Set<number>();
    const letters: number[] = [];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const step = steps[index];
      if (step === undefined || seen.has(index)) continue;
      seen.add(index);
      switch (step.kind) {
        case 'end':
          return true;
        case 'ways':
          open.push(...step.next);
          break;
        case 'edge':
          step.at.lastIndex = at;
          if (step.at.test(text)) open.push(step.next);
          break;
        case 'letter':
          if (at < text.length && step.is(text.charAt(at))) letters.push(step.next);
      }
    }
    now = letters;
  }
  return false;
}
