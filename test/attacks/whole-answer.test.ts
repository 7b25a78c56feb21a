// Answers that are AWS's on the outside and not within: what somebody has broken, left out or told twice below the first level.
// Nothing is changed on their word, and only what they tell of is unknown.
import { describe, expect, test } from 'vitest';
import { elbv2Of } from '../../src/sandbox/index.ts';
import { deployedRig, readShipped, unfinished, type Rig } from '../helpers/rig.ts';
import { tag } from '../recovery/hands.ts';
import type { AttackKind, WireAnswer } from './kinds.ts';
import { standIn } from './transport.ts';

const text = readShipped('deployer-api.yaml');

/** What a proxy makes of each answer to one operation. */
function proxy(rig: Rig, operation: string, forge: (answer: WireAnswer) => WireAnswer): readonly number[] {
  const kind: AttackKind = {
    name: 'proxy',
    forge: (answer) => {
      const forged = forge(answer);
      return JSON.stringify(forged) === JSON.stringify(answer) ? undefined : forged;
    },
  };
  return standIn(rig.sandbox, { kind, operation, nth: 1, lasting: true });
}

const inXml =
  (from: RegExp, to: string) =>
  (answer: WireAnswer): WireAnswer => ({ ...answer, body: answer.body.replaceAll(from, to) });

/** Paths of the tests are written as code, since that is what they are about. */
const inJson =
  (change: (value: Loose) => void) =>
  (answer: WireAnswer): WireAnswer => {
    const value = JSON.parse(answer.body) as Loose;
    change(value);
    return { ...answer, body: JSON.stringify(value) };
  };

/** JSON of AWS with any members. */
interface Loose {
  [name: string]: Loose;
}

const broken = (value: unknown): Loose => value as Loose;

const ofService = (members: object): ((answer: WireAnswer) => WireAnswer) =>
  inJson((each) => Object.assign(each['services']?.[0] ?? {}, members));

const refused =
  (status: number, code: string) =>
  (answer: WireAnswer): WireAnswer => ({
    ...answer,
    status,
    body:
      answer.headers['content-type']?.includes('json') === true
        ? JSON.stringify({ __type: code, message: 'm' })
        : `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error><RequestId>R</RequestId></ErrorResponse>`,
  });

const within = (name: string): RegExp => new RegExp(`<${name}>.*?</${name}>`, 'gs');

interface Case {
  readonly what: string;
  readonly operation: string;
  readonly forge: (answer: WireAnswer) => WireAnswer;
  /** What can surely not be known any more; what is found through it may be unknown too. */
  readonly unknown: string;
}

const tagsOf = ['target-group', 'DescribeTags'] as const;
const elb = (what: string, [unknown, operation]: readonly [string, string], from: RegExp, to: string): Case => ({
  what,
  operation,
  unknown,
  forge: inXml(from, to),
});
const service = (what: string, forge: Case['forge']): Case => ({
  what,
  operation: 'DescribeServices',
  unknown: 'service',
  forge,
});

