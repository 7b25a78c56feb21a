// What is special about health checks: they have no names, and their tags come in a call of their own.
import {
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  ListHealthChecksCommand,
  UpdateHealthCheckCommand,
  type HealthCheckConfig,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { ownerTags, type Tags, type Target } from '../../src/components/contract.ts';
import { listener } from '../../src/components/elbv2-listener/index.ts';
import { loadBalancer } from '../../src/components/elbv2-load-balancer/index.ts';
import { healthCheck } from '../../src/components/route53-health-check/index.ts';
import { callerReference, referencePrefix } from '../../src/components/route53-health-check/reference.ts';
import type { HealthCheckSpec } from '../../src/components/route53-health-check/schema.ts';
import { record } from '../../src/components/route53-record/index.ts';
import { presume } from '../../src/sandbox/index.ts';
import { route53Times } from '../../src/sandbox/services/route53/timings.ts';
import {
  bench,
  changing,
  establish,
  look,
  reading,
  scope,
  settle,
  specOf,
  stateOf,
  type Bench,
} from '../helpers/aws.ts';
import { establishLoadBalancer } from '../helpers/elbv2.ts';

const fqdn = 'api.wonderland.example';

function target(more: object = {}, id = 'health-check'): Target<HealthCheckSpec> {
  return { id, spec: specOf(healthCheck, { fqdn, protocol: 'HTTPS', path: '/health', ...more }) };
}

const alike: HealthCheckConfig = { Type: 'HTTPS', FullyQualifiedDomainName: fqdn, Port: 443, ResourcePath: '/health' };

/** Someone else at work: makes a health check without relight; its id. */
async function make(where: Bench, reference: string, tags?: Tags, config = alike): Promise<string> {
  const answer = await where.aws
    .client(route53)
    .send(new CreateHealthCheckCommand({ CallerReference: reference, HealthCheckConfig: config }));
  const id = answer.HealthCheck?.Id ?? '';
  if (tags !== undefined) {
    const AddTags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await where.aws
      .client(route53)
      .send(new ChangeTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId: id, AddTags }));
  }
  return id;
}

async function count(where: Bench): Promise<number> {
  return (await where.aws.client(route53).send(new ListHealthChecksCommand({}))).HealthChecks?.length ?? 0;
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return classify(error).code;
  }
}

const ours = { [ownerTags.playbook]: scope.playbook, [ownerTags.component]: 'health-check' };

