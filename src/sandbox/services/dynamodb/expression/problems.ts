// Expressions that parse may still be wrong, in several ways at once. AWS reports one problem, chosen by its kind and not
// by its place: the order below was observed by the authors of dynalite and confirmed by the expression tests of
// ScyllaDB Alternator, both run against AWS.
import { validation } from '../errors.ts';

/** Collects the first problem of each kind. */
export class Problems<Kind extends string> {
  readonly #found = new Map<Kind, string>();

  note(kind: Kind, text: string): void {
    if (!this.#found.has(kind)) this.#found.set(kind, text);
  }

  has(kind: Kind): boolean {
    return this.#found.has(kind);
  }

  /** The problem of the first of these kinds that has one. */
  first(kinds: readonly Kind[]): string | undefined {
    for (const kind of kinds) {
      const text = this.#found.get(kind);
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

export type ExpressionName =
  'UpdateExpression' | 'ConditionExpression' | 'KeyConditionExpression' | 'FilterExpression' | 'ProjectionExpression';

/** @throws AwsError */
export function invalidExpression(expression: ExpressionName, problem: string): never {
  throw validation(`Invalid ${expression}: ${problem}`);
}
