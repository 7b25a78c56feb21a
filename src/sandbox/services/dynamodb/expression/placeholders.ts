// The `#names` and `:values` of a request, shared by all its expressions.
import { validation } from '../errors.ts';
import type { AttributeValue } from '../value.ts';

export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, AttributeValue>>;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  constructor(names: Readonly<Record<string, string>>, values: Readonly<Record<string, AttributeValue>>) {
    this.#names = names;
    this.#values = values;
    this.#unusedNames = new Set(Object.keys(names));
    this.#unusedValues = new Set(Object.keys(values));
  }

  name(reference: string): string | undefined {
    this.#unusedNames.delete(reference);
    return Object.hasOwn(this.#names, reference) ? this.#names[reference] : undefined;
  }

  value(reference: string): AttributeValue | undefined {
    this.#unusedValues.delete(reference);
    return Object.hasOwn(this.#values, reference) ? this.#values[reference] : undefined;
  }

  /** To be called when all expressions are parsed. */
  refuseUnused(): void {
    refuse('Names', this.#unusedNames);
    refuse('Values', this.#unusedValues);
  }
}

function refuse(what: string, unused: ReadonlySet<string>): void {
  if (unused.size === 0) return;
  const keys = [...unused].join(', ');
  throw validation(`Value provided in ExpressionAttribute${what} unused in expressions: keys: {${keys}}`);
}
