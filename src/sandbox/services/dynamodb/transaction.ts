// What both kinds of transaction share.
import { AwsError } from '../../model.ts';
import { capacity } from './capacity.ts';
import type { CapacityRequest } from './capacity.ts';
import type { TableRecord } from './store.ts';
import type { Item } from './value.ts';

export const maxActions = 100;

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

/**
 * Cancels the transaction when a step fails for one of the actions, with a reason for each action.
 *
 * @param upTo whether to go on after a failure: AWS tells all failed conditions, but only the first invalid action
 */
export function cancelUnless<T>(actions: readonly T[], step: (action: T) => void, upTo: 'first' | 'all'): void {
  const reasons: Reason[] = [];
  let failures = 0;
  for (const action of actions) {
    const failure = failures > 0 && upTo === 'first' ? undefined : failureOf(action, step);
    if (failure !== undefined) failures += 1;
    reasons.push(failure ?? { Code: 'None' });
  }
  if (failures === 0) return;
  const codes = reasons.map(({ Code }) => Code).join(', ');
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

function failureOf<T>(action: T, step: (action: T) => void): Reason | undefined {
  try {
    step(action);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const code = error.code === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
    return { Code: code, Message: error.message, ...error.fields };
  }
}

/** Whether there is a value of the right type for each part of the key. */
export function hasKeys(table: TableRecord, subject: Item): boolean {
  return table.keys.every(({ name }) => {
    const type = table.attributes[name];
    return Object.hasOwn(subject, name) && type !== undefined && type in (subject[name] ?? {});
  });
}

/** Consumed capacity by table. */
export function told(request: CapacityRequest, units: ReadonlyMap<string, number>): readonly object[] | undefined {
  const all = [...units].map(([name, total]) => capacity(request, name, total)).filter((each) => each !== undefined);
  return all.length === 0 ? undefined : all;
}
