// What IAM says of the form of a policy that says what may be done, in its words and order. Texts and order are those that moto's
// tests assert (`invalid_policy_document_test_cases` in tests/test_iam/test_iam_policies.py); that AWS refuses these documents, and
// takes the others of the two lists, is verified by LocalStack (tests/aws/services/iam/test_iam_policies.py).

type Json = Readonly<Record<string, unknown>>;
export type Conditions = Readonly<Record<string, Json>>;

export const syntaxErrors = 'Syntax errors in policy.';
export const failedParsing = 'The policy failed legacy parsing';

export const oldVersion = '2008-10-17';
export const currentVersion = '2012-10-17';
const documentMembers = new Set(['Version', 'Id', 'Statement']);
const statementMembers = new Set([
  ...['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource'],
  ...['Principal', 'NotPrincipal', 'Condition'],
]);
const partitions = /^(aws(-[a-z]+)*|\*)$/;
const iamPaths =
  'user/ federated-user/ role/ group/ instance-profile/ mfa/ server-certificate/ policy/ sms-mfa/ saml-provider/ ' +
  'oidc-provider/ report/ access-report/';

interface Wanted {
  /** The version that it has to have: managed policies are held to one. */
  readonly version?: typeof currentVersion | undefined;
  /** What is wrong with the conditions of a statement, by one of the two texts above. */
  readonly faultOfConditions: (conditions: Conditions, hasVariables: boolean) => string | undefined;
}

/** Older versions of the language have none: `${` are letters like any others. */
export function hasVariables(version: unknown): boolean {
  return version === currentVersion;
}

/**
 * @param document what was parsed of its text; undefined for one that is no JSON
 * @returns the first fault
 */
export function faultInForm(document: unknown, { faultOfConditions, version }: Wanted): string | undefined {
  const statements = statementsOf(document);
  if (statements?.every(isStatement) !== true) return syntaxErrors;
  const own = (document as Json)['Version'];
  const conditions = statements.map(({ Condition = {} }) =>
    faultOfConditions(Condition as Conditions, hasVariables(own)),
  );
  if (conditions.includes(syntaxErrors)) return syntaxErrors;
  if (version !== undefined && own !== version) return `Policy document must be version ${version} or greater.`;
  if (statements.some(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny')) return failedParsing;
  if (conditions.includes(failedParsing)) return failedParsing;
  const resources = statements.flatMap(({ NotResource, Resource }) => textsOf(NotResource ?? Resource));
  const resource = first(resources, faultOfResource);
  if (resource === failedParsing) return failedParsing;
  const sids = statements.flatMap(({ Sid }) => (typeof Sid === 'string' && Sid !== '' ? [Sid] : []));
  if (new Set(sids).size < sids.length) return 'Statement IDs (SID) in a single policy must be unique.';
  const actions = statements.map(({ Action, NotAction }) => textsOf(NotAction ?? Action));
  if (actions.some((list) => list.length === 0)) return 'Policy statement must contain actions.';
  if (actions.flat().some((each) => each !== '*' && !each.includes(':'))) {
    return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  }
  if (statements.some(({ NotPrincipal, Principal }) => (Principal ?? NotPrincipal) !== undefined)) {
    return 'Policy document should not specify a principal.';
  }
  if (statements.some(({ NotResource, Resource }) => textsOf(NotResource ?? Resource).length === 0)) {
    return 'Policy statement must contain resources.';
  }
  return resource ?? first(actions.flat(), faultOfAction);
}

function statementsOf(document: unknown): readonly unknown[] | undefined {
  if (!isObject(document) || !Object.keys(document).every((member) => documentMembers.has(member))) return undefined;
  const { Id, Statement, Version } = document;
  if (Version !== undefined && Version !== currentVersion && Version !== oldVersion) return undefined;
  if (Id !== undefined && typeof Id !== 'string') return undefined;
  const list: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  return list.length === 0 ? undefined : list;
}

function isStatement(statement: unknown): statement is Json {
  if (!isObject(statement) || !Object.keys(statement).every((member) => statementMembers.has(member))) return false;
  const { Action, Condition, Effect, NotAction, NotResource, Resource, Sid } = statement;
  return (
    typeof Effect === 'string' &&
    /^(allow|deny)$/i.test(Effect) &&
    (Sid === undefined || typeof Sid === 'string') &&
    [Action, NotAction, Resource, NotResource].every(isTexts) &&
    (Action === undefined || NotAction === undefined) &&
    (Resource === undefined || NotResource === undefined) &&
    (Condition === undefined || (isObject(Condition) && Object.values(Condition).every(isObject)))
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absent, a text, or a list of such. */
function isTexts(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string');
  return value === undefined || typeof value === 'string';
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

function first(texts: readonly string[], faultOf: (text: string) => string | undefined): string | undefined {
  for (const text of texts) {
    const fault = faultOf(text);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfResource(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const parts = resource.split(':');
  const [, partition = '', service = '', region = ''] = parts;
  if (parts.length === 1) return `Resource ${resource} must be in ARN format or "*".`;
  if (!partitions.test(partition)) {
    const rest = parts.slice(2);
    // What it lacks is told as a wildcard.
    const shown = [...rest, '*', '*', '*', '*'].slice(0, Math.max(rest.length, 4));
    return `Partition "${partition}" is not valid for resource "arn:${partition}:${shown.join(':')}".`;
  }
  if (parts.length < 3 || /[*?]/.test(service)) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.';
  }
  if (service === '' || (parts.length < 6 && resource.includes('::'))) return failedParsing;
  return faultOfOwn(service, region, parts.slice(5).join(':'), resource);
}

/** What only resources of IAM and of S3 are held to. */
function faultOfOwn(service: string, region: string, rest: string, resource: string): string | undefined {
  if (service === 's3' && region !== '' && !rest.startsWith('accesspoint/')) {
    return `Resource ${resource} can not contain region information.`;
  }
  if (service !== 'iam') return undefined;
  if (region !== '') return `IAM resource ${resource} cannot contain region information.`;
  const paths = iamPaths.split(' ');
  if (rest === '*' || paths.some((path) => rest.startsWith(path))) return undefined;
  return `IAM resource path must either be "*" or start with ${paths.join(', ')}.`;
}

function faultOfAction(action: string): string | undefined {
  const [vendor = '', ...names] = action.split(':');
  if (names.length > 1) return 'Actions/Condition can contain only one colon.';
  return action === '*' || /^[\w.*?-]+$/.test(vendor) ? undefined : `Vendor ${vendor} is not valid`;
}
