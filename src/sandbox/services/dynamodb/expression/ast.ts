// What parsers make of an expression. Placeholders are resolved already.
import type { AttributeType, AttributeValue } from '../value.ts';

/** Names of map members and positions in lists; the first part is the attribute. */
export type Path = readonly (string | number)[];

export interface FunctionCall {
  readonly kind: 'function';
  readonly name: string;
  readonly operands: readonly Operand[];
  /** Type of the result where the function alone determines it. */
  readonly type: AttributeType | undefined;
}

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  /** A value placeholder that the request does not define; noted as a problem. */
  | { readonly kind: 'undefined' }
  | FunctionCall;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | FunctionCall;

/** Right side of a SET action. */
export type NewValue =
  Operand | { readonly kind: 'sum'; readonly operator: '+' | '-'; readonly left: Operand; readonly right: Operand };

export type UpdateAction =
  | { readonly kind: 'set'; readonly path: Path; readonly value: NewValue }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'add' | 'delete'; readonly path: Path; readonly value: AttributeValue };

/** As AWS prints it in messages: `[a, [0], b]`. */
export function pathText(path: Path): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}
