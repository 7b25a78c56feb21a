// What must hold in an update expression beyond its grammar.
import { typeOf } from '../value.ts';
import type { AttributeType } from '../value.ts';
import type { NewValue, Operand, Path } from './ast.ts';
import { pathRequired, wrongCount, wrongType } from './condition-checks.ts';
import { checkAgainst } from './paths.ts';
import type { NameProblems } from './paths.ts';
import { invalidExpression, Problems } from './problems.ts';

/** In the order in which AWS looks at them. */
const kinds = [
  'reserved',
  'unknownFunction',
  'misusedFunction',
  'section',
  'undefinedName',
  'undefinedValue',
  'overlap',
  'conflict',
  'operand',
  'function',
] as const;

/** Names of types in messages about ADD and DELETE, for those that are no sets. */
const typeNames: Readonly<Partial<Record<AttributeType, string>>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

export class UpdateChecks implements NameProblems {
  readonly #problems = new Problems<(typeof kinds)[number]>();
  readonly #sections = new Set<string>();
  readonly #targets: Path[] = [];

  readonly reserved = (text: string): void => {
    this.#problems.note('reserved', text);
  };
  readonly undefinedName = (text: string): void => {
    this.#problems.note('undefinedName', text);
  };

  undefinedValue(reference: string): void {
    const problem = 'An expression attribute value used in expression is not defined';
    this.#problems.note('undefinedValue', `${problem}; attribute value: ${reference}`);
  }

  section(name: string): void {
    if (this.#sections.has(name)) {
      this.#problems.note('section', `The "${name}" section can only be used once in an update expression;`);
    }
    this.#sections.add(name);
  }

  target(path: Path): void {
    checkAgainst(this.#targets, path, {
      overlap: (text) => {
        this.#problems.note('overlap', text);
      },
      conflict: (text) => {
        this.#problems.note('conflict', text);
      },
    });
    this.#targets.push(path);
  }

  /** @returns the operand's type */
  combine(kind: 'add' | 'delete', operand: Operand): AttributeType | undefined {
    if (operand.kind !== 'value') return undefined;
    const type = typeOf(operand.value);
    const name = typeNames[type];
    if (name !== undefined && !(kind === 'add' && type === 'N')) {
      const problem = 'Incorrect operand type for operator or function';
      this.#problems.note('operand', `${problem}; operator: ${kind.toUpperCase()}, operand type: ${name}`);
    }
    return type;
  }

  sum(operator: '+' | '-', left: Operand, right: Operand): void {
    this.#literals(operator, [left, right], 'N');
  }

  /** @returns the type of the function's result where it is known */
  call(name: string, operands: readonly Operand[]): AttributeType | undefined {
    if (name !== 'if_not_exists' && name !== 'list_append') {
      this.#problems.note('unknownFunction', `Invalid function name; function: ${name}`);
      return undefined;
    }
    for (const operand of operands) {
      // Observed in AWS: a list_append may not stand within a function, an if_not_exists may.
      if (operand.kind === 'function' && operand.name === 'list_append') {
        const problem = 'The function is not allowed to be used this way in an expression; function: list_append';
        this.#problems.note('misusedFunction', problem);
      }
    }
    if (operands.length !== 2) {
      this.#problems.note('function', wrongCount(name, operands.length));
      return undefined;
    }
    if (name === 'list_append') {
      this.#literals(name, operands, 'L');
      return 'L';
    }
    const [first, second] = operands;
    if (first !== undefined && first.kind !== 'path') this.#problems.note('function', pathRequired(name));
    return second === undefined ? undefined : this.typeOf(second);
  }

  /** The type that a value will have, where that is known before the item is. */
  typeOf(value: NewValue): AttributeType | undefined {
    switch (value.kind) {
      case 'value':
        return typeOf(value.value);
      case 'sum':
        return 'N';
      case 'function':
        return value.type;
      case 'path':
      case 'undefined':
        return undefined;
    }
  }

  refuse(): void {
    const problem = this.#problems.first(kinds);
    if (problem !== undefined) invalidExpression('UpdateExpression', problem);
  }

  #literals(name: string, operands: readonly Operand[], expected: AttributeType): void {
    for (const operand of operands) {
      if (operand.kind !== 'value') continue;
      const type = typeOf(operand.value);
      if (type !== expected) this.#problems.note('function', wrongType(name, type));
    }
  }
}
