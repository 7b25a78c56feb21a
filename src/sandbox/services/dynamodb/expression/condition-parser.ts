// ConditionExpression, FilterExpression and KeyConditionExpression share one grammar:
//   or := and (OR and)*    and := not (AND not)*    not := NOT not | comparison
//   comparison := operand (=|<>|<|<=|>|>=) operand | operand BETWEEN operand AND operand
//               | operand IN (operand, ...) | function(operand, ...) | ( or )
import type { Comparator, Condition, FunctionCall, Operand, Path } from './ast.ts';
import { ConditionChecks } from './condition-checks.ts';
import { Cursor } from './cursor.ts';
import { continuePath, parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import type { ExpressionName } from './problems.ts';

export interface ParsedCondition {
  readonly condition: Condition;
  /** Every path that it reads. */
  readonly paths: readonly Path[];
}

/** @throws AwsError for whatever is wrong with it by itself */
export function parseCondition(expression: ExpressionName, text: string, placeholders: Placeholders): ParsedCondition {
  const parser = new ConditionParser(expression, text, placeholders);
  return parser.parse();
}

const keywords: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN']);
const comparators: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** A condition, or an operand that a comparator may still follow: parentheses may stand around both. */
type Parsed =
  { readonly kind: 'condition'; readonly condition: Condition; readonly parenthesized: boolean } | ParsedOperand;

interface ParsedOperand {
  readonly kind: 'operand';
  readonly operand: Operand;
  readonly parenthesized: boolean;
}

class ConditionParser {
  readonly #cursor: Cursor;
  readonly #placeholders: Placeholders;
  readonly #checks = new ConditionChecks();
  readonly #paths: Path[] = [];

  constructor(expression: ExpressionName, text: string, placeholders: Placeholders) {
    this.#cursor = new Cursor(expression, text);
    this.#placeholders = placeholders;
  }

  parse(): ParsedCondition {
    const condition = this.#asCondition(this.#or());
    this.#cursor.expectEnd();
    this.#checks.refuse(this.#cursor.expression);
    return { condition, paths: this.#paths };
  }

  #or(): Parsed {
    let parsed = this.#and();
    while (this.#cursor.isKeyword('OR')) {
      const left = this.#asCondition(parsed);
      this.#cursor.take();
      const right = this.#asCondition(this.#and());
      parsed = { kind: 'condition', condition: { kind: 'or', left, right }, parenthesized: false };
    }
    return parsed;
  }

  #and(): Parsed {
    let parsed = this.#not();
    while (this.#cursor.isKeyword('AND')) {
      const left = this.#asCondition(parsed);
      this.#cursor.take();
      const right = this.#asCondition(this.#not());
      parsed = { kind: 'condition', condition: { kind: 'and', left, right }, parenthesized: false };
    }
    return parsed;
  }

  #not(): Parsed {
    if (!this.#cursor.takeKeyword('NOT')) return this.#comparison();
    const condition = this.#asCondition(this.#not());
    return { kind: 'condition', condition: { kind: 'not', condition }, parenthesized: false };
  }

  /** An operand by itself is left to the caller: it may stand in parentheses. */
  #comparison(): Parsed {
    const first = this.#term();
    if (first.kind === 'condition') return first;
    const operand = first.operand;
    const { token } = this.#cursor;
    if (token.kind === 'symbol' && comparators.has(token.text)) {
      this.#cursor.take();
      const comparator = token.text as Comparator;
      const right = this.#operand();
      this.#checks.comparison(comparator, operand, right);
      return this.#complete({ kind: 'compare', comparator, left: operand, right });
    }
    if (this.#cursor.takeKeyword('BETWEEN')) {
      const low = this.#operand();
      this.#cursor.expectKeyword('AND');
      const high = this.#operand();
      this.#checks.between(operand, low, high);
      return this.#complete({ kind: 'between', operand, low, high });
    }
    if (this.#cursor.takeKeyword('IN')) {
      this.#cursor.expectSymbol('(');
      const candidates = this.#operands();
      this.#checks.membership(operand, candidates);
      return this.#complete({ kind: 'in', operand, candidates });
    }
    return first;
  }

  #term(): Parsed {
    if (!this.#cursor.takeSymbol('(')) return { kind: 'operand', operand: this.#bareOperand(), parenthesized: false };
    const inner = this.#or();
    this.#cursor.expectSymbol(')');
    if (inner.parenthesized) this.#checks.redundantParentheses();
    return inner.kind === 'operand' ? this.#afterParentheses(inner.operand) : { ...inner, parenthesized: true };
  }

  /** An operand where no condition may stand. */
  #operand(): Operand {
    return this.#operandTerm().operand;
  }

  #operandTerm(): ParsedOperand {
    if (!this.#cursor.takeSymbol('(')) return { kind: 'operand', operand: this.#bareOperand(), parenthesized: false };
    const inner = this.#operandTerm();
    this.#cursor.expectSymbol(')');
    if (inner.parenthesized) this.#checks.redundantParentheses();
    return this.#afterParentheses(inner.operand);
  }

  #bareOperand(): Operand {
    const { kind, text } = this.#cursor.token;
    if (kind === 'valueRef') {
      this.#cursor.take();
      const value = this.#placeholders.value(text);
      if (value !== undefined) return { kind: 'value', value };
      this.#checks.undefinedValue(text);
      return { kind: 'undefined' };
    }
    const { following } = this.#cursor;
    const call = kind === 'name' && following.kind === 'symbol' && following.text === '(';
    if (call && !keywords.has(text.toUpperCase())) return this.#function();
    const path = parsePath(this.#cursor, this.#placeholders, keywords, this.#checks);
    this.#paths.push(path);
    return { kind: 'path', path };
  }

  /** `(a).b`: a path may go on after parentheses. */
  #afterParentheses(operand: Operand): ParsedOperand {
    if (operand.kind !== 'path') return { kind: 'operand', operand, parenthesized: true };
    const path = [...operand.path];
    continuePath(this.#cursor, this.#placeholders, keywords, this.#checks, path);
    const longer = path.length > operand.path.length;
    if (longer) this.#paths.push(path);
    return { kind: 'operand', operand: { kind: 'path', path }, parenthesized: !longer };
  }

  #function(): FunctionCall {
    const name = this.#cursor.take().text;
    this.#cursor.expectSymbol('(');
    const operands = this.#operands();
    return { kind: 'function', name, operands, type: this.#checks.call(name, operands) };
  }

  /** Up to the closing parenthesis. */
  #operands(): readonly Operand[] {
    const operands = [this.#operand()];
    while (this.#cursor.takeSymbol(',')) operands.push(this.#operand());
    this.#cursor.expectSymbol(')');
    return operands;
  }

  #complete(condition: Condition): Parsed {
    this.#checks.conditionEnd();
    return { kind: 'condition', condition, parenthesized: false };
  }

  #asCondition(parsed: Parsed): Condition {
    if (parsed.kind === 'condition') return parsed.condition;
    const { operand } = parsed;
    if (operand.kind !== 'function') return this.#cursor.syntaxError();
    this.#checks.standsAlone(operand);
    this.#checks.conditionEnd();
    return operand;
  }
}
