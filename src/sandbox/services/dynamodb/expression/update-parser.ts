// UpdateExpression:
//   update := section+     section := SET set (, set)* | REMOVE path (, path)* | (ADD|DELETE) path :value (, ...)*
//   set := path = value    value := operand ((+|-) operand)?    operand := path | :value | function(operand, ...) | (..)
import type { AttributeType } from '../value.ts';
import type { FunctionCall, NewValue, Operand, Path, UpdateAction } from './ast.ts';
import { Cursor } from './cursor.ts';
import { parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { UpdateChecks } from './update-checks.ts';

export interface ParsedUpdate {
  readonly actions: readonly UpdateAction[];
  /** Paths that the actions write, in their order. */
  readonly targets: readonly Path[];
  /** Every path, read or written. */
  readonly paths: readonly Path[];
  /** Types of values that are known before the item is: by the index in `actions`. */
  readonly types: readonly (AttributeType | undefined)[];
}

/** @throws AwsError for whatever is wrong with it by itself */
export function parseUpdate(text: string, placeholders: Placeholders): ParsedUpdate {
  return new UpdateParser(text, placeholders).parse();
}

const keywords: ReadonlySet<string> = new Set(['SET', 'REMOVE', 'ADD', 'DELETE']);

class UpdateParser {
  readonly #cursor: Cursor;
  readonly #placeholders: Placeholders;
  readonly #checks = new UpdateChecks();
  readonly #actions: UpdateAction[] = [];
  readonly #types: (AttributeType | undefined)[] = [];
  readonly #paths: Path[] = [];

  constructor(text: string, placeholders: Placeholders) {
    this.#cursor = new Cursor('UpdateExpression', text);
    this.#placeholders = placeholders;
  }

  parse(): ParsedUpdate {
    do this.#section();
    while (this.#cursor.token.kind !== 'end');
    this.#checks.refuse();
    const targets = this.#actions.map((action) => action.path);
    return { actions: this.#actions, targets, paths: this.#paths, types: this.#types };
  }

  #section(): void {
    const { kind, text } = this.#cursor.token;
    const section = text.toUpperCase();
    const parseAction = kind === 'name' ? this.#actionOf(section) : undefined;
    if (parseAction === undefined) this.#cursor.syntaxError();
    this.#cursor.take();
    do parseAction();
    while (this.#cursor.takeSymbol(','));
    this.#checks.section(section);
  }

  #actionOf(section: string): (() => void) | undefined {
    switch (section) {
      case 'SET':
        return () => {
          this.#set();
        };
      case 'REMOVE':
        return () => {
          this.#remove();
        };
      case 'ADD':
      case 'DELETE':
        return () => {
          this.#combine(section === 'ADD' ? 'add' : 'delete');
        };
      default:
        return undefined;
    }
  }

  #set(): void {
    const path = this.#path();
    this.#cursor.expectSymbol('=');
    const value = this.#newValue();
    this.#checks.target(path);
    this.#add({ kind: 'set', path, value }, this.#checks.typeOf(value));
  }

  #remove(): void {
    const path = this.#path();
    this.#checks.target(path);
    this.#add({ kind: 'remove', path }, undefined);
  }

  #combine(kind: 'add' | 'delete'): void {
    const path = this.#path();
    if (this.#cursor.token.kind !== 'valueRef') this.#cursor.syntaxError();
    const operand = this.#value();
    this.#checks.target(path);
    const type = this.#checks.combine(kind, operand);
    if (operand.kind === 'value') this.#add({ kind, path, value: operand.value }, type);
  }

  #add(action: UpdateAction, type: AttributeType | undefined): void {
    this.#actions.push(action);
    this.#types.push(type);
  }

  /** `a`, `a + b`, also in parentheses. */
  #newValue(): NewValue {
    const left = this.#parenthesizedSum();
    if (left.kind === 'sum') return left;
    for (const operator of ['+', '-'] as const) {
      if (!this.#cursor.takeSymbol(operator)) continue;
      const right = this.#operand();
      this.#checks.sum(operator, left, right);
      return { kind: 'sum', operator, left, right };
    }
    return left;
  }

  #parenthesizedSum(): NewValue {
    if (!this.#cursor.takeSymbol('(')) return this.#operand();
    const value = this.#newValue();
    this.#cursor.expectSymbol(')');
    return value;
  }

  #operand(): Operand {
    if (this.#cursor.takeSymbol('(')) {
      const operand = this.#operand();
      this.#cursor.expectSymbol(')');
      return operand;
    }
    const { kind, text } = this.#cursor.token;
    if (kind === 'valueRef') return this.#value();
    const { following } = this.#cursor;
    const call = kind === 'name' && following.kind === 'symbol' && following.text === '(';
    return call && !keywords.has(text.toUpperCase()) ? this.#function() : { kind: 'path', path: this.#path() };
  }

  #value(): Operand {
    const { text } = this.#cursor.take();
    const value = this.#placeholders.value(text);
    if (value !== undefined) return { kind: 'value', value };
    this.#checks.undefinedValue(text);
    return { kind: 'undefined' };
  }

  #function(): FunctionCall {
    const name = this.#cursor.take().text;
    this.#cursor.expectSymbol('(');
    const operands = [this.#operand()];
    while (this.#cursor.takeSymbol(',')) operands.push(this.#operand());
    this.#cursor.expectSymbol(')');
    return { kind: 'function', name, operands, type: this.#checks.call(name, operands) };
  }

  #path(): Path {
    const path = parsePath(this.#cursor, this.#placeholders, keywords, this.#checks);
    this.#paths.push(path);
    return path;
  }
}
