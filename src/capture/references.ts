// Ids of pieces that are in the playbook are written as references. Pure.
import { escapeTemplate } from '../playbook/expressions.ts';
import type { Json, Scope } from '../components/contract.ts';
import type { Found } from './model.ts';
import { canonical, isContainer, isTelling, textsIn } from './naming.ts';

/** An output of a piece, and its value. */
interface Output {
  readonly found: Found;
  readonly name: string;
  readonly value: string;
  /** It is known of a piece that is not there: a name that somebody chose. */
  readonly chosen: boolean;
}

/** Writes ids as references, and sees to it that nothing refers to itself by way of others. */
export class References {
  readonly #outputs: readonly Output[];
  readonly #ids: ReadonlyMap<string, string>;
  /** By key: what it refers to, or must come after. */
  readonly #needs = new Map<string, Set<string>>();

  constructor(all: readonly Found[], ids: ReadonlyMap<string, string>, scope: Scope) {
    this.#ids = ids;
    this.#outputs = all.flatMap((found) => {
      const chosen = found.type.outputsOf(found.described, undefined, scope);
      return Object.entries(found.outputs).flatMap(([name, value]): readonly Output[] =>
        value === undefined || value === '' || !ids.has(found.key)
          ? []
          : [{ found, name, value, chosen: !value.startsWith('arn:') && chosen[name] === value }],
      );
    });
  }

  /**
   * Where AWS made up the id: such references are first, since nothing else can stand in their place. A value that others may have
   * too, such as the hosted zone of all load balancers of a region, is that of a piece that the spec names by something else.
   */
  inSpec(found: Found, spec: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
    const named = new Set(
      textsIn(spec).flatMap(({ text }) =>
        this.#outputs.filter((each) => isNamedBy(each, text)).map((each) => each.found),
      ),
    );
    return this.#fields(found, spec, (text) => this.#filled(found, text, named));
  }

  /** Names that somebody chose, in the fields that name what a piece lives in or is told by; where nothing goes round in a circle. */
  namesInSpec(found: Found, spec: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
    const { containers, toldBy = [] } = found.type.traits;
    const fields = new Set<string>([...containers, ...toldBy]);
    return Object.fromEntries(
      Object.entries(spec).map(([name, value]) => {
        if (!fields.has(name) || typeof value !== 'string' || value.includes('${')) return [name, value];
        const output = this.#outputs.find(
          (each) =>
            each.found !== found &&
            canonical(each.value) === canonical(value) &&
            (isTelling(value) || (containers.includes(name) && isContainer(each.found, found, value))),
        );
        return [name, output !== undefined && this.needs(found, output.found) ? this.#template(output) : value];
      }),
    );
  }

  /** Notes that one piece has to come after another one. @returns false where that would go round in a circle */
  needs(found: Found, other: Found): boolean {
    if (found === other || this.#reaches(other.key, found.key)) return false;
    const known = this.#needs.get(found.key);
    if (known === undefined) this.#needs.set(found.key, new Set([other.key]));
    else known.add(other.key);
    return true;
  }

  #reaches(from: string, to: string, seen = new Set<string>()): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(this.#needs.get(from) ?? [])].some((each) => this.#reaches(each, to, seen));
  }

  /** Does a spec refer to this piece already? */
  refersTo(found: Found, other: Found): boolean {
    return this.#needs.get(found.key)?.has(other.key) === true;
  }

  #fields(
    found: Found,
    spec: Readonly<Record<string, Json>>,
    fill: (text: string) => string,
  ): Readonly<Record<string, Json>> {
    const filled = (value: Json): Json => {
      if (typeof value === 'string') return fill(value);
      if (Array.isArray(value)) return (value as readonly Json[]).map(filled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each)]));
    };
    return filled(spec) as Readonly<Record<string, Json>>;
  }

  #filled(found: Found, text: string, named: ReadonlySet<Found>): string {
    const whole = this.#outputs.find(
      (each) =>
        each.found !== found &&
        !each.chosen &&
        canonical(each.value) === canonical(text) &&
        (isTelling(each.value) || named.has(each.found)),
    );
    if (whole !== undefined && this.needs(found, whole.found)) {
      const prefix = /^dualstack\./i.test(text) ? 'dualstack.' : '';
      return `${prefix}${this.#template(whole)}`;
    }
    // Within a text, such as a policy: whole ids only.
    const within = this.#outputs
      .filter((each) => each.found !== found && !each.chosen && isWithin(each, text))
      .sort((left, right) => right.value.length - left.value.length)[0];
    if (within === undefined || !isApart(text, within.value) || !this.needs(found, within.found)) {
      return escapeTemplate(text);
    }
    return text
      .split(within.value)
      .map((part) => escapeTemplate(part))
      .join(this.#template(within));
  }

  #template({ found, name }: Output): string {
    return `\${${this.#ids.get(found.key) ?? ''}.${name}}`;
  }
}

function isNamedBy({ chosen, value }: Output, text: string): boolean {
  return !chosen && isTelling(value) && canonical(value) === canonical(text);
}

/** Long enough that no other text has it by chance. */
function isWithin({ value }: Output, text: string): boolean {
  return value.length >= 16 && isTelling(value) && text.includes(value);
}

/** No longer id begins or ends with it. */
function isApart(text: string, value: string): boolean {
  const at = text.indexOf(value);
  return ![text[at - 1], text[at + value.length]].some((each) => each !== undefined && /[\w-]/.test(each));
}
