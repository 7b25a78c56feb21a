// What could not be seen is unknown, never missing, and nothing is planned for it or for what depends on it. Every read
// of a status is struck, one at a time, by every kind of trouble that reads have.
import { describe, expect, test } from 'vitest';
import { groupBy } from '../../src/util/group-by.ts';
import type { Assessed } from '../../src/engine.ts';
import { planFrom } from '../../src/engine.ts';
import { downstreamOf } from '../../src/graph/graph.ts';
import type { FaultKind, FaultRule, ObservedCall } from '../../src/sandbox/index.ts';
import { sampled } from '../helpers/sized.ts';
import { deployedRig, playbookOf, readShipped, seededRig, type Rig } from '../helpers/rig.ts';

/** What of a component is read by each operation. An operation that is not listed fails the test. */
const readsOf: Readonly<Record<string, readonly string[]>> = {
  DescribeClusters: ['ecs/cluster'],
  DescribeTaskDefinition: ['ecs/task-definition'],
  DescribeServices: ['ecs/service'],
  DescribeTargetHealth: ['ecs/service'],
  DescribeLoadBalancers: ['elbv2/load-balancer'],
  DescribeTargetGroups: ['elbv2/target-group'],
  DescribeTargetGroupAttributes: ['elbv2/target-group'],
  DescribeListeners: ['elbv2/listener'],
  DescribeRules: ['elbv2/listener-rule'],
  DescribeTags: ['elbv2/load-balancer', 'elbv2/target-group', 'elbv2/listener', 'elbv2/listener-rule'],
  ListHostedZonesByName: ['route53/record'],
  ListResourceRecordSets: ['route53/record'],
  ListHealthChecks: ['route53/health-check'],
  ListTagsForResources: ['route53/health-check'],
  DescribeTable: ['dynamodb/table'],
  ListTagsOfResource: ['dynamodb/table'],
  BatchGetItem: ['dynamodb/item'],
};
const identityReads: ReadonlySet<string> = new Set(['GetCallerIdentity', 'ListAccountAliases']);

const troubles = [
  { kind: 'access-denied', names: /AccessDenied.*not authorized to perform/ },
  { kind: 'throttle', names: /Throttling.*Rate exceeded/ },
  { kind: 'hang', names: /gave no answer within 10 s/ },
] as const satisfies readonly { kind: FaultKind; names: RegExp }[];

/** Longest time that a look may take while one operation never works: retries of two calls, one after the other. */
const patience = 70;

const deployerApi = readShipped('deployer-api.yaml');
const storefront = readShipped('storefront.yaml');
const states: readonly { readonly state: string; readonly make: () => Promise<Rig> }[] = [
  { state: 'the Deployer API as it should be', make: () => deployedRig(deployerApi) },
  {
    state: 'the Deployer API without its service',
    make: async () => broken(await deployedRig(deployerApi), 'service'),
  },
  { state: 'no Deployer API at all', make: () => seededRig(playbookOf(deployerApi)) },
  { state: 'the storefront as it should be', make: () => deployedRig(storefront) },
];

async function broken(rig: Rig, id: string): Promise<Rig> {
  await rig.break([id]);
  return rig.fork();
}

/** The reads of one status, without those that tell who is asking. */
async function readsIn(rig: Rig): Promise<readonly ObservedCall[]> {
  const copy = rig.fork();
  await copy.look();
  return copy.wire.filter((call) => !identityReads.has(call.operation));
}

interface Struck {
  readonly unknown: ReadonlySet<string>;
  readonly assessed: Assessed;
}

