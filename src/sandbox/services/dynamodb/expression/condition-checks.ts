// What must hold in a condition beyond its grammar.
import { attributeTypes, typeOf } from '../value.ts';
import type { AttributeType, AttributeValue } from '../value.ts';
import { compareValues } from '../order.ts';
import { pathText } from './ast.ts';
import type { Comparator, FunctionCall, Operand } from './ast.ts';
import { samePath } from './paths.ts';
import type { NameProblems } from './paths.ts';
import { invalidExpression, Problems } from './problems.ts';
import type { ExpressionName } from './problems.ts';
import { tooManyInOperands } from '../unverified.ts';

/** Functions and the number of operands they take. */
const functions: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

/** Known in update expressions only. */
const updateFunctions: ReadonlySet<string> = new Set(['if_not_exists', 'list_append']);

/** IN counts its first operand too. */
const maxInOperands = 100;

/** Kinds of one comparison or function, in the order in which AWS looks at them. */
const local = ['undefined', 'operandCount', 'distinct', 'operandType'] as const;
/** Kinds of the whole expression; `condition` is the first problem of the first comparison that has one. */
const overall = ['parentheses', 'unknownFunction', 'misusedFunction', 'reserved', 'condition'] as const;

type Kind = (typeof local)[number] | (typeof overall)[number];

export class ConditionChecks implements NameProblems {
  readonly #problems = new Problems<Kind>();

  readonly reserved = (text: string): void => {
    this.#problems.note('reserved', text);
  };
  readonly undefinedName = (text: string): void => {
    this.#problems.note('undefined', text);
  };

  undefinedValue(reference: string): void {
    const problem = 'An expression attribute value used in expression is not defined';
    this.#problems.note('undefined', `${problem}; attribute value: ${reference}`);
  }

  redundantParentheses(): void {
    this.#problems.note('parentheses', 'The expression has redundant parentheses;');
  }

  /** To be called after each comparison: AWS goes through them in the order of writing. */
  conditionEnd(): void {
    const problem = this.#problems.first(local);
    if (problem !== undefined) this.#problems.note('condition', problem);
  }

  comparison(comparator: Comparator, left: Operand, right: Operand): void {
    this.#onlySizeIn([left, right]);
    this.#distinct(comparator, left, right);
    if (comparator !== '=' && comparator !== '<>') this.#ordered(comparator, [left, right]);
  }

  between(operand: Operand, low: Operand, high: Operand): void {
    this.#onlySizeIn([operand, low, high]);
    if (low.kind === 'value' && high.kind === 'value') {
      const bounds = `lower bound operand: ${valueText(low.value)}, upper bound operand: ${valueText(high.value)}`;
      if (typeOf(low.value) !== typeOf(high.value)) {
        const problem = 'The BETWEEN operator requires same data type for lower and upper bounds';
        this.#problems.note('operandType', `${problem}; ${bounds}`);
      } else if ((compareValues(low.value, high.value) ?? 0) > 0) {
        const problem = 'The BETWEEN operator requires upper bound to be greater than or equal to lower bound';
        this.#problems.note('operandType', `${problem}; ${bounds}`);
      }
    }
    this.#ordered('BETWEEN', [operand, low, high]);
  }

  membership(operand: Operand, candidates: readonly Operand[]): void {
    this.#onlySizeIn([operand, ...candidates]);
    const count = candidates.length + 1;
    if (count > maxInOperands) this.#problems.note('operandCount', tooManyInOperands(count));
  }

  /** @returns the type of the function's result where it is known */
  call(name: string, operands: readonly Operand[]): AttributeType | undefined {
    this.#onlySizeIn(operands);
    const count = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (count === undefined) {
      if (updateFunctions.has(name)) this.#misused(name);
      else this.#problems.note('unknownFunction', `Invalid function name; function: ${name}`);
      return undefined;
    }
    if (operands.length !== count) {
      this.#problems.note('operandCount', wrongCount(name, operands.length));
      return undefined;
    }
    const [first, second] = operands;
    if (first === undefined) return undefined;
    if (second !== undefined) this.#distinct(name, first, second);
    switch (name) {
      case 'attribute_exists':
      case 'attribute_not_exists':
        if (first.kind !== 'path') this.#problems.note('operandType', pathRequired(name));
        return undefined;
      case 'begins_with':
        for (const operand of operands) {
          const type = operandType(operand);
          if (type !== undefined && type !== 'S' && type !== 'B') this.#wrongType(name, type);
        }
        return 'BOOL';
      case 'attribute_type':
        if (second !== undefined) this.#typeName(name, second);
        return 'BOOL';
      case 'size': {
        const type = operandType(first);
        if (type === 'N' || type === 'BOOL' || type === 'NULL') this.#wrongType(name, type);
        return 'N';
      }
      default:
        return 'BOOL';
    }
  }

  /** `size` yields a number, which is no condition. */
  standsAlone({ name }: FunctionCall): void {
    if (name === 'size') this.#misused(name);
  }

  refuse(expression: ExpressionName): void {
    const problem = this.#problems.first(overall);
    if (problem !== undefined) invalidExpression(expression, problem);
  }

  #misused(name: string): void {
    const problem = 'The function is not allowed to be used this way in an expression';
    this.#problems.note('misusedFunction', `${problem}; function: ${name}`);
  }

  #onlySizeIn(operands: readonly Operand[]): void {
    for (const operand of operands) {
      if (operand.kind === 'function' && operand.name !== 'size') this.#misused(operand.name);
    }
  }

  #distinct(operator: string, left: Operand, right: Operand): void {
    if (left.kind !== 'path' || right.kind !== 'path' || !samePath(left.path, right.path)) return;
    const problem = 'The first operand must be distinct from the remaining operands for this operator or function';
    this.#problems.note('distinct', `${problem}; operator: ${operator}, first operand: ${pathText(left.path)}`);
  }

  /** Only literals are looked at: an attribute of another type just does not match. */
  #ordered(operator: string, operands: readonly Operand[]): void {
    for (const operand of operands) {
      if (operand.kind !== 'value') continue;
      const type = typeOf(operand.value);
      if (type !== 'S' && type !== 'N' && type !== 'B') this.#wrongType(operator, type);
    }
  }

  #typeName(name: string, operand: Operand): void {
    const type = operandType(operand);
    if (operand.kind !== 'value' || !('S' in operand.value)) {
      this.#wrongType(name, type ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}');
    } else if (!attributeTypes.some((known) => 'S' in operand.value && known === operand.value.S)) {
      const problem = `Invalid attribute type name found; type: ${operand.value.S}`;
      this.#problems.note('operandType', `${problem}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`);
    }
  }

  #wrongType(name: string, type: string): void {
    this.#problems.note('operandType', wrongType(name, type));
  }
}

export function wrongType(name: string, type: string): string {
  return `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;
}

export function wrongCount(name: string, count: number): string {
  const problem = 'Incorrect number of operands for operator or function';
  return `${problem}; operator or function: ${name}, number of operands: ${count}`;
}

export function pathRequired(name: string): string {
  return `Operator or function requires a document path; operator or function: ${name}`;
}

function operandType(operand: Operand): AttributeType | undefined {
  if (operand.kind === 'value') return typeOf(operand.value);
  return operand.kind === 'function' ? operand.type : undefined;
}

function valueText(value: AttributeValue): string {
  const text =
    'S' in value ? value.S : 'N' in value ? value.N : 'B' in value ? value.B : JSON.stringify(Object.values(value)[0]);
  return `AttributeValue: {${typeOf(value)}:${text}}`;
}
