// What proves the answer to each operation that relight sends. An answer that does not hold what AWS always sends is none:
// "I could not see" is never "there is nothing". Which rules hold for an operation is in its service's row.
import type { AwsService } from '../services/service.ts';
import { brace, bytesOf, unexpected } from './envelope.ts';
import type { Answer } from './rules.ts';

/** Throws when the answer lacks what AWS always sends, or holds what it never does. */
export function checkAnswer(service: AwsService, operation: string, answer: Answer, host: string): void {
  const problem = holdsNull(answer.body) ? 'a null in a list' : brokenRuleOf(service, operation, answer);
  if (problem === undefined) return;
  throw unexpected(`${host} answered ${operation} with ${problem.slice(0, 300)}: that is no whole answer of AWS`);
}

/** What the first rule says that is not kept. */
function brokenRuleOf(service: AwsService, operation: string, answer: Answer): string | undefined {
  for (const rule of service.proofs[operation]?.rules ?? []) {
    const problem = rule(answer);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Looked at only where the text says it: AWS leaves out members that have no value. */
function holdsNull(body: Uint8Array): boolean {
  if (body[0] !== brace || !bytesOf(body).includes('null')) return false;
  return hasNullInList(JSON.parse(bytesOf(body).toString('utf8')) as unknown);
}

function hasNullInList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((each) => each === null || hasNullInList(each));
  return Object.values(value).some(hasNullInList);
}