/** Looks and plans while a rule strikes; checks what must hold whatever is struck. */
async function inject(from: Rig, rule: FaultRule, names: RegExp): Promise<Struck> {
  const rig = from.fork();
  rig.faults.add(rule);
  const startedAt = rig.clock.now();
  const { session, assessed, plan } = await rig.plan('repair');
  const what = `${rule.operation ?? ''} ${rule.kind}`;
  expect((rig.clock.now() - startedAt) / 1000, what).toBeLessThanOrEqual(patience);

  const judged = [...assessed.assessments.values()];
  const unknown = new Set(judged.filter((each) => each.verdict === 'unknown').map((each) => each.id));
  expect(unknown.size, what).toBeGreaterThan(0);
  for (const { id, reasons } of judged.filter((each) => each.verdict === 'unknown')) {
    const [reason] = reasons;
    // Either the trouble itself is named, or the unknown component that hides this one.
    const behind = /while ([a-z0-9-]+) is unknown/.exec(reason?.text ?? '')?.[1];
    if (behind === undefined) expect(`${id}: ${reason?.text ?? ''}`, what).toMatch(names);
    else expect([id, unknown.has(behind)], what).toEqual([id, true]);
  }

  const outOfReach = new Set([...unknown, ...downstreamOf(session.graph, [...unknown])]);
  for (const each of [plan, planFrom(session, assessed, { kind: 'rebuild' })]) {
    expect(each.summary.unknown, what).toBe(unknown.size);
    const planned = each.steps.filter((step) => outOfReach.has(step.component)).map((step) => step.id);
    expect(planned, `${what}, ${each.strategy}`).toEqual([]);
  }
  expect(rig.wire.filter((call) => call.mutating)).toEqual([]);
  return { unknown, assessed };
}

const turns = states.flatMap(({ make, state }, nth) =>
  troubles.map((trouble, index) => ({ ...trouble, state, make, own: index === nth % troubles.length })),
);

describe('every read in turn', () => {
  // The quick run tries each state, and in turn each trouble.
  test.each(sampled(turns, 0, ({ own, state }) => (own ? state : undefined)))(
    '$state: $kind',
    async ({ kind, make, names }) => {
      const rig = await make();
      const verdicts = await rig.status();
      const operations = new Set((await readsIn(rig)).map((call) => call.operation));
      expect(operations.size).toBeGreaterThan(8);
      for (const operation of operations) {
        const { unknown, assessed } = await inject(rig, { operation, kind }, names);
        const types = readsOf[operation] ?? [];
        expect(types, `${operation} is not listed in this test`).not.toEqual([]);
        for (const [id, { verdict, type, present }] of verdicts) {
          // Tags are asked for of what is there.
          const concerned = types.includes(type) && (operation !== 'DescribeTags' || present);
          if (concerned) expect([operation, id, unknown.has(id)]).toEqual([operation, id, true]);
          // Nothing that is there turns into something missing, whatever was struck.
          else if (verdict !== 'missing') expect(assessed.assessments.get(id)?.verdict).not.toBe('missing');
        }
      }
    },
  );
});

describe('one call out of several of the same operation', () => {
  test.each(sampled(troubles, 0, ({ kind }) => (kind === 'hang' ? kind : undefined)))(
    'hides only what it asked for: $kind',
    async ({ kind, names }) => {
      const rig = await deployedRig(storefront);
      const reads = await readsIn(rig);
      const repeated = reads.filter((call) => reads.filter((each) => each.operation === call.operation).length > 1);
      expect(repeated.length).toBeGreaterThan(5);
      for (const [operation, calls] of groupBy(repeated, (call) => call.operation)) {
        const all = (await inject(rig, { operation, kind }, names)).unknown;
        const hidden: number[] = [];
        for (const { input } of calls) {
          const { unknown } = await inject(rig, { operation, kind, resource: JSON.stringify(input) }, names);
          expect([...unknown].filter((id) => !all.has(id))).toEqual([]);
          hidden.push(unknown.size);
        }
        // Where one call tells of the pieces that the other ones' live in, without it nobody sees those either.
        const whole = hidden.filter((size) => size === all.size);
        expect(whole.length, operation).toBeLessThanOrEqual(operation === 'DescribeTags' ? 1 : 0);
      }
    },
  );
});