describe('finding a health check', () => {
  it('that was made and not yet tagged, by its caller reference', async () => {
    const where = bench();
    where.faults.add({ operation: 'ChangeTagsForResource', kind: 'error-500' });
    const wanted = target();
    expect(await failureOf(healthCheck.create(wanted, changing(where)))).not.toBe('none');
    where.faults.clear();
    // Even with an endpoint that is not known yet, which no configuration can match.
    for (const spec of [wanted.spec, target({ fqdn: '${cname.fqdn}' }).spec]) {
      expect(await look(healthCheck, { ...wanted, spec }, where)).toMatchObject({ kind: 'present', tags: {} });
    }
    expect((await look(healthCheck, target({}, 'another'), where)).kind).toBe('present');
    expect((await look(healthCheck, target({ fqdn: '${cname.fqdn}' }, 'another'), where)).kind).toBe('absent');
  });

  it('by what it checks, when nobody owns it', async () => {
    const where = bench();
    const id = await make(where, 'by hand');
    await make(where, 'other path', undefined, { ...alike, ResourcePath: '/other' });
    await make(where, 'other port', undefined, { ...alike, Port: 8443 });
    await make(where, 'other type', undefined, { Type: 'TCP', FullyQualifiedDomainName: fqdn, Port: 443 });
    expect(await look(healthCheck, target({ fqdn: 'API.wonderland.example.' }), where)).toMatchObject({
      kind: 'present',
      state: { id },
      tags: {},
    });
  });

  it('not when several fit that nobody owns: their ids are named', async () => {
    const where = bench();
    const ids = [await make(where, 'first'), await make(where, 'second')];
    const seen = await look(healthCheck, target(), where);
    expect(seen).toMatchObject({ kind: 'unknown', reason: 'invalid' });
    for (const id of ids) expect(seen.kind === 'unknown' && seen.detail).toContain(id);

    // Tagging one, as the message says, settles it.
    const [first = ''] = ids;
    const AddTags = Object.entries(ours).map(([Key, Value]) => ({ Key, Value }));
    const tagging = { ResourceType: 'healthcheck', ResourceId: first, AddTags } as const;
    await where.aws.client(route53).send(new ChangeTagsForResourceCommand(tagging));
    expect(await look(healthCheck, target(), where)).toMatchObject({
      kind: 'present',
      state: { id: first },
      tags: ours,
    });
  });

  it('not when one that nobody owns asks more than is said: it may be somebody else’s, and another one is made beside it', async () => {
    const where = bench();
    const more: HealthCheckConfig = { ...alike, Type: 'HTTPS_STR_MATCH', SearchString: 'ok', FailureThreshold: 2 };
    const id = await make(where, 'theirs', undefined, more);
    const little: Target<HealthCheckSpec> = { id: 'little', spec: specOf(healthCheck, { fqdn, protocol: 'HTTPS' }) };
    const by =
      `health check ${id}, which asks more (path: /health, searchString: ok); the playbook has to say that if it is this ` +
      'component';
    const taken = { place: `the check of ${fqdn}`, by, instead: 'beside it' };
    expect(await look(healthCheck, little, where)).toMatchObject({ kind: 'absent', taken });

    // Said, as the words have it, it is found with all else that it has.
    const said = await look(healthCheck, target({ searchString: 'ok' }), where);
    expect(said).toMatchObject({ kind: 'present', state: { id, failureThreshold: 2 } });

    await establish(healthCheck, little, where);
    expect(await count(where)).toBe(2);
    expect(await look(healthCheck, little, where)).toMatchObject({ kind: 'present', state: { path: undefined } });
  });

  it('not when it belongs to another playbook or component', async () => {
    const where = bench();
    await make(where, 'theirs', { ...ours, [ownerTags.playbook]: 'another' });
    await make(where, 'sibling', { ...ours, [ownerTags.component]: 'sibling' });
    expect((await look(healthCheck, target(), where)).kind).toBe('absent');
  });

  it('among hundreds, asking for the tags of those that may be meant only', async () => {
    const where = bench();
    for (let index = 0; index < 120; index += 1) {
      await make(where, `n${index}`, undefined, { ...alike, FullyQualifiedDomainName: `n${index}.example` });
    }
    const targets = Array.from({ length: 12 }, (_, index) => target({ fqdn: `n${index}.example` }, `check-${index}`));
    where.calls.length = 0;
    const seen = await healthCheck.observe(targets, reading(where));
    expect([...seen.values()].every((each) => each.kind === 'present')).toBe(true);
    expect(where.calls.map((call) => call.operation)).toEqual([
      'ListHealthChecks',
      'ListHealthChecks',
      'ListTagsForResources',
      'ListTagsForResources',
    ]);
  });

  it('is unknown for those alone whose tags cannot be read', async () => {
    const where = bench();
    const id = await make(where, 'by hand');
    where.faults.add({ operation: 'ListTagsForResources', kind: 'access-denied' });
    const seen = await healthCheck.observe([target(), target({ fqdn: 'none.example' }, 'none')], reading(where));
    expect(id).not.toBe('');
    expect(seen.get('health-check')).toMatchObject({ kind: 'unknown', reason: 'denied' });
    expect(seen.get('none')?.kind).toBe('absent');
  });
});

