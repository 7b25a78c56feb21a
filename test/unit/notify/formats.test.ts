// What receivers are sent, held against their published formats: the facts stand here as small schemas, each with its source.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  idPattern,
  noticeId,
  severities,
  severityOf,
  type Notice,
  type NoticeItem,
} from '../../../src/notify/notice.ts';
import { dedupKeyOf, pagerDutyEvent } from '../../../src/notify/render/pagerduty.ts';
import { slackMessage } from '../../../src/notify/render/slack.ts';
import { snsMessage } from '../../../src/notify/render/sns.ts';
import { signingKey, webhookBody, webhookHeaders } from '../../../src/notify/render/webhook.ts';
import { plainText } from '../../../src/notify/render/words.ts';
import { item, notice, production } from '../../helpers/notices.ts';

/** [docs.slack.dev: "Blocks": 50 blocks of a message; "Header block": 150, plain_text; "Section block": 3,000; "Context block":
 * 10 elements]. Texts of mrkdwn have no bare `<`, `>` and `&` but in links and escapes ["Formatting message text"]. */
const mrkdwn = z
  .string()
  .min(1)
  .max(3_000)
  .refine((text) => !/[<>&]/.test(text.replaceAll(/&(amp|lt|gt);|<https?:[^<>|]+\|[^<>|]+>/g, '')));
const slackSchema = z.strictObject({
  text: mrkdwn,
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('header'),
          text: z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(150) }),
        }),
        z.strictObject({
          type: z.literal('section'),
          text: z.strictObject({ type: z.literal('mrkdwn'), text: mrkdwn }),
        }),
        z.strictObject({
          type: z.literal('context'),
          elements: z
            .array(z.strictObject({ type: z.literal('mrkdwn'), text: mrkdwn }))
            .min(1)
            .max(10),
        }),
      ]),
    )
    .min(1)
    .max(50),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
});

/** [PagerDuty/api-schema, reference/events-v2/openapiv3.json; developer.pagerduty.com, "Send an Alert Event": dedup_key 255,
 * summary 1,024 characters]. */
const payload = z.strictObject({
  summary: z.string().min(1).max(1_024),
  source: z.string().min(1),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  timestamp: z.iso.datetime(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});
const pagerDutySchema = z.discriminatedUnion('event_action', [
  z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.literal('trigger'),
    dedup_key: z.string().min(1).max(255),
    payload,
    client: z.string().optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
  }),
  z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.literal('resolve'),
    dedup_key: z.string().min(1).max(255),
  }),
]);

/** [SNS API reference, Publish]. */
const snsSchema = z.strictObject({
  TopicArn: z.string(),
  Subject: z.string().regex(/^[!-~][ -~]{0,98}$/),
  Message: z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= 262_144 - 2_048),
  MessageAttributes: z.record(
    z.string(),
    z.strictObject({ DataType: z.literal('String'), StringValue: z.string().min(1) }),
  ),
  MessageGroupId: z.string().max(128).optional(),
  MessageDeduplicationId: z.string().max(128).optional(),
});

const routingKey = 'r'.repeat(32);
const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';

const hostile = 'a <!channel> & `b` *c* _d_ \u202e "e"\nf \ud83d\ude00';
const many = (count: number, text = 'x', details: readonly string[] = []): readonly NoticeItem[] =>
  Array.from({ length: count }, (_, index) =>
    item({ id: `rl_${String(index)}`, text: `${text} ${String(index)}`, details }),
  );

const cases: Readonly<Record<string, Notice>> = {
  'a usual one': notice(),
  'nothing but ends': notice({}, [item({ state: 'resolved' })]),
  'without a link, an account or a playbook': notice({
    link: null,
    groups: [
      {
        place: { account: null, alias: null, region: null, environment: null, sandbox: false },
        playbook: null,
        items: [item({ command: null, details: [] })],
      },
    ],
  }),
  'hostile words': notice({ title: hostile, link: 'https://r.example/?a=1&b=<|>' }, [
    item({ text: hostile, details: [hostile], command: hostile, id: hostile }),
  ]),
  'five hundred findings': notice({}, many(500)),
  'many long ones': notice(
    {},
    many(
      5_000,
      '&'.repeat(3_000),
      Array.from({ length: 12 }, () => '<'.repeat(1_000)),
    ),
  ),
  'many groups': notice({
    groups: Array.from({ length: 80 }, (_, index) => ({
      place: { ...production, alias: `account-${String(index)}` },
      playbook: `p${String(index)}`,
      items: [item()],
    })),
  }),
  'long names': notice({ title: 'ä😀'.repeat(4_000) }, [item({ text: '😀'.repeat(5_000), id: 'i'.repeat(2_000) })]),
};

