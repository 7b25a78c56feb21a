// Recorded exchanges with AWS, as files: the first line says what a world must hold, each other one is a call and what of its
// answer must hold. Ids that AWS gives out are `<names>` in them: bound by the first answer that tells one, put in wherever they
// come later. docs/sandbox.md tells how a file is made.
import { readFileSync } from 'node:fs';
import type { PresumedItem } from '../../src/sandbox/index.ts';

export interface Exchange {
  /** As the rows of `src/aws/services/` name it. */
  readonly service: string;
  readonly operation: string;
  /** Seconds of AWS time that pass before it. */
  readonly after?: number;
  /** Why a call is here that was not recorded, or not whole. */
  readonly added?: string;
  readonly input: object;
  /** Members that the answer must have; `<any>` is whatever is there. */
  readonly output?: unknown;
  /** The code of AWS's refusal. */
  readonly error?: string;
}

export interface Recording {
  readonly about: string;
  readonly region: string;
  readonly presumes: readonly PresumedItem[];
  readonly exchanges: readonly Exchange[];
}

/** @throws Error for a line that is no exchange */
export function readRecording(path: string): Recording {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const exchanges = lines.map((line, index) => {
    const exchange = JSON.parse(line) as Exchange;
    if ((exchange.output === undefined) === (exchange.error === undefined)) {
      throw new Error(`${path}:${String(index + 2)}: neither an output nor an error, or both`);
    }
    return exchange;
  });
  return { ...(JSON.parse(head) as Omit<Recording, 'exchanges'>), exchanges };
}

const placeholder = /<([\w-]+)>/;
const anything = '<any>';

/** What the names in a recording stand for in this world. */
export class Names {
  readonly #bound = new Map<string, string>();

  /** A value with what its names stand for. Throws for a name that no answer has told yet. */
  fill(value: unknown): unknown {
    if (typeof value === 'string') {
      return value.replaceAll(new RegExp(placeholder, 'g'), (_all, name: string) => {
        const bound = this.#bound.get(name);
        if (bound === undefined) throw new Error(`nothing told what <${name}> is`);
        return bound;
      });
    }
    if (Array.isArray(value)) return value.map((each) => this.fill(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.fill(each)]));
  }

  /** Where an answer is not what was recorded, one line each; names that it tells are bound. */
  differences(recorded: unknown, answered: unknown, at = 'the answer'): readonly string[] {
    if (recorded === anything) return answered === undefined ? [`${at} is missing`] : [];
    if (typeof recorded === 'string' && typeof answered === 'string') return this.#textDiffers(recorded, answered, at);
    if (Array.isArray(recorded)) {
      if (!Array.isArray(answered)) return [`${at} is no list: ${shown(answered)}`];
      if (recorded.length !== answered.length)
        return [`${at} has ${String(answered.length)} entries instead of ${String(recorded.length)}`];
      return recorded.flatMap((each, index) => this.differences(each, answered[index], `${at}[${String(index)}]`));
    }
    if (typeof recorded === 'object' && recorded !== null) {
      if (typeof answered !== 'object' || answered === null) return [`${at} has no members: ${shown(answered)}`];
      const members = answered as Readonly<Record<string, unknown>>;
      return Object.entries(recorded).flatMap(([key, each]) => this.differences(each, members[key], `${at}.${key}`));
    }
    return recorded === answered ? [] : [`${at} is ${shown(answered)} instead of ${shown(recorded)}`];
  }

  #textDiffers(recorded: string, answered: string, at: string): readonly string[] {
    const names: string[] = [];
    const parts = recorded.split(new RegExp(placeholder, 'g')).map((part, index) => {
      if (index % 2 === 0) return escaped(part);
      const bound = this.#bound.get(part);
      if (bound !== undefined) return escaped(bound);
      names.push(part);
      return '(.+?)';
    });
    const found = new RegExp(`^${parts.join('')}$`, 's').exec(answered);
    if (found === null) return [`${at} is ${shown(answered)} instead of ${shown(recorded)}`];
    for (const [index, name] of names.entries()) this.#bound.set(name, found[index + 1] ?? '');
    return [];
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 200);
}
