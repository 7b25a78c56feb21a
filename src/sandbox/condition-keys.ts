// Condition keys of the kinds that many services have.
import type { ConditionKey } from './authorization.ts';

/** A member of the input. */
export const inputMember =
  (name: string): ConditionKey =>
  ({ input }) =>
    oneValue(input[name]);

/** A list of texts in the input. */
export const inputList =
  (name: string): ConditionKey =>
  ({ input }) => {
    const list = input[name];
    return Array.isArray(list) && list.length > 0 ? list.filter((each) => typeof each === 'string') : undefined;
  };

/** One that a call has nothing for by itself: a permission that it needs brings the value. */
export const ofPermission: ConditionKey = () => undefined;

/** A text, a number or a truth as the value of a condition key. */
export function oneValue(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? [String(value)]
    : undefined;
}
