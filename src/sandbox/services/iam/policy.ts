// IAM policies: read strictly, and evaluated by action, resource and conditions. What the sandbox cannot decide is refused by
// name where a policy is given, and never passed over.
import { z } from 'zod';
import { notModelledCode } from '../../inputs/check.ts';
import { AwsError, type Services } from '../../model.ts';
import { holds, readConditions, type Condition } from './conditions.ts';
import { isKnownKey, type ConditionValues } from './condition-values.ts';
import { matches } from '../../wildcards.ts';
import { unverifiedTexts } from './unverified.ts';
import { filledIn, variablesIn } from './variables.ts';

const texts = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((said) => (typeof said === 'string' ? [said] : said));

const principals = z.union([
  z.literal('*').transform(() => ({ AWS: ['*'] })),
  z.record(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), texts.optional()),
]);

const statementMembers = {
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
};

const actionIsSaid = [
  (it: { Action?: unknown; NotAction?: unknown }) => (it.Action === undefined) !== (it.NotAction === undefined),
  'either Action or NotAction',
] as const;

const permissionSchema = z
  .strictObject({ ...statementMembers, Resource: texts.optional(), NotResource: texts.optional() })
  .refine(...actionIsSaid)
  .refine((it) => (it.Resource === undefined) !== (it.NotResource === undefined), 'either Resource or NotResource');

const trustSchema = z
  .strictObject({ ...statementMembers, Principal: principals.optional(), NotPrincipal: principals.optional() })
  .refine(...actionIsSaid)
  .refine((it) => (it.Principal === undefined) !== (it.NotPrincipal === undefined), 'either Principal or NotPrincipal');

/** Any of the two kinds of statements; each lacks what only the other has. */
interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[] | undefined;
  readonly NotAction?: readonly string[] | undefined;
  readonly Resource?: readonly string[] | undefined;
  readonly NotResource?: readonly string[] | undefined;
  readonly Principal?: Principals | undefined;
  readonly NotPrincipal?: Principals | undefined;
  readonly conditions: readonly Condition[];
  /** Older versions of the language have none: `${` are letters like any others. */
  readonly hasVariables: boolean;
}

type Principals = Readonly<
  Partial<Record<'AWS' | 'Service' | 'Federated' | 'CanonicalUser', readonly string[] | undefined>>
>;

/** What a policy says, one statement after the other. */
export type Policy = readonly Statement[];

export type Decision = 'allowed' | 'denied' | 'not-allowed';

/** What policies are asked about. */
export interface Asked {
  /** `ecs:DeleteService` */
  readonly action: string;
  /** Its ARN; `*` where an action has none, or the sandbox does not know it. */
  readonly resource: string;
  readonly valuesOf: ConditionValues;
}

/**
 * A policy that says what may be done.
 *
 * @param services whose condition keys it may ask for
 * @throws AwsError `MalformedPolicyDocument`; `NotModelledBySandbox` for conditions on what is not known here
 */
export function readPolicy(text: string, services: Services): Policy {
  return read(text, permissionSchema, services);
}

/** A policy that says who may assume a role. @throws AwsError likewise */
export function readTrust(text: string, services: Services): Policy {
  const policy = read(text, trustSchema, services);
  for (const { Action, NotAction, NotPrincipal, Principal } of policy) {
    if (NotPrincipal !== undefined) throw notModelled('NotPrincipal', 'who is meant is not known here');
    const wrong = Principal?.AWS?.find((each) => !callerPattern.test(each));
    // Pasted: aws-actions/configure-aws-credentials#332.
    if (wrong !== undefined) throw malformed(`Invalid principal in policy: "AWS":"${wrong}"`);
    if ([...(Action ?? []), ...(NotAction ?? [])].some((each) => !/^sts:/i.test(each))) {
      throw malformed(unverifiedTexts.trustAction);
    }
  }
  return policy;
}

/** An account, its root, a user, a role or a session of one. */
const callerPattern =
  /^(\*|\d{12}|arn:aws:iam::\d{12}:(root|(user|role)\/.+)|arn:aws:sts::\d{12}:(assumed-role|federated-user)\/.+)$/;