describe('changing a health check', () => {
  it('makes one, however often it is begun; a later run sees that it is there', async () => {
    const where = bench();
    const wanted = target();
    const first = await healthCheck.create(wanted, changing(where, { token: 'run1', id: wanted.id }));
    expect(await healthCheck.create(wanted, changing(where, { token: 'run1', id: wanted.id }))).toEqual(first);
    expect(await stateOf(healthCheck, wanted, where)).toMatchObject({ id: first['healthCheckId'] });
    expect(await count(where)).toBe(1);
    expect(await settle(healthCheck, wanted, where, 'create', first)).toMatchObject({ interval: 30 });
  });

  it('tags one that was made and whose tags never came', async () => {
    const where = bench();
    const wanted = target();
    await healthCheck.create(wanted, changing(where, { tags: {} })).catch(() => undefined);
    const state = await stateOf(healthCheck, wanted, where);
    const differences = healthCheck.diff(wanted.spec, state);
    expect(differences.map((each) => each.path)).toEqual(['tags']);
    await healthCheck.update(wanted, state, differences, changing(where, { id: wanted.id }));
    expect(healthCheck.diff(wanted.spec, await stateOf(healthCheck, wanted, where))).toEqual([]);
    expect(await count(where)).toBe(1);
  });

  it('makes another one after a delete, since AWS remembers the old reference', async () => {
    const where = bench();
    const wanted = target();
    const state = await establish(healthCheck, wanted, where);
    await healthCheck.delete(wanted, state, changing(where));
    await healthCheck.delete(wanted, state, changing(where));
    expect(await failureOf(healthCheck.create(wanted, changing(where)))).toBe('HealthCheckAlreadyExists');
    expect(await failureOf(healthCheck.create(wanted, changing(where, { token: 'run2-step1-1' })))).toBe('none');
    expect((await stateOf(healthCheck, wanted, where)).id).not.toBe(state.id);
  });

  it('sets and resets fields in place', async () => {
    const where = bench();
    const before = await establish(healthCheck, target({ ipAddress: '198.51.100.7', inverted: true }), where);
    const wanted = target({
      ipAddress: '198.51.100.7',
      path: undefined,
      fqdn: undefined,
      failureThreshold: 5,
      port: 8443,
    });
    const differences = healthCheck.diff(wanted.spec, before);
    // What is not said stays.
    expect(differences.map((each) => each.path)).toEqual(['port', 'failureThreshold']);
    const away = ['fqdn', 'path', 'inverted'].map((path) => ({ path, desired: undefined, actual: 'x' }));
    await healthCheck.update(wanted, before, [...differences, ...away], changing(where));
    const after = await settle(healthCheck, wanted, where, 'update');
    expect(after).toMatchObject({ id: before.id, version: 2, fqdn: undefined, path: undefined, inverted: false });
  });

  it('does not overwrite a change that it has not seen', async () => {
    const where = bench();
    const before = await establish(healthCheck, target(), where);
    await where.aws
      .client(route53)
      .send(new UpdateHealthCheckCommand({ HealthCheckId: before.id, FailureThreshold: 7 }));
    const wanted = target({ failureThreshold: 5 });
    const update = healthCheck.update(wanted, before, healthCheck.diff(wanted.spec, before), changing(where));
    expect(await failureOf(update)).toBe('HealthCheckVersionMismatch');
  });

  it('replaces it where AWS cannot change it: a searched answer is a type of its own', async () => {
    const where = bench();
    const before = await establish(healthCheck, target(), where);
    const differences = healthCheck.diff(target({ searchString: 'ok' }).spec, before);
    expect(differences).toContainEqual({ path: 'protocol', desired: 'HTTPS_STR_MATCH', actual: 'HTTPS' });
    expect(healthCheck.traits.immutable).toContain('protocol');
    await establish(healthCheck, target({ searchString: 'ok' }, 'searching'), where);
  });
});

