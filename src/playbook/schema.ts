// The document's shape, apart from component specs, which their types describe. Everything strict: a key that is not
// named here is a mistake. Descriptions end up in the JSON Schema that editors show.
import { z } from 'zod';
import { differenceSchema } from './differences.ts';
import { expectedLock, expectedTable, lockPattern, parseLock, parseTable, tablePattern } from './lock.ts';
import { namedEntry, needEntry } from './names.ts';
import { durationPattern, longestDuration, parseDuration } from './duration.ts';

export const apiVersion = 'relight/v1';

const expectedDuration = 'a duration such as 500ms, 30s, 5m or 1h30m';

/** A duration as people write it, read as milliseconds; longer than nothing unless `zero` is allowed. */
export function duration({ zero = false } = {}): z.ZodType<number, string> {
  return z
    .string({ error: `expected ${expectedDuration}` })
    .regex(durationPattern, { error: `expected ${expectedDuration}`, abort: true })
    .refine((text) => zero || (parseDuration(text) ?? 0) > 0, { error: 'expected a duration longer than nothing' })
    .refine((text) => (parseDuration(text) ?? 0) <= longestDuration, { error: 'expected at most one week, 168h' })
    .transform((text) => parseDuration(text) ?? 0);
}

/** Names that also become tag values and parts of resource names. */
export const namePattern = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const componentIdPattern = /^[a-z][a-z0-9-]{0,62}$/;
export const paramNamePattern = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

export const expectedComponentId = 'a lower-case letter, then letters, digits and hyphens; at most 63';
export const expectedParamName = 'a letter, then letters, digits, "_" and "-"; at most 63';

const componentId = z.string().regex(componentIdPattern, { error: 'expected the id of a component' });

const metadata = z
  .strictObject({
    name: z
      .string()
      .regex(namePattern, {
        error: 'expected lower-case letters, digits and hyphens, starting with a letter; at most 63',
      })
      .describe("The service's name; marks its pieces in AWS."),
    description: z.string().max(1000).optional(),
    owner: z.string().min(1).max(256).optional().describe('Whom to ask.'),
    labels: z.record(z.string().min(1).max(128), z.string().max(256)).optional().describe('Free words for reports.'),
  })
  .describe('What this playbook is about.');

const objectives = z.strictObject({
  rto: duration().optional().describe('Recovery time objective: how long the service may be down.'),
});

const target = z
  .strictObject({
    account: z
      .string({ error: 'expected 12 digits' })
      .regex(/^\d{12}$/, { error: 'expected 12 digits' })
      .describe('Account id; refused anywhere else.'),
    alias: z
      .string()
      .regex(/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/, {
        error: 'expected an account alias: 3 to 63 lower-case letters, digits and single hyphens',
      })
      .optional()
      .describe("The account's alias; compared too, and shown everywhere."),
    region: z
      .string()
      .regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, { error: 'expected a region such as eu-west-1' })
      .describe('AWS region.'),
    environment: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, { error: 'expected one word of letters, digits, ".", "_" and "-"' })
      .optional()
      .describe("A word of your own; production asks for the playbook's name to be typed."),
  })
  .describe('Where the service runs.');

/** A service that needs more, or provides more, is several. */
const mostNames = 200;

const recovery = z
  .strictObject({
    strategy: z
      .enum(['repair', 'rebuild'])
      .default('repair')
      .describe('Keep what is fit, or tear down and redeploy all.'),
    concurrency: z
      .int()
      .min(1)
      .max(50)
      .default(10)
      .describe('AWS calls under way at the same time; a wait holds no place.'),
    deadline: duration().prefault('30m').describe('The whole run ends after this.'),
    onFailure: z
      .enum(['continue', 'halt'])
      .default('continue')
      .describe('After a failure: finish independent branches, or start nothing new.'),
    maxDeletes: z
      .int()
      .min(0)
      .optional()
      .describe('A plan with more deletes is refused; so is a delete too many in a run.'),
    approvalTimeout: duration().prefault('15m').describe('An approval that does not come in this time is refused.'),
    knownGood: z
      .string({ error: `expected ${expectedTable}` })
      .regex(tablePattern, { error: `expected ${expectedTable}` })
      .transform(parseTable)
      .optional()
      .describe('A table in which known good is kept for a team, beside the state directory: dynamodb://<table>.'),
    needs: z
      .array(needEntry)
      .max(mostNames)
      .default([])
      .describe('What must answer while this service is being recovered: a registry, a login, DNS, a licence, a chat.'),
  })
  .describe('How to recover.');