function read(text: string, statement: typeof permissionSchema | typeof trustSchema, services: Services): Policy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  const schema = z.strictObject({
    Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
    Id: z.string().optional(),
    Statement: z
      .union([statement, z.array(statement).min(1)])
      .transform((said) => (Array.isArray(said) ? said : [said])),
  });
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`Syntax errors in policy: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trimEnd());
  }
  const hasVariables = parsed.data.Version === '2012-10-17';
  return parsed.data.Statement.map(({ Condition, ...members }) => {
    const said: Omit<Statement, 'conditions'> = { ...members, hasVariables };
    const conditions = readConditions(Condition ?? {}, hasVariables, malformed);
    const { Action, NotAction, NotResource, Resource } = said;
    const names = [...(Resource ?? []), ...(NotResource ?? []), ...conditions.flatMap(({ values }) => values)];
    const keys = [...conditions.map(({ key }) => key), ...(hasVariables ? names.flatMap(variablesIn) : [])];
    // Who comes from an identity provider never gets as far as to be asked.
    const isAsked = said.Principal === undefined || said.Principal.AWS !== undefined;
    const unknown = isAsked ? keys.find((key) => !isKnownKey(key, services)) : undefined;
    if (unknown !== undefined) {
      throw notModelled(`the condition key ${unknown}`, 'what it asks of a call is not known here');
    }
    if ([Action, NotAction].some((list) => list?.some((each) => each !== '*' && !/^[^:]+:[^:]+$/.test(each)))) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
    return { ...said, conditions };
  });
}

/** Unverified texts, but for the code. */
export function malformed(text: string): AwsError {
  return new AwsError('MalformedPolicyDocument', text);
}

function notModelled(what: string, why: string): AwsError {
  return new AwsError(
    notModelledCode,
    `The sandbox does not model ${what} in policies, and would rather refuse it than drop it: ${why}`,
  );
}

/** What policies say together: an explicit deny outweighs all else ["Policy evaluation logic"]. */
export function decide(policies: readonly Policy[], { action, resource, valuesOf }: Asked): Decision {
  let decision: Decision = 'not-allowed';
  for (const statement of policies.flat()) {
    const { Effect, NotResource, Resource } = statement;
    const variables = statement.hasVariables ? valuesOf : undefined;
    const speaks =
      speaksOf(statement, action) &&
      (matchesAny(Resource, resource, variables) || (NotResource && !matchesAny(NotResource, resource, variables))) &&
      statement.conditions.every((condition) => holds(condition, valuesOf));
    if (speaks !== true) continue;
    if (Effect === 'Deny') return 'denied';
    decision = 'allowed';
  }
  return decision;
}

/** What a trust policy says of a caller. @param names by which the caller may be meant, its account among them */
export function trustDecision(
  policy: Policy,
  action: string,
  names: readonly string[],
  valuesOf: ConditionValues,
): Decision {
  let decision: Decision = 'not-allowed';
  for (const statement of policy) {
    const meant = statement.Principal?.AWS?.some((each) => each === '*' || names.includes(each)) ?? false;
    if (!meant || !speaksOf(statement, action) || !statement.conditions.every((each) => holds(each, valuesOf)))
      continue;
    if (statement.Effect === 'Deny') return 'denied';
    decision = 'allowed';
  }
  return decision;
}

function speaksOf({ Action, NotAction }: Statement, action: string): boolean {
  const named = (list: readonly string[]): boolean =>
    list.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
  return Action === undefined ? NotAction !== undefined && !named(NotAction) : named(Action);
}

/** @param valuesOf undefined where patterns have no variables */
function matchesAny(
  patterns: readonly string[] | undefined,
  text: string,
  valuesOf: ConditionValues | undefined,
): boolean {
  return (
    patterns?.some((pattern) => matches(valuesOf === undefined ? pattern : filledIn(pattern, valuesOf), text)) ?? false
  );
}
