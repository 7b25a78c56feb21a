// IAM policies: read strictly, and evaluated by action and resource. What the sandbox cannot decide (conditions, policy
// variables) is refused by name where a policy is given, and never passed over.
import { z } from 'zod';
import { notModelledCode } from '../../inputs/check.ts';
import { AwsError } from '../../model.ts';

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((said) => (typeof said === 'string' ? [said] : said));

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: texts.optional(),
    NotAction: texts.optional(),
    Resource: texts.optional(),
    NotResource: texts.optional(),
    Condition: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((it) => (it.Action === undefined) !== (it.NotAction === undefined), 'either Action or NotAction')
  .refine((it) => (it.Resource === undefined) !== (it.NotResource === undefined), 'either Resource or NotResource');

const policySchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z
    .union([statementSchema, z.array(statementSchema).min(1)])
    .transform((said) => (Array.isArray(said) ? said : [said])),
});

/** A policy that says what may be done. */
export type Policy = z.infer<typeof policySchema>;

export type Decision = 'allowed' | 'denied' | 'not-allowed';

/**
 * A policy as text.
 *
 * @throws AwsError `MalformedPolicyDocument`; `NotModelledBySandbox` for conditions and variables
 */
export function readPolicy(text: string): Policy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  const read = policySchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw malformed(`Syntax errors in policy: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trimEnd());
  }
  for (const { Action, Condition, NotAction, NotResource, Resource } of read.data.Statement) {
    if (Condition !== undefined) throw notModelled('Condition', 'what it asks of a call is not known here');
    if ([Resource, NotResource].some((list) => list?.some((each) => each.includes('${')))) {
      throw notModelled('policy variables', 'what they stand for is not known here');
    }
    if ([Action, NotAction].some((list) => list?.some((each) => each !== '*' && !/^[^:]+:[^:]+$/.test(each)))) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
  }
  return read.data;
}

/** Unverified texts, but for the code. */
function malformed(text: string): AwsError {
  return new AwsError('MalformedPolicyDocument', text);
}

function notModelled(what: string, why: string): AwsError {
  return new AwsError(
    notModelledCode,
    `The sandbox does not model ${what} in policies, and would rather refuse it than drop it: ${why}`,
  );
}

/**
 * What a policy says of an action on one resource: an explicit deny outweighs all else ["Policy evaluation logic"].
 *
 * @param resource its ARN; `*` where an action has none, or the sandbox does not know it
 */
export function decide(policy: Policy, action: string, resource: string): Decision {
  let decision: Decision = 'not-allowed';
  for (const { Action, Effect, NotAction, NotResource, Resource } of policy.Statement) {
    const speaks =
      (matchesAny(Action, action.toLowerCase(), true) ||
        (NotAction && !matchesAny(NotAction, action.toLowerCase(), true))) &&
      (matchesAny(Resource, resource, false) || (NotResource && !matchesAny(NotResource, resource, false)));
    if (speaks !== true) continue;
    if (Effect === 'Deny') return 'denied';
    decision = 'allowed';
  }
  return decision;
}

function matchesAny(patterns: readonly string[] | undefined, text: string, anyCase: boolean): boolean {
  return patterns?.some((pattern) => matches(anyCase ? pattern.toLowerCase() : pattern, text)) ?? false;
}

/** `*` stands for any letters, `?` for one. Linear but for what the last star has to take back. */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  let index = 0;
  while (index < text.length) {
    const letter = pattern[at];
    if (letter === '*') {
      star = at;
      taken = index;
      at += 1;
    } else if (letter !== undefined && (letter === '?' || letter === text[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      taken += 1;
      index = taken;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