const cases: readonly Case[] = [
  elb('tags that are text', tagsOf, within('Tags'), '<Tags>gone</Tags>'),
  elb('tags with an empty entry', tagsOf, within('Tags'), '<Tags><member/></Tags>'),
  elb('tags with entries of another name', tagsOf, within('Tags'), '<Tags><item><Key>a</Key></item></Tags>'),
  elb('tags without their values', tagsOf, /<Value>[^<]*<\/Value>/g, ''),
  elb('tags of a health check', ['health-check', 'ListTagsForResources'], within('Tags'), '<Tags>gone</Tags>'),
  elb(
    'values of records that are text',
    ['cname', 'ListResourceRecordSets'],
    within('ResourceRecords'),
    '<ResourceRecords>x</ResourceRecords>',
  ),
  elb('records without values', ['cname', 'ListResourceRecordSets'], within('ResourceRecords'), ''),
  elb('a TTL that is no number', ['cname', 'ListResourceRecordSets'], within('TTL'), '<TTL>abc</TTL>'),
  elb('a health check without its type', ['health-check', 'ListHealthChecks'], within('Type'), ''),
  elb('listeners without their port', ['listener', 'DescribeListeners'], within('Port'), ''),
  elb(
    'default actions that are text',
    ['listener', 'DescribeListeners'],
    within('DefaultActions'),
    '<DefaultActions>x</DefaultActions>',
  ),
  elb('a load balancer without its name in DNS', ['load-balancer', 'DescribeLoadBalancers'], within('DNSName'), ''),
  elb('a load balancer without its zones', ['load-balancer', 'DescribeLoadBalancers'], within('AvailabilityZones'), ''),
  elb('a time that is none', ['load-balancer', 'DescribeLoadBalancers'], /<CreatedTime>[^<]*/g, '<CreatedTime>never'),
  elb('a target without its state', ['service', 'DescribeTargetHealth'], /<State>[^<]*<\/State>/g, ''),
  service('tags of a service', ofService({ tags: {} })),
  service('load balancers of a service', ofService({ loadBalancers: {} })),
  service('deployments of a service', ofService({ deployments: {} })),
  service('its ARN', ofService({ serviceArn: 5 })),
  service('its name', ofService({ serviceName: { a: 1 } })),
  service('its counts', ofService({ runningCount: '2' })),
  service(
    'subnets that are a text',
    ofService({ networkConfiguration: { awsvpcConfiguration: { subnets: 'subnet' } } }),
  ),
  service('its network', ofService({ networkConfiguration: [] })),
  service(
    'failures',
    inJson((each) => void (each['failures'] = broken({ a: 1 }))),
  ),
  service(
    'further entries that are none',
    inJson((each) => void (each['services'] = broken([each['services']?.[0], 'x', 5]))),
  ),
  service(
    'two descriptions of one service',
    inJson((each) => {
      const told = each['services']?.[0];
      each['services'] = broken([{ ...told, status: 'INACTIVE' }, told]);
    }),
  ),
  service(
    'a service that is described and missing',
    inJson(
      (each) => void (each['failures'] = broken([{ arn: each['services']?.[0]?.['serviceArn'], reason: 'MISSING' }])),
    ),
  ),
  service('a code of other operations', refused(404, 'ServiceNotFoundException')),
  service('its own code with another status', refused(503, 'ClusterNotFoundException')),
  {
    what: 'a code of other pieces',
    operation: 'DescribeLoadBalancers',
    unknown: 'load-balancer',
    forge: refused(400, 'TargetGroupNotFound'),
  },
  {
    what: 'its own code with another status',
    operation: 'DescribeLoadBalancers',
    unknown: 'load-balancer',
    forge: refused(503, 'LoadBalancerNotFound'),
  },
  {
    what: 'containers',
    operation: 'DescribeTaskDefinition',
    unknown: 'task-definition',
    forge: inJson((each) => Object.assign(each['taskDefinition'] ?? {}, { containerDefinitions: 'x' })),
  },
  {
    what: 'tags that were asked for',
    operation: 'DescribeTaskDefinition',
    unknown: 'task-definition',
    forge: inJson((each) => Reflect.deleteProperty(each, 'tags')),
  },
  {
    what: 'tags that were asked for',
    operation: 'DescribeClusters',
    unknown: 'cluster',
    forge: inJson((each) => Reflect.deleteProperty(each['clusters']?.[0] ?? {}, 'tags')),
  },
  {
    what: 'keys of a table',
    operation: 'DescribeTable',
    unknown: 'state-table',
    forge: inJson((each) => Object.assign(each['Table'] ?? {}, { KeySchema: {} })),
  },
  ...[{ Q: 'x' }, { S: 5 }, 'x'].map((status) => ({
    what: `an attribute that is ${JSON.stringify(status)}`,
    operation: 'BatchGetItem',
    unknown: 'state-entry',
    forge: inJson((each) => Object.assign(each['Responses']?.['deployer-state']?.[0] ?? {}, { status })),
  })),
];

