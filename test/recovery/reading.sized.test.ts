// Whatever state AWS is in, looking and planning change nothing, and what is foreign or protected is in no plan to go.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { TagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { planFrom } from '../../src/engine.ts';
import { verdicts } from '../../src/assess/assessment.ts';
import { presume, snapshot } from '../../src/sandbox/index.ts';
import { deployedRig, mutations, ownedBy, outputOf, readShipped, type Rig } from '../helpers/rig.ts';
import { drawn } from '../helpers/sized.ts';
import { overwriteCname, tag } from './hands.ts';

const text = readShipped('deployer-api.yaml');

/** Changes made by others. */
const drifts: Readonly<Record<string, (rig: Rig) => Promise<unknown>>> = {
  'record points elsewhere': (rig) => overwriteCname(rig, 'elsewhere.example'),
  'tasks scaled to none': (rig) =>
    rig.operator
      .client(ecs)
      .send(new UpdateServiceCommand({ cluster: 'wonderland', service: 'deployer-api', desiredCount: 0 })),
  'health path': async (rig) =>
    rig.operator.client(elbv2).send(
      new ModifyTargetGroupCommand({
        TargetGroupArn: await outputOf(rig, 'target-group', 'arn'),
        HealthCheckPath: '/other',
      }),
    ),
  'listener port': async (rig) =>
    rig.operator
      .client(elbv2)
      .send(new ModifyListenerCommand({ ListenerArn: await outputOf(rig, 'listener', 'arn'), Port: 8443 })),
  'security group': async (rig) => {
    presume(rig.world, [{ kind: 'security-group', id: 'sg-other', vpc: 'vpc-1' }]);
    await rig.operator.client(elbv2).send(
      new SetSecurityGroupsCommand({
        LoadBalancerArn: await outputOf(rig, 'load-balancer', 'arn'),
        SecurityGroups: ['sg-other'],
      }),
    );
  },
  'state entry says otherwise': (rig) =>
    rig.operator.client(dynamodb).send(
      new PutItemCommand({
        TableName: 'deployer-state',
        Item: { service: { S: 'deployer-api' }, status: { S: '?' } },
      }),
    ),
  'load balancer of others': (rig) => tag(rig, 'load-balancer', 'relight:playbook', 'someone-else'),
  'target group protected': (rig) => tag(rig, 'target-group', 'relight:protect', 'true'),
  'service of others': async (rig) =>
    rig.operator.client(ecs).send(
      new TagResourceCommand({
        resourceArn: await outputOf(rig, 'service', 'arn'),
        tags: [{ key: 'relight:playbook', value: 'someone-else' }],
      }),
    ),
};

const pieces = [
  'task-definition',
  'load-balancer',
  'target-group',
  'listener',
  'service',
  'cname',
  'health-check',
  'state-entry',
];

const states = fc.record({
  lost: fc.subarray(pieces, { maxLength: 5 }),
  drifted: fc.subarray(Object.keys(drifts), { maxLength: 4 }),
  /** Whether the deletes are left under way. */
  waited: fc.boolean(),
  /** Seconds since then. */
  later: fc.constantFrom(0, 20, 60, 400),
});

/** Tried whatever is drawn: between them, pieces have every verdict. */
const telling = [
  [{ lost: ['service', 'cname'], drifted: [], waited: false, later: 0 }],
  [{ lost: ['target-group', 'state-entry'], drifted: [], waited: false, later: 20 }],
  [
    {
      lost: ['service'],
      drifted: ['record points elsewhere', 'health path', 'load balancer of others'],
      waited: true,
      later: 400,
    },
  ],
  [{ lost: [], drifted: ['tasks scaled to none'], waited: true, later: 400 }],
] satisfies (readonly [unknown])[] as [{ lost: string[]; drifted: string[]; waited: boolean; later: number }][];

describe('any state', () => {
  test('status and plan change nothing', async () => {
    const deployed = await deployedRig(text);
    expect(ownedBy(deployed.playbook).toSorted()).toEqual(pieces.toSorted());
    const seen = new Map<string, number>();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(states, async ({ lost, drifted, waited, later }) => {
        const rig = deployed.fork();
        for (const each of drifted) await drifts[each]?.(rig);
        // What AWS does not let go stays, such as a target group under a listener on a port that the playbook does not know.
        await rig.break(lost, waited).catch((error: unknown) => {
          if (classify(error).class !== 'conflict') throw error;
        });
        await rig.clock.sleep(later * 1000);

        // The first look lets the sandbox catch up with its time; after that, all data must stay as they are.
        await rig.look();
        // Time passes while it is looked.
        const before = { ...snapshot(rig.world), now: 0 };
        const { session, assessed, plan } = await rig.plan('repair');
        const plans = [
          plan,
          ...(['rebuild', 'teardown'] as const).map((kind) => planFrom(session, assessed, { kind })),
        ];
        expect(mutations(rig.wire)).toEqual([]);
        expect({ ...snapshot(rig.world), now: 0 }).toEqual(before);

        for (const { id, verdict, protected: isProtected } of assessed.assessments.values()) {
          seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
          for (const each of plans) {
            const deletes = each.steps.some((step) => step.component === id && step.action === 'delete');
            if (verdict === 'foreign' || verdict === 'unknown' || isProtected)
              expect([id, deletes]).toEqual([id, false]);
          }
        }
        for (const each of plans) {
          refused += each.refusals.filter(({ rule }) => rule === 'maxDeletes').length;
          const down = each.refusals.find(({ rule }) => rule === 'allowDowntime');
          // Only what serves through a healthy service is a reason to ask: its deletes, and updates that take something away.
          for (const id of down?.components ?? []) {
            const own = each.steps.filter((step) => step.component === id);
            expect(own.some(({ action, effect }) => action === 'delete' || effect !== 'none')).toBe(true);
          }
          if (assessed.assessments.get('service')?.present !== true) expect(down).toBeUndefined();
          // Steps are told in an order in which they could be taken, and wait only for steps of the same plan.
          const earlier = new Set<string>();
          for (const step of each.steps) {
            expect(step.after.filter((id) => !earlier.has(id))).toEqual([]);
            earlier.add(step.id);
          }
          expect(earlier.size).toBe(each.steps.length);
        }
      }),
      { ...drawn({ quick: 8, long: 150 }), examples: telling },
    );
    // The states were varied enough to mean something.
    for (const verdict of verdicts.filter((each) => each !== 'unknown')) expect([...seen.keys()]).toContain(verdict);
    expect(refused).toBe(0);
  });
});

describe('any loss', () => {
  test('is recovered, and a second plan is empty', async () => {
    const deployed = await deployedRig(text);
    const losses = fc.record({
      lost: fc.subarray(pieces, { minLength: 3 }),
      strategy: fc.constantFrom('repair', 'rebuild'),
      waited: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(losses, async ({ lost, strategy, waited }) => {
        const rig = deployed.fork();
        await rig.break(lost, waited);
        const { report } = await rig.recover(strategy);
        expect(report.result).toBe('succeeded');
        const { plan } = await rig.plan('repair');
        expect(plan.steps).toEqual([]);
        expect(rig.http('https://deployer-api.wonderland.example/health')).toBe(200);
      }),
      drawn({ quick: 6, long: 80 }),
    );
  });
});
