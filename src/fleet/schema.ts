// The shape of a fleet file. Everything strict: a key that is not named here is a mistake. Descriptions end up in the JSON
// Schema that editors show.
import { z } from 'zod';
import { expectedTable, tablePattern } from '../playbook/lock.ts';
import { apiVersion, duration, namePattern } from '../playbook/schema.ts';
import { fleetSeverities } from './model.ts';

const expectedName = 'expected lower-case letters, digits and hyphens, starting with a letter; at most 63';
const name = z.string().regex(namePattern, { error: expectedName });
const words = z.string().min(1).max(256);

const region = z
  .string()
  .regex(/^[a-z]{2,3}(-[a-z]+)+-\d$/, { error: 'expected a region such as eu-west-1' })
  .describe('An AWS region.');
const accountId = z
  .string({ error: 'expected 12 digits in quotes' })
  .regex(/^\d{12}$/, { error: 'expected 12 digits' });

// [STS API Reference, AssumeRole: RoleArn, ExternalId].
const role = z
  .string()
  .regex(/^(arn:aws[a-z-]*:iam::\d{12}:role\/)?[\w+=,.@/-]{1,512}$/, {
    error: 'expected the ARN of an IAM role, or its name with its path',
  })
  .describe('The IAM role that a scan assumes in this account: its ARN, or its name.');
const externalId = z
  .string()
  .regex(/^[\w+=,.@:/-]{2,1224}$/, { error: 'expected 2 to 1224 letters, digits and any of _+=,.@:/-' })
  .describe("The external id that the role's trust policy asks for.");

const account = z
  .strictObject({
    id: accountId.describe('Account id; a scan that comes out anywhere else looks at nothing.'),
    alias: words.optional().describe('Account alias; compared like that of a playbook.'),
    environment: words.optional().describe('production, staging ...; for people.'),
    owner: words.optional().describe('Whom to ask.'),
    regions: z.array(region).min(1).max(40).optional().describe("The fleet's regions unless told."),
    role: role.optional(),
    externalId: externalId.optional(),
    profile: z.string().min(1).max(256).optional().describe('Profile of the AWS configuration to begin from.'),
    inventory: z
      .enum(['complete', 'partial'])
      .default('partial')
      .describe('complete: all of its load balancers are looked at, so that a record that leads to none is known to.'),
  })
  .describe('An account that scans enter.');

/** A glob is no shell's: no more than a line. */
const glob = z.string().regex(/^!?[^\n\r\0]{1,1000}$/, { error: 'expected a file or a glob' });

// [RFC 1035]; `*` for one label at the front.
const externalName = z
  .string()
  .regex(/^(\*\.)?([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?$/i, {
    error: 'expected a DNS name, with *. in front for all names below it',
  })
  .describe('A name outside of AWS that records may lead to.');

/** A secret part may come from the environment: `https://hc-ping.com/${env:PING}`. */
const pingUrl = z
  .string()
  .max(2048)
  .regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]|\$\{env:[A-Za-z_][A-Za-z0-9_]*\})/, {
    error: 'expected an https URL (http on loopback), or ${env:NAME}',
  })
  .describe('A URL that is asked by POST.');

const ping = z
  .union([pingUrl, z.strictObject({ start: pingUrl.optional(), success: pingUrl, fail: pingUrl.optional() })])
  .describe(
    'Told when a scan starts (/start), succeeds and fails (/fail), as healthchecks.io has it; or a URL for each.',
  );

const schedule = z.strictObject({
  name: name.describe('Of the schedule, in metrics and messages.'),
  cron: z.string().min(1).max(200).describe('When: five or six fields of cron, such as */15 * * * *.'),
  timeZone: z.string().min(1).max(64).default('UTC').describe('IANA time zone, such as Europe/Berlin.'),
  jitter: duration({ zero: true }).default(0).describe('By how much a start may be late, at random.'),
  deadline: duration().optional().describe("After which a scan is given up; the fleet's unless told."),
  accounts: z.array(accountId).min(1).optional().describe('Only these.'),
  beyond: z
    .boolean()
    .optional()
    .describe('true: also list what stands in the accounts, and tell what is in no playbook; not, unless told.'),
  catchUp: z.enum(['once', 'none']).default('once').describe('once: what was missed is made up for by one scan.'),
  ping: ping.optional(),
});

const playbookNamed = z
  .string()
  .regex(/^[^\n\r\0]{1,1000}$/, { error: 'expected the file or the name of a playbook' })
  .describe('A playbook: its file, as seen from this one, or its name.');

const pair = z
  .strictObject({ left: playbookNamed, right: playbookNamed })
  .describe('Two services that are to be alike.');

const alerts = z
  .strictObject({
    severity: z.enum(fleetSeverities).default('high').describe('What is less severe alarms nobody.'),
    after: duration({ zero: true }).default(0).describe('How long a finding has to last.'),
    remind: duration().optional().describe('After which what has not gone is told again.'),
  })
  .describe('Which findings alarm somebody.');

const usualDeadline = 5 * 60_000;

/** Of each of AWS's rates, what a scan takes unless told. */
export const usualShare = 0.5;

export const fleetSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Fleet'),
  metadata: z.strictObject({ name: name.describe("The fleet's name."), owner: words.optional() }),
  regions: z.array(region).min(1).max(40).optional().describe('Of all accounts that name none of their own.'),
  accounts: z.array(account).min(1).max(5_000),
  playbooks: z.array(glob).min(1).max(10_000).describe('Files and globs, as seen from this file; !glob leaves out.'),
  compare: z
    .array(pair)
    .max(1_000)
    .default([])
    .describe('Services that are to be alike, staging and production; what differs and is not expected is a finding.'),
  external: z.array(externalName).max(1_000).default([]),
  share: z
    .number()
    .gt(0, { error: 'expected more than 0' })
    .max(1, { error: 'expected at most 1' })
    .default(usualShare)
    .describe("What scans take of each of AWS's request rates: the rest is left to others."),
  deadline: duration().default(usualDeadline).describe('After which a scan ends with what it has.'),
  schedules: z.array(schedule).max(1_000).default([]),
  alerts: alerts.prefault({}),
  memory: z
    .string()
    .regex(tablePattern, { error: `expected ${expectedTable}` })
    .optional()
    .describe('A table in which a team remembers what scans found, beside the state directory: dynamodb://<table>.'),
  notify: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .describe('File of receivers, as seen from this file; who is told of alerts.'),
});

export type FleetFile = z.infer<typeof fleetSchema>;