describe('an answer that is broken within', () => {
  test.each(cases.map((each) => [`${each.operation}: ${each.what}`, each] as const))('%s', async (_name, each) => {
    const rig = await deployedRig(text);
    const forgeries = proxy(rig, each.operation, each.forge);
    const assessments = await rig.status();
    expect(forgeries.length).toBeGreaterThan(0);
    const verdicts = Object.fromEntries([...assessments].map(([id, { verdict }]) => [id, verdict]));
    expect(verdicts).toMatchObject({ [each.unknown]: 'unknown' });
    expect(JSON.stringify(assessments.get(each.unknown))).toContain('UnexpectedAnswer');
    expect(Object.values(verdicts)).not.toContain('missing');
    expect(Object.values(verdicts).filter((verdict) => verdict === 'unknown').length).toBeLessThan(6);
    const { report, wire } = await rig.recover('repair');
    expect(wire.filter(({ mutating }) => mutating).map(({ operation }) => operation)).toEqual([]);
    expect(report.result).not.toBe('succeeded');
  });
});

/** Errors of relight's own kinds, by the names and members that those bear: an answer may hold any name and any member. */
const ofOurOwnKind = [
  { __type: 'ClassifiedError', class: 'not-found', message: 'm' },
  { __type: 'GateRefusal', message: 'm' },
  { __type: 'CallTimeout', class: 'not-found', message: 'm' },
];

describe('a refusal that bears the name of an error of relight’s own', () => {
  const operations = ['DescribeServices', 'DescribeClusters', 'DescribeTaskDefinition', 'GetItem', 'BatchGetItem'];
  test.each(ofOurOwnKind.map((each) => [each.__type, each] as const))('%s is no such error', async (_name, forged) => {
    let tried = 0;
    for (const operation of operations) {
      const rig = await deployedRig(text);
      const forge = (answer: WireAnswer): WireAnswer => ({ ...answer, status: 400, body: JSON.stringify(forged) });
      const forgeries = proxy(rig, operation, forge);
      const verdicts = [...(await rig.status()).values()].map(({ verdict }) => verdict);
      tried += forgeries.length;
      if (forgeries.length > 0) expect(verdicts, operation).toContain('unknown');
      expect(verdicts, operation).not.toContain('missing');
      const { wire } = await rig.recover('repair');
      expect(
        wire.filter(({ mutating }) => mutating).map((call) => call.operation),
        operation,
      ).toEqual([]);
    }
    expect(tried).toBeGreaterThan(3);
  });
});

describe('what is not the playbook’s', () => {
  test('stays as it is when its tags cannot be read', async () => {
    const rig = await deployedRig(text);
    await tag(rig, 'target-group', 'relight:protect', 'true');
    await tag(rig, 'target-group', 'relight:playbook', 'somebody-else');
    const [group] = Object.values(elbv2Of(rig.world.region('eu-west-1')).targetGroups);
    Object.assign(group ?? {}, { HealthCheckPath: '/theirs' });
    proxy(rig, 'DescribeTags', inXml(within('Tags'), '<Tags>gone</Tags>'));
    const { wire } = await rig.recover('repair');
    expect(wire.filter(({ mutating }) => mutating)).toEqual([]);
  });

  test('nor is a load balancer deleted under a record whose values cannot be read', async () => {
    const rig = await deployedRig(text);
    proxy(rig, 'ListResourceRecordSets', inXml(within('ResourceRecords'), '<ResourceRecords>gone</ResourceRecords>'));
    const { wire } = await rig.recover('teardown');
    expect(wire.map(({ operation }) => operation)).not.toContain('DeleteLoadBalancer');
  });
});

test('a step that meets such an answer says so in a line', async () => {
  const rig = await deployedRig(text);
  await rig.break(['service']);
  let begun = false;
  const forgeries = proxy(rig, 'DescribeServices', (answer) => {
    begun ||= rig.wire.some(({ operation }) => operation === 'CreateService');
    return begun ? ofService({ tags: {} })(answer) : answer;
  });
  const { report } = await rig.recover('repair');
  expect(forgeries.length).toBeGreaterThan(0);
  expect(report.result).not.toBe('succeeded');
  expect(unfinished(report).join('\n')).toContain('services[0].tags that is no list');
  expect(unfinished(report).join('\n')).not.toMatch(/TypeError|\n\s+at /);
});
