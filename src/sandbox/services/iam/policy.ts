// IAM policies: read strictly, and evaluated by action, resource and conditions. What the sandbox cannot decide is refused by
// name where a policy is given, and never passed over.
import { z } from 'zod';
import { notModelledCode } from '../../inputs/check.ts';
import { AwsError, type Services } from '../../model.ts';
import { holds, readConditions, type Condition } from './conditions.ts';
import { isKnownKey, type ConditionValues } from './condition-values.ts';
import { matches } from '../../wildcards.ts';
import { currentVersion, faultInForm, hasVariables, oldVersion, syntaxErrors, type Conditions } from './policy-form.ts';
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

const permissionSchema = z.strictObject({
  ...statementMembers,
  Resource: texts.optional(),
  NotResource: texts.optional(),
});

const trustSchema = z
  .strictObject({ ...statementMembers, Principal: principals.optional(), NotPrincipal: principals.optional() })
  .refine((it) => (it.Action === undefined) !== (it.NotAction === undefined), 'either Action or NotAction')
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
 * @param version the one that it has to have
 * @throws AwsError `MalformedPolicyDocument`; `NotModelledBySandbox` for conditions on what is not known here
 */
export function readPolicy(text: string, services: Services, version?: typeof currentVersion): Policy {
  const value = parsed(text);
  const fault = faultInForm(value, { faultOfConditions, version });
  if (fault !== undefined) throw malformed(fault);
  return read(value, permissionSchema, services);
}

/** @returns undefined for what is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultOfConditions(conditions: Conditions, variables: boolean): string | undefined {
  try {
    readConditions(conditions, variables, malformed);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

/** A policy that says who may assume a role. @throws AwsError likewise */
export function readTrust(text: string, services: Services): Policy {
  const value = parsed(text);
  // Texts recorded by LocalStack: tests/aws/services/iam/test_iam_roles.py, test_update_assume_role_policy_errors.
  if (value === undefined) throw malformed('This policy contains invalid Json');
  const prohibited = prohibitedMember(value);
  if (prohibited !== undefined) throw malformed(`Has prohibited field ${prohibited}`);
  const policy = read(value, trustSchema, services);
  for (const { Action, NotAction, NotPrincipal, Principal } of policy) {
    if (NotPrincipal !== undefined) throw notModelled('NotPrincipal', 'who is meant is not known here');
    const wrong = Principal?.AWS?.find((each) => !callerPattern.test(each));
    // Pasted: aws-actions/configure-aws-credentials#332.
    if (wrong !== undefined) throw malformed(`Invalid principal in policy: "AWS":"${wrong}"`);
    if (![...(Action ?? []), ...(NotAction ?? [])].every(isOfTrust)) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
  }
  return policy;
}

const trustMembers = new Set([...Object.keys(statementMembers), 'Principal', 'NotPrincipal']);

/** What only other policies have in their statements. */
function prohibitedMember(document: unknown): string | undefined {
  const said = document as { readonly Statement?: unknown } | null;
  const list: readonly unknown[] = Array.isArray(said?.Statement) ? said.Statement : [said?.Statement];
  return list
    .flatMap((each) => (typeof each === 'object' && each !== null ? Object.keys(each) : []))
    .find((member) => !trustMembers.has(member));
}

/** [STS API: the permissions that its operations want of a trust policy] */
const trustActions = [
  ...['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'],
  ...['SetContext', 'SetSourceIdentity', 'TagSession'],
].map((name) => `sts:${name}`.toLowerCase());

function isOfTrust(action: string): boolean {
  const pattern = action.toLowerCase();
  return pattern.startsWith('sts:') && trustActions.some((each) => matches(pattern, each));
}

/** An account, its root, a user, a role or a session of one. */
const callerPattern =
  /^(\*|\d{12}|arn:aws:iam::\d{12}:(root|(user|role)\/.+)|arn:aws:sts::\d{12}:(assumed-role|federated-user)\/.+)$/;

function read(value: unknown, statement: typeof permissionSchema | typeof trustSchema, services: Services): Policy {
  const schema = z.strictObject({
    Version: z.enum([currentVersion, oldVersion]).optional(),
    Id: z.string().optional(),
    Statement: z
      .union([statement, z.array(statement).min(1)])
      .transform((said) => (Array.isArray(said) ? said : [said])),
  });
  const document = schema.safeParse(value);
  if (!document.success) throw malformed(syntaxErrors);
  const { Statement: statements, Version } = document.data;
  const variables = hasVariables(Version);
  return statements.map(({ Condition, ...members }) => {
    const said: Omit<Statement, 'conditions'> = { ...members, hasVariables: variables };
    const conditions = readConditions(Condition ?? {}, variables, malformed);
    const { Action, NotAction, NotResource, Resource } = said;
    const names = [...(Resource ?? []), ...(NotResource ?? []), ...conditions.flatMap(({ values }) => values)];
    const keys = [...conditions.map(({ key }) => key), ...(variables ? names.flatMap(variablesIn) : [])];
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
