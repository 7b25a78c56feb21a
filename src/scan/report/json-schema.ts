// The JSON Schema of a scan's report: what `relight scan --format json` prints, as schema/scan.schema.json publishes it.
import { z } from 'zod';
import { severities } from '../../components/contract.ts';
import type { Json } from '../../util/json.ts';
import { pairResults } from '../between/compared.ts';
import { findingKinds } from '../finding.ts';
import { scanResults, type ScanReport } from '../scan-report.ts';

const account = z.string().regex(/^\d{12}$/);
const instant = z.string().meta({ format: 'date-time' });
const place = { file: z.string(), line: z.int().min(1), column: z.int().min(1) };
const severity = z.enum(severities);
const whole = z.int().min(0);

export const findingSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe('The same from scan to scan: of playbook, account, region, component, kind and field.'),
  playbook: z.string(),
  ...place,
  account,
  region: z.string(),
  environment: z.string().nullable(),
  component: z.string(),
  type: z.string(),
  piece: z
    .string()
    .nullable()
    .describe(
      'ARN or id of what is in no playbook; which playbooks it is about, as JSON, of what is found of several together; null for a component, which the other fields tell.',
    ),
  kind: z.enum(findingKinds),
  field: z.string().nullable().describe('The spec path that differs; null where the whole piece is meant.'),
  severity,
  what: z.string().min(1),
  evidence: z.array(z.string()).describe('What it is told by, of what is in no playbook or in several.'),
  desired: z.json(),
  actual: z.json(),
  why: z.enum(['root-cause', 'collateral']),
  cause: z.string().describe('The component whose own trouble explains it.'),
  observedAt: instant,
  firstSeen: instant,
  isNew: z.boolean().describe('No earlier scan saw it.'),
  acknowledged: z
    .strictObject({ until: instant, because: z.string(), by: z.string() })
    .nullable()
    .describe('Somebody knows of it, and it alarms nobody until then.'),
  plan: z.string().describe('The command that plans the repair.'),
});

const unseen = z.strictObject({
  playbook: z.string(),
  ...place,
  component: z.string(),
  type: z.string(),
  list: z.boolean().describe('No piece, but a list of what stands in the account: component says of what.'),
  account,
  region: z.string(),
  reason: z.enum([
    'denied',
    'throttled',
    'unavailable',
    'timeout',
    'invalid',
    'status',
    'upstream',
    'place',
    'not-reached',
    'failed',
  ]),
  api: z.string().nullable().describe('As IAM calls it: elasticloadbalancing:DescribeTags.'),
  code: z.string().nullable(),
  principal: z.string().nullable(),
  detail: z.string(),
  hiddenBy: z.string().nullable(),
  permissions: z.string().nullable().describe('The command that tells what has to be allowed.'),
});

const scanned = z.strictObject({
  playbook: z.string(),
  file: z.string(),
  digest: z.string(),
  account,
  alias: z.string().nullable(),
  region: z.string(),
  environment: z.string().nullable(),
  principal: z.string().nullable(),
  sandbox: z.boolean(),
  pieces: whole,
  seen: whole,
  findings: whole,
  observedAt: instant.nullable(),
  plan: z.string(),
  components: z.array(z.strictObject({ id: z.string(), type: z.string(), verdict: z.string() })),
});

const pairSide = z.strictObject({
  playbook: z.string(),
  file: z.string(),
  account,
  region: z.string(),
  label: z.string().describe('What it is called where the two are told apart.'),
});

const mistake = z.strictObject({
  line: z.int().nullable(),
  column: z.int().nullable(),
  message: z.string(),
});

export const scanReportSchema: z.ZodType<ScanReport> = z.strictObject({
  version: z.literal(1),
  tool: z.string(),
  startedAt: instant,
  endedAt: instant,
  result: z.enum(scanResults).describe('Exit codes: incomplete 4, error 1, findings 2, fine 0.'),
  ended: z.enum(['complete', 'deadline', 'interrupted']),
  deadline: z.number().describe('Seconds that it was given.'),
  coverage: z.strictObject({
    pieces: whole,
    seen: whole,
    accounts: z.array(account),
    unseen: z.array(unseen),
    unread: whole,
  }),
  counts: z.strictObject({ critical: whole, high: whole, medium: whole, low: whole }),
  findings: z.array(findingSchema),
  resolved: z.array(findingSchema).describe('What the scan before found, and is over.'),
  alarmDue: instant
    .nullable()
    .describe(
      'When the first of what alarms nobody yet will have lasted long enough to; null where nothing waits for that.',
    ),
  playbooks: z.array(scanned),
  unread: z.array(z.strictObject({ file: z.string(), mistakes: z.array(mistake) })),
  compared: z
    .array(
      z.strictObject({
        left: pairSide,
        right: pairSide,
        result: z
          .enum(pairResults)
          .describe('not-seen: one of the two was not looked at, or nothing differs in what could be seen.'),
        differences: whole.describe('Each is a finding.'),
        expected: whole.describe('Those that a playbook says are meant.'),
        cannotTell: z.array(z.string()).describe('What could not be seen: neither alike nor different.'),
      }),
    )
    .describe('Services that a fleet file says are to be alike.'),
  beyond: z
    .strictObject({
      listings: z
        .array(z.strictObject({ account, region: z.string(), what: z.string(), pieces: whole.nullable() }))
        .describe('What was listed; null where it could not be.'),
      cannotTell: z
        .array(
          z.strictObject({
            account,
            region: z.string(),
            type: z.string().nullable(),
            name: z.string(),
            why: z.string().describe('Alike for all of which it holds.'),
          }),
        )
        .describe('Of what nobody can tell whether it is well. Of no account for the exit code.'),
    })
    .nullable()
    .describe('What was looked for beyond the playbooks; null where nobody asked.'),
  awsCalls: whole,
  bound: z
    .strictObject({
      calls: whole.describe(
        'At most, where AWS answers each at once and no deployment has failed; without lists beyond the playbooks.',
      ),
      seconds: whole.describe('That they take at the rates that the scan is given.'),
      boundBy: z.string().nullable().describe("What takes longest: an account and a bucket of AWS's rates."),
      share: z.number().describe("Of each of AWS's rates."),
      untold: z.array(z.string()).describe('Types from outside, whose calls nobody can count beforehand.'),
    })
    .describe('What was foreseen before anything was asked.'),
  throttled: whole.describe('Calls that AWS refused for its rate and that were sent again.'),
});

export function scanJsonSchema(): Json {
  const { $schema, ...schema } = z.toJSONSchema(scanReportSchema, { target: 'draft-7' }) as {
    readonly [key: string]: Json;
  };
  return { $schema: $schema ?? null, title: 'What relight scan --format json prints', ...schema };
}