describe.each(Object.entries(cases))('%s', (_name, own) => {
  test('fits Slack', () => {
    for (const repeated of [false, true]) {
      const message = slackMessage(own, { repeated });
      expect(slackSchema.safeParse(message).error?.issues ?? []).toEqual([]);
      // More is refused as a whole [slackapi/bolt-js, issue 2509].
      expect(
        JSON.stringify(message.blocks.map((each) => ('text' in each ? each.text.text : each.elements))).length,
      ).toBeLessThan(13_100);
    }
  });

  test('fits PagerDuty', () => {
    const event = pagerDutyEvent(own, routingKey);
    expect(pagerDutySchema.safeParse(event).error?.issues ?? []).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(512 * 1024);
  });

  test('fits SNS', () => {
    expect(snsSchema.safeParse(snsMessage(own, topic)).error?.issues ?? []).toEqual([]);
  });
});

test('what an on-call reads comes account first, with severity, command and report', () => {
  expect(plainText(notice())).toMatchInlineSnapshot(`
    "deployer-prod (123456789012) eu-west-1, production: scan: 1 new

    deployer-prod (123456789012) eu-west-1, production · deployer-api
    - CRITICAL new: service is gone
        the ECS service deployer-api is not there
        run: relight recover deployer-api.yaml

    report: https://reports.example/scan1.html
    critical · scan · 2026-12-01T02:00:00.000Z · rl_scan1
    "
  `);
  expect(slackMessage(notice(), { repeated: true })).toMatchInlineSnapshot(`
    {
      "blocks": [
        {
          "text": {
            "text": "deployer-prod (123456789012) eu-west-1, production: scan: 1 new",
            "type": "plain_text",
          },
          "type": "header",
        },
        {
          "text": {
            "text": "*deployer-prod (123456789012) eu-west-1, production · deployer-api*",
            "type": "mrkdwn",
          },
          "type": "section",
        },
        {
          "text": {
            "text": ":red_circle: CRITICAL new: service is gone
    • the ECS service deployer-api is not there
    \`relight recover deployer-api.yaml\`",
            "type": "mrkdwn",
          },
          "type": "section",
        },
        {
          "elements": [
            {
              "text": "<https://reports.example/scan1.html|report> · critical · scan · 2026-12-01T02:00:00.000Z · id rl_scan1 · sent again, as the answer to an earlier attempt was lost",
              "type": "mrkdwn",
            },
          ],
          "type": "context",
        },
      ],
      "text": "deployer-prod (123456789012) eu-west-1, production: scan: 1 new",
      "unfurl_links": false,
      "unfurl_media": false,
    }
  `);
  expect(pagerDutyEvent(notice(), routingKey)).toMatchInlineSnapshot(`
    {
      "client": "relight",
      "dedup_key": "rl_item1",
      "event_action": "trigger",
      "links": [
        {
          "href": "https://reports.example/scan1.html",
          "text": "report",
        },
      ],
      "payload": {
        "class": "scan",
        "component": "deployer-api",
        "custom_details": {
          "findings": [
            {
              "command": "relight recover deployer-api.yaml",
              "details": [
                "the ECS service deployer-api is not there",
              ],
              "place": "deployer-prod (123456789012) eu-west-1, production",
              "playbook": "deployer-api",
              "severity": "critical",
              "state": "new",
              "text": "service is gone",
            },
          ],
          "id": "rl_scan1",
        },
        "group": "deployer-prod (123456789012) eu-west-1, production",
        "severity": "critical",
        "source": "deployer-prod (123456789012) eu-west-1, production",
        "summary": "deployer-prod (123456789012) eu-west-1, production: scan: 1 new",
        "timestamp": "2026-12-01T02:00:00.000Z",
      },
      "routing_key": "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
    }
  `);
  expect(snsMessage(notice(), `${topic}.fifo`)).toMatchObject({
    Subject: 'deployer-prod (123456789012) eu-west-1, production: scan: 1 new',
    MessageGroupId: 'relight',
    MessageDeduplicationId: 'rl_scan1',
  });
});

test('a cut is told, and what is cut is no less than what fits', () => {
  const message = slackMessage(notice({}, many(500)), { repeated: false });
  const sections = message.blocks.filter(({ type }) => type === 'section');
  expect(message.blocks).toHaveLength(50);
  expect(JSON.stringify(sections.at(-1))).toContain('and 454 more: the report has all of them');
  const event = pagerDutyEvent(notice({}, many(500)), routingKey);
  expect(event.payload?.custom_details['left_out']).toBe(300);
  expect(snsMessage(notice({}, many(600, 'y'.repeat(1_000))), topic).Message).toContain('more was left out');
});

test('a command that is copied from Slack is the one that was meant', () => {
  const [, , section] = slackMessage(notice({}, [item({ command: 'relight status a.yaml --param x=<&>' })]), {
    repeated: false,
  }).blocks;
  expect(JSON.stringify(section)).toContain('`relight status a.yaml --param x=&lt;&amp;&gt;`');
});

