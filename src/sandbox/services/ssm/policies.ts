// Policies of advanced parameters, as PutParameter takes them: a JSON array in a text.
import { AwsError, type Input, type Output } from '../../model.ts';
import { textOf } from './input.ts';
import type { PolicyRecord, VersionRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** [SSM user guide, "Assigning parameter policies"] */
const kinds: readonly unknown[] = ['Expiration', 'ExpirationNotification', 'NoChangeNotification'];

/** Undefined where the request has none; `[{}]` takes all away [SSM user guide]. */
export function policiesOf(input: Input): readonly PolicyRecord[] | undefined {
  const text = textOf(input, 'Policies', { min: 1, max: 4096 });
  if (text === undefined) return undefined;
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    throw invalid();
  }
  if (!Array.isArray(told)) throw invalid();
  return (told as readonly unknown[]).flatMap((each): readonly PolicyRecord[] => {
    if (typeof each !== 'object' || each === null) throw invalid();
    if (Object.keys(each).length === 0) return [];
    const { Type } = each as { readonly Type?: unknown };
    if (!kinds.includes(Type)) throw new AwsError('InvalidPolicyTypeException', unverifiedTexts.badPolicies);
    return [{ type: Type as string, text: JSON.stringify(each) }];
  });
}

function invalid(): AwsError {
  return new AwsError('InvalidPolicyAttributeException', unverifiedTexts.badPolicies);
}

/** Nothing here comes due: all are pending. */
export function toldPolicies({ policies }: VersionRecord): readonly Output[] {
  return policies.map(({ text, type }) => ({ PolicyText: text, PolicyType: type, PolicyStatus: 'Pending' }));
}