/** A certificate holds no longer, whatever a playbook says. */
const longestProof = 30;

/** `30d`, as milliseconds. */
function days(most: number): z.ZodType<number, string> {
  const expected = `expected days such as 7d, at most ${most}d`;
  return z
    .string({ error: expected })
    .regex(/^[1-9]\d?d$/, { error: expected, abort: true })
    .refine((text) => Number.parseInt(text, 10) <= most, { error: expected })
    .transform((text) => Number.parseInt(text, 10) * 24 * 3_600_000);
}

const guards = z
  .strictObject({
    requireProof: days(longestProof)
      .optional()
      .describe('A recovery is refused without a proof of exactly this playbook that is no older (relight prove).'),
    teamLock: z
      .literal('required', { error: 'expected required' })
      .optional()
      .describe('A file as lock is refused: the playbook must name the lock of a team (dynamodb://<table>).'),
  })
  .describe('What must hold before a recovery may begin.');

const common = {
  description: z.string().max(1000).optional(),
  sensitive: z.boolean().optional().describe('True: its value is never shown, nor what it is filled into.'),
};
const wholeLength = z.int().min(0).max(4096);

/** One parameter. A discriminated union over `type`, so that each mistake is told for the type that was meant. */
export const paramSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    default: z.string().optional(),
    minLength: wholeLength.optional(),
    maxLength: wholeLength.optional(),
    pattern: z.string().max(500).optional().describe('A regular expression that the whole value must match.'),
    enum: z.array(z.string()).min(1).optional().describe('The values that are allowed.'),
    ...common,
  }),
  z.strictObject({
    type: z.literal('integer'),
    default: z.int().optional(),
    minimum: z.int().optional(),
    maximum: z.int().optional(),
    ...common,
  }),
  z.strictObject({
    type: z.literal('number'),
    default: z.number().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    ...common,
  }),
  z.strictObject({ type: z.literal('boolean'), default: z.boolean().optional(), ...common }),
]);

export type ParamDeclaration = z.infer<typeof paramSchema>;

/** One component, its spec unjudged. */
export const componentSchema = z.strictObject({
  type: z.string().describe('Component type.'),
  spec: z.record(z.string(), z.unknown()).describe('What it should be, in the words of its type.'),
  description: z.string().max(1000).optional(),
  shared: z
    .boolean()
    .default(false)
    .describe('A prerequisite that others use too: required, never changed or deleted.'),
  protect: z.boolean().default(false).describe('No plan may change or delete it.'),
  approval: z.enum(['required']).optional().describe('Before its first step a run waits until somebody approves it.'),
  dependsOn: z
    .array(componentId)
    .default([])
    .describe('Components that must exist before, besides those that the spec refers to.'),
  ownedBy: componentId
    .nullable()
    .optional()
    .describe('The component without which this one is meaningless; null: none. Default: root.'),
  ignore: z.array(z.string().min(1)).default([]).describe('Spec fields that others may move.'),
  sensitive: z
    .array(z.string().min(1))
    .default([])
    .describe('Spec paths whose values are never shown, such as attributes.token; * stands for any key or index.'),
  ownership: z
    .enum(['marker'])
    .optional()
    .describe('marker: AWS itself says whose it is, beside a record or in an item, which carry no tags.'),
  settings: z
    .union([z.literal('exact'), z.strictObject({ exact: z.array(z.string().min(1)).min(1) })], {
      error: 'expected exact, or { exact: [<spec paths>] }',
    })
    .optional()
    .describe(
      'What the spec does not say stays as it is. exact: the spec tells all, and the rest is taken away; { exact: [paths] }: of these parts.',
    ),
  onOrphan: z
    .enum(['replace', 'keep'])
    .optional()
    .describe('What to do when its owner is gone; default: what is safe.'),
});

