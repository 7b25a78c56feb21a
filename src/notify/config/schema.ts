// The shape of what a file says of receivers. Strict: a key that is not named here is a mistake. The descriptions end up in the
// JSON Schema that editors show; docs/notifications.md explains each word.
import { z } from 'zod';
import { duration } from '../../playbook/schema.ts';
import { aboutKinds, severities } from '../notice.ts';

/** Names of receivers: of folders too. */
export const receiverNamePattern = /^[a-z][a-z0-9-]{0,62}$/;
const expectedReceiverName = 'a lower-case letter, then letters, digits and hyphens; at most 63';

/** `${env:NAME}` or `${file:/a/path}`, and nothing beside it. */
export const secretPattern = /^\$\{(?:env:[A-Za-z_][A-Za-z0-9_]*|file:[^{}]+)\}$/;
const expectedSecret = '${env:NAME} or ${file:/path}: the secret itself stands in no file of receivers';

const secret = z
  .string({ error: `expected ${expectedSecret}` })
  .regex(secretPattern, { error: `expected ${expectedSecret}` });

const expectedUrl = 'an https:// address without user and password (http:// on this machine alone)';
/** `https:` anywhere, `http:` on this machine; no user, no password, no fragment. */
export function isFitUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hash, hostname, password, protocol, username } = new URL(text);
  const isHere = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(hostname);
  return (
    username === '' && password === '' && hash === '' && (protocol === 'https:' || (protocol === 'http:' && isHere))
  );
}
const url = z.string({ error: `expected ${expectedUrl}` }).refine(isFitUrl, { error: `expected ${expectedUrl}` });

const expectedTimeout = 'at most 1m';
const timeout = duration()
  .refine((milliseconds) => milliseconds <= 60_000, { error: `expected ${expectedTimeout}` })
  .prefault('10s')
  .describe('How long one attempt may take.');

const topicPattern = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;

/** By kind. */
export const receiverSchemas = {
  slack: z
    .strictObject({
      kind: z.literal('slack'),
      url: secret.describe('The incoming webhook, which is a secret: ${env:SLACK_URL}.'),
      timeout,
    })
    .describe('A Slack incoming webhook, or what takes its messages.'),
  webhook: z
    .strictObject({
      kind: z.literal('webhook'),
      url: z
        .string({ error: `expected ${expectedUrl}, or ${expectedSecret}` })
        .refine((text) => secretPattern.test(text) || isFitUrl(text), {
          error: `expected ${expectedUrl}, or ${expectedSecret}`,
        })
        .describe('Where it is posted to.'),
      secret: secret.describe('The key that it is signed with: whsec_ and 24 to 64 bytes in base64.'),
      previousSecret: secret.optional().describe('A second key that signs too, while receivers change over.'),
      timeout,
    })
    .describe('A webhook of your own, signed as Standard Webhooks says.'),
  pagerduty: z
    .strictObject({
      kind: z.literal('pagerduty'),
      routingKey: secret.describe('The integration key of Events API v2: 32 characters.'),
      url: url
        .prefault('https://events.pagerduty.com/v2/enqueue')
        .describe('In the EU: https://events.eu.pagerduty.com/v2/enqueue.'),
      alerts: z
        .enum(['finding', 'notice'])
        .default('finding')
        .describe('An alert for each finding, resolved with it; or one for each notice.'),
      timeout,
    })
    .describe('PagerDuty, Events API v2.'),
  sns: z
    .strictObject({
      kind: z.literal('sns'),
      topic: z
        .string({ error: 'expected the ARN of a topic' })
        .regex(topicPattern, {
          error: 'expected the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:alarms',
        })
        .describe('The ARN of the topic; nothing but Publish to it is ever sent.'),
      timeout,
    })
    .describe('An Amazon SNS topic.'),
  command: z
    .strictObject({
      kind: z.literal('command'),
      command: z
        .array(z.string().min(1).max(4_096))
        .min(1)
        .max(100)
        .describe('Program and arguments; no shell. The notice comes on its standard input, as JSON.'),
      env: z
        .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'expected the name of a variable' }))
        .max(100)
        .default([])
        .describe('Variables that it gets beside PATH, HOME, LANG, LC_ALL, TZ and TMPDIR.'),
      timeout,
    })
    .describe('A program on this machine.'),
} as const;

export type ReceiverKind = keyof typeof receiverSchemas;
export const receiverKinds = Object.keys(receiverSchemas) as readonly ReceiverKind[];

export const routeSchema = z.strictObject({
  to: z.array(z.string()).min(1).describe('Names of receivers.'),
  severity: z.enum(severities).default('low').describe('At least as grave.'),
  accounts: z.array(z.string().min(1).max(63)).min(1).optional().describe('Account ids or aliases; all unless told.'),
  playbooks: z
    .array(z.string().min(1).max(63))
    .min(1)
    .optional()
    .describe('Names, * for any letters; all unless told.'),
  about: z.array(z.enum(aboutKinds)).min(1).optional().describe('Scans, runs or the watch; all unless told.'),
  tell: z
    .enum(['changes', 'all'])
    .default('changes')
    .describe('changes leaves out what was told before and is as it was.'),
});

const receiverName = z.string().regex(receiverNamePattern, { error: `expected ${expectedReceiverName}` });

/** What stands under `notify` in a fleet, and at the top of a file of its own. */
export const notifyMembers = {
  receivers: z
    .record(receiverName, z.json())
    .refine((value) => Object.keys(value).length > 0, { error: 'expected at least one receiver' })
    .describe('Who can be told, by name.'),
  routes: z.array(routeSchema).min(1).optional().describe('Who is told what; everybody all changes unless told.'),
  link: z
    .string()
    .max(2_048)
    .refine((text) => isFitUrl(text.replaceAll(/\{(id|playbook|account|region)\}/g, 'x')), {
      error: `expected ${expectedUrl}, with {id}, {playbook}, {account} and {region} where they belong`,
    })
    .optional()
    .describe('Where a report is read: https://reports.example/{id}.html.'),
  giveUpAfter: duration().prefault('72h').describe('A notice that did not arrive for so long is set aside, and told.'),
} as const;

export const notifySchema = z.strictObject(notifyMembers);

export const notifyFileSchema = z.strictObject({
  apiVersion: z.literal('relight/v1').describe('The version of this format.'),
  kind: z.literal('Notifications'),
  ...notifyMembers,
});
