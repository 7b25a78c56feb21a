// What is asked of the instances that tasks are placed on, as far as ECS reads it when it is given.
import type { AwsError, Input } from '../../model.ts';
import { recordsOf, textOf } from './input.ts';
import { isExpression } from './query-language.ts';
import { unverifiedTexts } from './unverified.ts';

/** [ECS API, PlacementConstraint] */
const longestExpression = 2_000;

/**
 * @param refuse says it as the operation does
 * @throws what `refuse` makes of a constraint that cannot be read
 */
export function checkConstraints(input: Input, refuse: (message: string) => AwsError): void {
  for (const constraint of recordsOf(input, 'placementConstraints') ?? []) {
    const expression = textOf(constraint, 'expression');
    if (textOf(constraint, 'type') === 'distinctInstance') {
      // Pasted: hashicorp/terraform#11471.
      if (expression !== undefined) throw refuse('distinctInstance expression should not be specified.');
    } else if (expression === undefined || expression === '') {
      throw refuse(unverifiedTexts.expressionMissing);
    } else {
      checkExpression(expression, refuse);
    }
  }
}

export function checkExpression(expression: string, refuse: (message: string) => AwsError): void {
  if (expression.length > longestExpression) throw refuse(unverifiedTexts.expressionTooLong);
  if (!isExpression(expression)) throw refuse(unverifiedTexts.expressionUnreadable(expression));
}