describe('verifying a health check', () => {
  const zone = 'wonderland.example';

  /** A listener that answers 200 by itself behind the name that is checked. */
  async function answeringBench(): Promise<Bench> {
    const where = bench();
    presume(where.world, [{ kind: 'hosted-zone', name: zone }]);
    const arn = await establishLoadBalancer('api', where);
    const front = { loadBalancer: arn, port: 80, protocol: 'HTTP', fixedResponse: { status: '200', body: 'ok' } };
    await establish(listener, { id: 'listener', spec: specOf(listener, front) }, where);
    const balancer = { id: 'lb', spec: specOf(loadBalancer, { name: 'api', subnets: ['subnet-a1', 'subnet-b1'] }) };
    const { dnsName } = await stateOf(loadBalancer, balancer, where);
    const raw = { zone, name: fqdn, type: 'CNAME', ttl: 60, values: [dnsName] };
    await establish(record, { id: 'cname', spec: specOf(record, raw) }, where);
    return where;
  }

  it('waits for the first reports and believes them', async () => {
    const where = await answeringBench();
    const good = target({ protocol: 'HTTP' }, 'good');
    const bad = target({ protocol: 'HTTP', port: 81 }, 'bad');
    const inverted = target({ protocol: 'HTTP', port: 82, inverted: true }, 'inverted');
    const verify = async (piece: Target<HealthCheckSpec>): Promise<unknown> =>
      healthCheck.time.verify?.(piece, await stateOf(healthCheck, piece, where), reading(where));
    for (const each of [good, bad, inverted]) await establish(healthCheck, each, where);
    expect(await verify(good)).toEqual({ kind: 'pending', detail: 'no checker has reported yet' });

    await where.clock.sleep(route53Times(where.world).healthCheckFirstStatus);

    expect(await verify(good)).toEqual({ kind: 'done' });
    expect(await verify(inverted)).toEqual({ kind: 'done' });
    expect(await verify(bad)).toMatchObject({
      kind: 'pending',
      detail: expect.stringMatching(/^0 of 16 checkers pass: Failure/) as unknown,
    });
  });

  it('asks nothing of a disabled one', async () => {
    const where = bench();
    const off = target({ disabled: true });
    const state = await establish(healthCheck, off, where);
    expect(await healthCheck.time.verify?.(off, state, reading(where))).toEqual({ kind: 'done' });
  });
});

describe('caller references', () => {
  it('fit into AWS’s 64 characters with the longest token', () => {
    expect(
      callerReference({ playbook: scope.playbook, component: 'health-check' }, 'x'.repeat(36)).length,
    ).toBeLessThanOrEqual(64);
  });

  it('tell playbooks and components apart', () => {
    const prefixes = [
      referencePrefix({ playbook: 'a', component: 'b' }),
      referencePrefix({ playbook: 'b', component: 'a' }),
      referencePrefix({ playbook: 'ab', component: '' }),
      referencePrefix({ playbook: '', component: 'ab' }),
    ];
    expect(new Set(prefixes).size).toBe(4);
  });
});

describe('the spec of a health check', () => {
  const refused = (raw: object): string => {
    const answer = healthCheck.traits.schema.safeParse(raw);
    return answer.success ? 'accepted' : answer.error.issues.map((issue) => issue.path.join('.')).join();
  };

  it('refuses what AWS would refuse', () => {
    expect(refused({ protocol: 'HTTP' })).toBe('fqdn');
    expect(refused({ protocol: 'TCP', fqdn })).toBe('port');
    expect(refused({ protocol: 'TCP', fqdn, port: 1, path: '/x' })).toBe('path');
    expect(refused({ protocol: 'TCP', fqdn, port: 1, ipAddress: '192.0.2.1' })).toBe('ipAddress');
    expect(refused({ protocol: 'HTTP', fqdn, path: 'x' })).toBe('path');
    expect(refused({ protocol: 'HTTP', fqdn, interval: 20 })).toBe('interval');
    expect(refused({ protocol: 'HTTP', fqdn, regions: ['eu-west-1'] })).toBe('regions');
    expect(refused({ protocol: 'HTTPS', fqdn: '${cname.fqdn}', port: 443, path: '/health' })).toBe('accepted');
    expect(refused({ protocol: 'CALCULATED', healthThreshold: 1 })).toBe('childHealthChecks');
    expect(refused({ protocol: 'CALCULATED', healthThreshold: 1, childHealthChecks: ['a'], fqdn })).toBe('fqdn');
    expect(refused({ protocol: 'CLOUDWATCH_METRIC' })).toBe('alarmIdentifier');
    expect(refused({ protocol: 'RECOVERY_CONTROL' })).toBe('routingControlArn');
    expect(refused({ protocol: 'HTTP', fqdn, routingControlArn: 'arn' })).toBe('routingControlArn');
  });
});
