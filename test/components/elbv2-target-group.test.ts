// What is special about target groups: batches by name, attributes only when asked for, release after a listener.
import { CreateRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { listener } from '../../src/components/elbv2-listener/index.ts';
import { targetGroup } from '../../src/components/elbv2-target-group/index.ts';
import type { TargetGroupSpec } from '../../src/components/elbv2-target-group/schema.ts';
import type { Target } from '../../src/components/contract.ts';
import { presume } from '../../src/sandbox/index.ts';
import { elbv2Times } from '../../src/sandbox/services/elbv2/timings.ts';
import { bench, changing, establish, look, reading, settle, specOf, stateOf, type Bench } from '../helpers/aws.ts';
import { establishLoadBalancer, establishTargetGroup } from '../helpers/elbv2.ts';

function target(name: string, more: object = {}): Target<TargetGroupSpec> {
  const raw = { name, port: 8080, protocol: 'HTTP', vpc: 'vpc-1', healthCheck: { path: '/health' }, ...more };
  return { id: name, spec: specOf(targetGroup, raw) };
}

function readyBench(): Bench {
  const where = bench();
  presume(where.world, [{ kind: 'vpc', id: 'vpc-1' }]);
  return where;
}

function operations(where: Bench): string[] {
  return where.calls.map((call) => call.operation);
}

describe('observing target groups', () => {
  it('asks for 20 names a call and for tags 20 ARNs a call', async () => {
    const where = readyBench();
    const targets = Array.from({ length: 25 }, (_, index) => target(`group-${index}`));
    for (const each of targets) await targetGroup.create(each, changing(where, { id: each.id }));
    where.calls.length = 0;

    const seen = await targetGroup.observe(targets, reading(where));

    expect([...seen.values()].every((each) => each.kind === 'present')).toBe(true);
    expect(operations(where).sort()).toEqual([
      'DescribeTags',
      'DescribeTags',
      'DescribeTargetGroups',
      'DescribeTargetGroups',
    ]);
  });

  it('tells which of a batch is missing by one listing for all batches', async () => {
    const where = readyBench();
    const targets = Array.from({ length: 25 }, (_, index) => target(`group-${index}`));
    const missing = new Set(['group-3', 'group-24']);
    for (const each of targets) if (!missing.has(each.id)) await targetGroup.create(each, changing(where));
    where.calls.length = 0;

    const seen = await targetGroup.observe(targets, reading(where));

    for (const each of targets) expect(seen.get(each.id)?.kind).toBe(missing.has(each.id) ? 'absent' : 'present');
    // Two refused batches and one listing.
    expect(operations(where).filter((each) => each === 'DescribeTargetGroups')).toHaveLength(3);
  });

  it('reads attributes only for those whose spec names one, and compares only those', async () => {
    const where = readyBench();
    const plain = target('plain');
    const tuned = target('tuned', { deregistrationDelay: 10, attributes: { 'stickiness.enabled': 'true' } });
    await establish(targetGroup, plain, where);
    await establish(targetGroup, tuned, where);
    where.calls.length = 0;

    const seen = await targetGroup.observe([plain, tuned], reading(where));

    expect(operations(where).filter((each) => each === 'DescribeTargetGroupAttributes')).toHaveLength(1);
    const state = seen.get('tuned');
    if (state?.kind !== 'present') throw new Error('tuned is not there');
    expect(targetGroup.diff(target('tuned', { deregistrationDelay: 20 }).spec, state.state)).toEqual([
      { path: 'deregistrationDelay', desired: 20, actual: 10 },
    ]);
  });

  it('finds a shared one by its name alone', async () => {
    const where = readyBench();
    await establish(targetGroup, target('common'), where);
    const shared = { id: 'common', spec: specOf(targetGroup, { name: 'common' }) };
    const state = await stateOf(targetGroup, shared, where);
    expect(targetGroup.diff(shared.spec, state)).toEqual([]);
    expect(targetGroup.outputsOf(shared.spec, state, reading(where).scope)['arn']).toContain('targetgroup/common/');
  });
});

describe('changing target groups', () => {
  it('brings health check and attributes to the spec', async () => {
    const where = readyBench();
    const before = await establish(targetGroup, target('api'), where);
    const wanted = target('api', {
      healthCheck: { path: '/ready', port: 9000, interval: 10, timeout: 3, healthyThreshold: 2, matcher: '200-299' },
      deregistrationDelay: 15,
    });
    // The attribute was not asked for in the first look, so that the second one sees it.
    const state = await stateOf(targetGroup, wanted, where);
    const differences = targetGroup.diff(wanted.spec, state);
    expect(differences.map((each) => each.path)).toEqual([
      'healthCheck.path',
      'healthCheck.port',
      'healthCheck.interval',
      'healthCheck.timeout',
      'healthCheck.healthyThreshold',
      'healthCheck.matcher',
      'deregistrationDelay',
    ]);

    await targetGroup.update(wanted, state, differences, changing(where));

    const after = await settle(targetGroup, wanted, where, 'update');
    expect(after?.arn).toBe(before.arn);
    expect(after?.healthCheck).toMatchObject({ path: '/ready', port: '9000', interval: 10 });
  });

  it('is refused as a conflict while a listener forwards to it and shortly after, then deleted', async () => {
    const where = readyBench();
    const group = target('api');
    const state = await establish(targetGroup, group, where);
    const loadBalancer = await establishLoadBalancer('api', where);
    const raw = { loadBalancer, port: 80, protocol: 'HTTP', forwardTo: state.arn };
    const front = { id: 'listener', spec: specOf(listener, raw) };
    const frontState = await establish(listener, front, where);

    const refused = async (): Promise<string> => {
      try {
        await targetGroup.delete(group, state, changing(where));
        return 'deleted';
      } catch (error) {
        return classify(error).class;
      }
    };
    expect(await refused()).toBe('conflict');
    await listener.delete(front, frontState, changing(where));
    expect(await refused()).toBe('conflict');
    await where.clock.sleep(elbv2Times(where.world).targetGroupRelease);
    expect(await refused()).toBe('deleted');
    expect((await look(targetGroup, group, where)).kind).toBe('absent');
  });

  it('tells who holds it before it is deleted: the listener, and rules in no component', async () => {
    const where = readyBench();
    const group = target('api');
    const state = await establish(targetGroup, group, where);
    const held = async (): Promise<readonly (string | undefined)[]> => {
      const now = await stateOf(targetGroup, group, where);
      const found = (await targetGroup.safety.blockers?.(group, now, 'delete', reading(where))) ?? [];
      return found.map(({ id, what }) => `${what.split(',')[0] ?? ''} ${id === undefined ? '' : 'by its ARN'}`);
    };
    expect(await held()).toEqual([]);
    const loadBalancer = await establishLoadBalancer('edge', where);
    const raw = { loadBalancer, port: 80, protocol: 'HTTP', forwardTo: state.arn };
    const front = await establish(listener, { id: 'listener', spec: specOf(listener, raw) }, where);
    await where.aws.client(elbv2).send(
      new CreateRuleCommand({
        ListenerArn: front.arn,
        Priority: 11,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/basket/*'] } }],
        // One that gets no requests is held all the same.
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: state.arn, Weight: 0 },
                { TargetGroupArn: await establishTargetGroup('other', where), Weight: 1 },
              ],
            },
          },
        ],
      }),
    );
    expect(await held()).toEqual([
      'rule 11 of listener HTTP:80 of load balancer edge forwards to it by its ARN',
      'listener HTTP:80 of load balancer edge forwards to it by its ARN',
    ]);
  });

  it('keeps all attributes in the before-image', async () => {
    const where = readyBench();
    const group = target('api');
    const state = await establish(targetGroup, group, where);
    expect(await targetGroup.undo.capture?.(group, state, reading(where), false)).toMatchObject({
      description: { TargetGroupName: 'api', HealthCheckPath: '/health' },
      attributes: { 'deregistration_delay.timeout_seconds': '300' },
    });
  });
});

describe('the spec of a target group', () => {
  const refused = (more: object): unknown => {
    const answer = targetGroup.traits.schema.safeParse({ name: 'api', ...more });
    return answer.success ? 'accepted' : answer.error.issues.map((issue) => issue.path.join('.')).join();
  };

  it('refuses what AWS would refuse', () => {
    expect(refused({ name: 'a'.repeat(33) })).toBe('name');
    expect(refused({ name: 'api-' })).toBe('name');
    expect(refused({ healthCheck: { interval: 5, timeout: 5 } })).toBe('healthCheck.timeout');
    expect(refused({ deregistrationDelay: 5, attributes: { 'deregistration_delay.timeout_seconds': '6' } })).toBe(
      'deregistrationDelay',
    );
    expect(refused({ name: '${params.name}' })).toBe('accepted');
  });
});
