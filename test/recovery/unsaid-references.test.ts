// Settings that the playbook does not say name pieces too: what names another piece is made after it, and a piece that is held so is
// not taken for free.
import { CreateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { bareRig, playbookOf, stepIds, unfinished, type Rig } from '../helpers/rig.ts';
import { describe as told, type Described } from '../shapes/described.ts';
import { Hands } from '../shapes/hands.ts';
import { head } from '../shapes/shape.ts';
import { changed, losses, ours, recover, rememberedOf, trouble } from '../shapes/suite.ts';
import type { Memory } from '../../src/settings/base.ts';

const pair = (port = 80, forward = "forwardTo: '${stable.arn}'"): string => `${head('pair')}
components:
  balancer: { type: elbv2/load-balancer, shared: true, spec: { name: pair } }
  stable: { type: elbv2/target-group, spec: { name: stable, port: 80, protocol: HTTP, vpc: vpc-1 } }
  canary: { type: elbv2/target-group, spec: { name: canary, port: ${port}, protocol: HTTP, vpc: vpc-1 } }
  http: { type: elbv2/listener, spec: { loadBalancer: '\${balancer.arn}', port: 80, protocol: HTTP, ${forward} } }
`;

interface World {
  readonly rig: Rig;
  readonly hands: Hands;
  readonly before: Described;
  readonly memory: Memory;
}

/** A listener that sends a part of its requests to a second group, of which the playbook says nothing. */
async function balanced(): Promise<World> {
  const rig = bareRig(playbookOf(pair()));
  const hands = new Hands(rig);
  hands.holds(
    { kind: 'subnet', id: 'subnet-a1' },
    { kind: 'subnet', id: 'subnet-b1' },
    { kind: 'security-group', id: 'sg-pair' },
  );
  const Subnets = ['subnet-a1', 'subnet-b1'];
  const { LoadBalancerArn } = await hands.balancer({ Name: 'pair', Subnets, SecurityGroups: ['sg-pair'] });
  const http = { Protocol: 'HTTP', Port: 80, TargetType: 'ip' } as const;
  const TargetGroups = [
    { TargetGroupArn: await hands.group({ Name: 'stable', ...http }), Weight: 80 },
    { TargetGroupArn: await hands.group({ Name: 'canary', ...http }), Weight: 20 },
  ];
  const DefaultActions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  await hands.listener({ LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions });
  return worldOf(rig, hands);
}

async function worldOf(rig: Rig, hands: Hands): Promise<World> {
  await rig.clock.sleep(3_600_000);
  return { rig, hands, before: await told(hands), memory: await rememberedOf(rig) };
}

describe('a listener that also forwards to a group of which the playbook says nothing', () => {
  test('is made after that group, and with it', async () => {
    const { before, memory, rig } = await balanced();
    await rig.break(['http', 'canary']);
    const recovered = await recover(rig, { memory });
    expect(recovered.plan.steps.find((each) => each.id === 'http.create')?.after).toEqual(['canary.create']);
    expect([trouble(recovered), losses(recovered), changed(before, recovered.after)]).toEqual([[], {}, {}]);
  });

  test('goes before that group in a rebuild', async () => {
    const { before, rig } = await balanced();
    const recovered = await recover(rig, { kind: 'rebuild' });
    expect(recovered.plan.steps.find((each) => each.id === 'canary.delete')?.after).toEqual(['http.delete']);
    expect([trouble(recovered), changed(before, recovered.after)]).toEqual([[], {}]);
  });

  test('keeps the group from being made anew, and the plan says what to do', async () => {
    const { rig } = await balanced();
    const other = rig.withPlaybook(playbookOf(pair(81)));
    const { plan } = await other.plan('repair', { accepted: ours(other) });
    expect(stepIds(plan)).toEqual([]);
    const part = plan.components.find((each) => each.id === 'canary');
    expect(part?.disposition).toBe('blocked');
    expect(part?.because).toContain('http: listener HTTP:80');
    expect(part?.because).toMatch(/let the playbook say so of http/i);

    const said =
      "forward: { targetGroups: [{ targetGroupArn: '${stable.arn}', weight: 80 }, { targetGroupArn: '${canary.arn}', weight: 20 }] }";
    const saying = rig.withPlaybook(playbookOf(pair(81, said)));
    const { report } = await saying.recover('repair', { accepted: ours(saying) });
    expect(unfinished(report)).toEqual([]);
  });
});

describe('a record whose health check the playbook does not say', () => {
  const checked = (check = '', record = ''): string => `${head('checked')}
components:
  check: { type: route53/health-check, spec: { protocol: HTTPS, fqdn: api.shop.example, disabled: true${check} } }
  record:
    type: route53/record
    spec:
      { zone: shop.example, name: api.shop.example, type: A, ttl: 60, values: [203.0.113.7], setIdentifier: one, weight: 10${record} }
`;

  async function routed(): Promise<World> {
    const rig = bareRig(playbookOf(checked()));
    const hands = new Hands(rig);
    const answer = await hands.dns.send(
      new CreateHealthCheckCommand({
        CallerReference: 'terraform',
        HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: 'api.shop.example', Port: 443, Disabled: true },
      }),
    );
    await hands.records('shop.example', {
      Name: 'api.shop.example',
      Type: 'A',
      TTL: 60,
      SetIdentifier: 'one',
      Weight: 10,
      HealthCheckId: answer.HealthCheck?.Id,
      ResourceRecords: [{ Value: '203.0.113.7' }],
    });
    return worldOf(rig, hands);
  }

  test('is made after that check', async () => {
    const { before, memory, rig } = await routed();
    await rig.break(['record', 'check']);
    const recovered = await recover(rig, { memory });
    expect([trouble(recovered), changed(before, recovered.after)]).toEqual([[], {}]);
  });

  test('keeps the check from being made anew, and the plan says what to do', async () => {
    const { rig } = await routed();
    const other = rig.withPlaybook(playbookOf(checked(', interval: 10')));
    const { plan } = await other.plan('repair', { accepted: ours(other) });
    expect(plan.components.find((each) => each.id === 'check')?.because).toMatch(/let the playbook say so of record/);

    const saying = rig.withPlaybook(playbookOf(checked(', interval: 10', ", healthCheck: '${check.id}'")));
    const { report } = await saying.recover('repair', { accepted: ours(saying) });
    expect(unfinished(report)).toEqual([]);
  });
});