describe('alerts of PagerDuty', () => {
  test('are opened and closed by the id of their finding', () => {
    const open = pagerDutyEvent(notice({ id: 'rl_a' }), routingKey);
    const end = pagerDutyEvent(notice({ id: 'rl_b' }, [item({ state: 'resolved' })]), routingKey);
    expect([open.event_action, end.event_action]).toEqual(['trigger', 'resolve']);
    expect(open.dedup_key).toBe('rl_item1');
    expect(end.dedup_key).toBe(open.dedup_key);
  });

  test('have keys that stay apart, however long', () => {
    const key = (id: string): string => dedupKeyOf(notice({}, [item({ id })]));
    expect(key(`${'a'.repeat(300)}1`)).not.toBe(key(`${'a'.repeat(300)}2`));
  });
});

test('severity: the worst of what is open', () => {
  expect(severityOf(notice({}, [item({ severity: 'low' }), item({ severity: 'high' })]))).toBe('high');
  expect(severityOf(notice({}, [item({ severity: 'low' }), item({ severity: 'critical', state: 'resolved' })]))).toBe(
    'low',
  );
  expect(severityOf(notice({}, [item({ state: 'resolved' })]))).toBe('info');
  expect(severities).toHaveLength(5);
});

test('ids are the same for the same parts, and never two parts for one', () => {
  expect(noticeId('a', 'bc')).toBe(noticeId('a', 'bc'));
  expect(noticeId('a', 'bc')).not.toBe(noticeId('ab', 'c'));
  expect(noticeId('x')).toMatch(idPattern);
});

describe('webhooks', () => {
  /** Written from the specification alone [Standard Webhooks 1.0.0]: what its libraries do. */
  function verified(headers: Readonly<Record<string, string>>, body: string, secret: string, now: number): boolean {
    const { 'webhook-id': id = '', 'webhook-signature': given = '', 'webhook-timestamp': at = '' } = headers;
    if (Math.abs(now - Number(at)) > 300) return false;
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const right = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest();
    return given.split(' ').some((each) => {
      const [version, signature = ''] = each.split(',');
      const found = Buffer.from(signature, 'base64');
      return version === 'v1' && found.length === right.length && timingSafeEqual(found, right);
    });
  }
  const secrets = [1, 2].map((each) => `whsec_${Buffer.alloc(32, each).toString('base64')}`);
  const [secret = '', other = ''] = secrets;
  const keys = secrets.flatMap((each) => signingKey(each) ?? []);
  const now = 1_796_090_400;

  test('the signature of the specification', () => {
    // Of the specification's own libraries: their test vector.
    const key = signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const headers = webhookHeaders(
      { ...notice(), id: 'msg_p5jXN8AQM9LWM0D4loKWxJek' },
      '{"test": 2432232314}',
      1_614_265_330,
      key === undefined ? [] : [key],
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  test('are verified by whoever has the key, and refused when replayed, changed or of another', () => {
    const body = webhookBody(notice());
    const headers = webhookHeaders(notice(), body, now, keys.slice(0, 1));
    expect(verified(headers, body, secret, now)).toBe(true);
    expect(verified(headers, body, secret, now + 301)).toBe(false);
    expect(verified(headers, `${body} `, secret, now)).toBe(false);
    expect(verified({ ...headers, 'webhook-id': 'rl_other' }, body, secret, now)).toBe(false);
    expect(verified({ ...headers, 'webhook-timestamp': String(now + 1) }, body, secret, now)).toBe(false);
    expect(verified(headers, body, other, now)).toBe(false);
  });

  test('while keys change over, both verify', () => {
    const body = webhookBody(notice());
    const headers = webhookHeaders(notice(), body, now, keys);
    expect(secrets.map((each) => verified(headers, body, each, now))).toEqual([true, true]);
  });

  test('keys are those of the specification', () => {
    expect(signingKey('whsec_c2hvcnQ=')).toBeUndefined();
    expect(signingKey(Buffer.alloc(32).toString('base64'))).toBeUndefined();
    expect(signingKey(`whsec_${Buffer.alloc(65).toString('base64')}`)).toBeUndefined();
    expect(signingKey(`whsec_${Buffer.alloc(24).toString('base64')}`)).toHaveLength(24);
  });

  test('the body has a version, a type and the whole notice', () => {
    expect(JSON.parse(webhookBody(notice()))).toMatchObject({
      version: 1,
      type: 'relight.scan',
      timestamp: notice().at,
      id: 'rl_scan1',
      severity: 'critical',
      groups: [{ place: { account: '123456789012' }, playbook: 'deployer-api', items: [{ id: 'rl_item1' }] }],
    });
  });
});