const reference = /(?<!\$)\$\{[^}]*\}/;
const within = duration().prefault('1m').describe('How long it may take until the answer is right.');
const httpStatus = z.int().min(100).max(599);

function isWebAddress(text: string): boolean {
  if (reference.test(text)) return /^(https?:\/\/|\$\{)/.test(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

const http = z.strictObject({
  url: z.string().refine(isWebAddress, { error: 'expected an http or https URL without user name and password' }),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  status: z
    .union([httpStatus, z.array(httpStatus).min(1)])
    .default(200)
    .describe('The status that is right, or several.'),
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'expected a header name' }),
      z.string().regex(/^[^\r\n]*$/, { error: 'expected one line' }),
    )
    .default({}),
  body: z.string().min(1).optional().describe('Text that the answer must contain.'),
  within,
  timeout: duration().prefault('5s').describe('Of one try.'),
});

const dns = z
  .strictObject({
    name: z.string().min(1),
    type: z.enum(['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT']),
    value: z.string().min(1).optional().describe('The one right value.'),
    values: z.array(z.string().min(1)).min(1).optional().describe('All right values, in any order.'),
    within,
  })
  .refine((entry) => entry.value === undefined || entry.values === undefined, {
    error: 'expected value or values, not both',
    path: ['values'],
  });

const tcp = z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65535), within });

const checkKinds = ['http', 'dns', 'tcp'] as const;

/** One entry of `verify`. */
export const checkSchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional().describe('What reports call it.'),
    http: http.optional().describe('An HTTP request and its answer.'),
    dns: dns.optional().describe('A DNS question and its answer.'),
    tcp: tcp.optional().describe('A TCP connection.'),
  })
  .refine((entry) => checkKinds.filter((kind) => entry[kind] !== undefined).length === 1, {
    error: 'expected exactly one of http, dns and tcp',
    // A kind that is misspelt is told as such.
    when: ({ value, issues }) =>
      typeof value === 'object' && value !== null && issues.every((each) => each.code !== 'unrecognized_keys'),
  });

export type CheckEntry = z.infer<typeof checkSchema>;

/** The document, its parts that are judged one by one left open. */
export const shellSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Playbook'),
  metadata,
  objectives: objectives.default({}),
  target,
  params: z.record(z.string(), z.unknown()).default({}),
  recovery: recovery.prefault({}),
  guards: guards.prefault({}),
  lock: z
    .string()
    .regex(lockPattern, { error: `expected ${expectedLock}` })
    .default('file')
    .transform((text) => parseLock(text) ?? { kind: 'file' as const })
    .describe('What keeps two runs apart: file (this machine), or dynamodb://<table> (a team).'),
  provides: z
    .array(namedEntry)
    .max(mostNames)
    .default([])
    .describe('Names by which others reach this service: hosts, *.domains, registries, products.'),
  root: componentId.optional().describe('The component that owns every piece that names no other.'),
  components: z.record(z.string(), z.unknown()),
  verify: z.array(z.unknown()).default([]),
  expected: z
    .array(differenceSchema(componentId))
    .default([])
    .describe("Differences from other playbooks' services that are meant (relight compare)."),
  inventory: z
    .strictObject({
      table: z
        .string()
        .regex(/^[\w.-]{3,255}$/, { error: 'expected 3 to 255 letters, digits, hyphens, underscores and dots' })
        .describe('The DynamoDB table in which somebody keeps what services there are.'),
      attribute: z.string().min(1).max(255).describe('The attribute of its entries that names a service.'),
      keyPrefix: z.string().min(1).max(1024).optional().describe('Only entries whose partition key begins so.'),
    })
    .optional()
    .describe('Entries that speak of services: scans tell those whose service is gone.'),
});

export type Shell = z.infer<typeof shellSchema>;
