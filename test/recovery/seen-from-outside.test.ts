// What a zone's name servers answer is evidence beside what AWS shows: told in journal and report, asked for once for each zone,
// and never a reason to fail what is done.
import { describe, expect, test } from 'vitest';
import type { NameServerReply } from '../../src/aws/dns/name-servers.ts';
import { plainPaint } from '../../src/report/paint.ts';
import type { AttackKind } from '../attacks/kinds.ts';
import { standIn } from '../attacks/transport.ts';
import { answerAsNameServers, nobody } from '../helpers/name-servers.ts';
import { bareRig, playbookOf, type Recovery, type Rig } from '../helpers/rig.ts';
import { runMarkdown } from '../../src/report/run-document.ts';
import { runShowText } from '../../src/report/run-show.ts';

function text(...zones: readonly string[]): string {
  const records = zones.flatMap((zone) =>
    ['a', 'b', 'c'].map(
      (name) => `
  ${name}-${zone.replaceAll('.', '-')}:
    type: route53/record
    spec: { zone: ${zone}, name: ${name}.${zone}, type: CNAME, ttl: 60, values: [${name}.of-${zone}] }`,
    ),
  );
  return `
apiVersion: relight/v1
kind: Playbook
metadata: { name: shop, description: A shop, owner: team-shop }
target: { account: '123456789012', region: eu-west-1, environment: test }
recovery: { strategy: repair }
components:${records.join('')}
`;
}

const rigOf = (...zones: readonly string[]): Rig => bareRig(playbookOf(text(...zones)));

const testDns = ({ wire }: Recovery): number => wire.filter(({ operation }) => operation === 'TestDNSAnswer').length;

function evidenceIn({ journal }: Recovery): readonly string[] {
  return journal.records.flatMap((each) =>
    each.type === 'step-verified'
      ? (each.evidence ?? []).map(({ detail, outcome, source }) => `${source}: ${outcome}: ${detail}`)
      : [],
  );
}

/** Route 53's own word, as it was before the change. */
const oldAnswer: AttackKind = {
  name: 'the old answer',
  forge: () => ({
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': 'R' },
    body:
      '<TestDNSAnswerResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Nameserver>ns-1</Nameserver>' +
      '<RecordName>a</RecordName><RecordType>CNAME</RecordType><RecordData><RecordDataEntry>old.of-shop.example.' +
      '</RecordDataEntry></RecordData><ResponseCode>NOERROR</ResponseCode><Protocol>UDP</Protocol></TestDNSAnswerResponse>',
  }),
};

const stale: NameServerReply = { kind: 'values', values: ['old.of-shop.example.'] };

describe('what name servers answer', () => {
  test('agrees: Route 53 is not asked for it, and each zone is asked once', async () => {
    const rig = rigOf('shop.example', 'other.example');
    const ran = await rig.recover('repair', { verify: false });
    expect(ran.report.result).toBe('succeeded');
    expect(evidenceIn(ran).toSorted()).toEqual(
      ['other', 'shop'].map((zone): unknown =>
        expect.stringMatching(
          `^the name servers of ${zone}.example: agrees: CNAME [abc].${zone}.example is answered with [abc].of-${zone}.example$`,
        ),
      ),
    );
    expect(testDns(ran)).toBe(0);
    // Nothing to note: it is as it is to be.
    expect(ran.report.steps.flatMap(({ note }) => note ?? [])).toEqual([]);
  });

  test('is asked of the zone’s own servers', async () => {
    const rig = rigOf('shop.example');
    const questions = answerAsNameServers(rig.sandbox, () => nobody);
    await rig.recover('repair', { verify: false });
    expect(questions).toHaveLength(1);
    expect(questions[0]?.servers).toHaveLength(4);
    expect(questions[0]?.servers[0]).toMatch(/awsdns/);
  });

  test.each<[string, NameServerReply, string]>([
    ['a stale server', stale, 'differs: CNAME a.shop.example is answered with old.of-shop.example.'],
    ['a name that is not there', { kind: 'missing', code: 'NXDOMAIN' }, 'differs: CNAME a.shop.example is answered with NXDOMAIN'], // prettier-ignore
    ['a network that lets nobody ask', nobody, 'unasked: ETIMEOUT'],
  ])('is in doubt (%s): Route 53 is asked, once', async (_what, reply, told) => {
    const rig = rigOf('shop.example');
    const questions = answerAsNameServers(rig.sandbox, () => reply);
    const ran = await rig.recover('repair', { verify: false });
    expect(ran.report.result).toBe('succeeded');
    expect(questions).toHaveLength(1);
    const [first, second, ...more] = evidenceIn(ran);
    expect(first?.replace(/ [abc]\./, ' a.')).toBe(`the name servers of shop.example: ${told}`);
    expect(second).toMatch(/^Route 53 \(TestDNSAnswer\): agrees: /);
    expect(more).toEqual([]);
    expect(testDns(ran)).toBe(1);
    expect(ran.report.steps.flatMap(({ note }) => note ?? [])).toEqual([]);
    for (const report of [runMarkdown(ran.report), runShowText(ran.report, 'runs/1', plainPaint)]) {
      expect(report).toContain('Asked from outside');
      expect(report).toContain('Route 53 (TestDNSAnswer)');
    }
  });

  test('fails nothing when all say otherwise: the change is INSYNC and listed', async () => {
    const rig = rigOf('shop.example');
    answerAsNameServers(rig.sandbox, () => stale);
    const forged = standIn(rig.sandbox, { kind: oldAnswer, operation: 'TestDNSAnswer', nth: 1, lasting: true });
    const ran = await rig.recover('repair', { verify: false });
    expect(ran.report.result).toBe('succeeded');
    // It is asked again for a while: the answer may yet come round.
    expect(forged.length).toBeGreaterThan(3);
    expect(ran.report.durationSeconds).toBeLessThan(200);
    for (const { note } of ran.report.steps) expect(note).toContain('from outside: ');
    expect(evidenceIn(ran).filter((each) => each.startsWith('Route 53 (TestDNSAnswer): differs'))).toHaveLength(3);
  });

  test('holds nothing up when nobody can be asked', async () => {
    const rig = rigOf('shop.example');
    answerAsNameServers(rig.sandbox, () => nobody);
    rig.faults.add({ kind: 'access-denied', operation: 'TestDNSAnswer' });
    const ran = await rig.recover('repair', { verify: false });
    expect(ran.report.result).toBe('succeeded');
    expect(ran.report.durationSeconds).toBeLessThan(120);
    const unchecked = ran.journal.records.filter((each) => each.type === 'step-verified' && each.unchecked === true);
    expect(unchecked).toHaveLength(3);
    expect(ran.report.steps.map(({ note }) => note?.slice(0, 26))).toContain('not checked from outside: ');
  });

  test('may be anything: what is told of it can be read, and is no more than a line', async () => {
    const rig = rigOf('shop.example');
    answerAsNameServers(rig.sandbox, () => ({ kind: 'values', values: ['\u001b[2J', 'x'.repeat(100_000)] }));
    const ran = await rig.recover('repair', { verify: false });
    expect(ran.report.result).toBe('succeeded');
    const [first = ''] = evidenceIn(ran);
    expect(first).not.toContain('\u001b');
    expect(first.length).toBeLessThan(500);
  });
});
