// What is special about listeners: found through their load balancer, three forms of one action, certificates.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import type { Target } from '../../src/components/contract.ts';
import { listener } from '../../src/components/elbv2-listener/index.ts';
import type { ListenerSpec } from '../../src/components/elbv2-listener/schema.ts';
import { loadBalancer } from '../../src/components/elbv2-load-balancer/index.ts';
import { actions as parts } from '../../src/components/elbv2-listener/parts.ts';
import { actionDifferences } from '../../src/components/kit/elbv2-action-diff.ts';
import { toAwsActions } from '../../src/components/kit/elbv2-action-input.ts';
import type { ActionSpec } from '../../src/components/kit/elbv2-action-spec.ts';
import { actionInSpec, forwardedTo } from '../../src/components/kit/elbv2-actions.ts';
import { presume } from '../../src/sandbox/index.ts';
import { bench, changing, establish, look, reading, settle, specOf, stateOf, type Bench } from '../helpers/aws.ts';
import { establishLoadBalancer, establishTargetGroup } from '../helpers/elbv2.ts';

const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-1111-1111-1111-111111111111';
const unavailable = { status: '503', contentType: 'text/plain', body: 'back soon' };

function target(raw: object, id = 'listener'): Target<ListenerSpec> {
  return { id, spec: specOf(listener, { port: 80, protocol: 'HTTP', ...raw }) };
}

function operations(where: Bench): string[] {
  return where.calls.map((call) => call.operation).sort();
}

describe('observing listeners', () => {
  it('costs one listing per load balancer and one call for the tags of all', async () => {
    const where = bench();
    const first = await establishLoadBalancer('first', where);
    const second = await establishLoadBalancer('second', where);
    const targets = [
      target({ loadBalancer: first, port: 80, fixedResponse: unavailable }, 'a'),
      target({ loadBalancer: first, port: 8080, fixedResponse: unavailable }, 'b'),
      target({ loadBalancer: second, port: 80, fixedResponse: unavailable }, 'c'),
    ];
    for (const each of targets) await establish(listener, each, where);
    const missing = target({ loadBalancer: second, port: 81, fixedResponse: unavailable }, 'd');
    where.calls.length = 0;

    const seen = await listener.observe([...targets, missing], reading(where));

    expect([...seen].map(([id, each]) => `${id} ${each.kind}`).sort()).toEqual([
      'a present',
      'b present',
      'c present',
      'd absent',
    ]);
    expect(operations(where)).toEqual(['DescribeListeners', 'DescribeListeners', 'DescribeTags']);
  });

  it('knows that a listener is gone with its load balancer, and tells other failures apart', async () => {
    const where = bench();
    const first = await establishLoadBalancer('first', where);
    const second = await establishLoadBalancer('second', where);
    const gone = target({ loadBalancer: first, fixedResponse: unavailable }, 'gone');
    const there = target({ loadBalancer: second, fixedResponse: unavailable }, 'there');
    await establish(listener, gone, where);
    await establish(listener, there, where);
    const balancer = { id: 'lb', spec: specOf(loadBalancer, { name: 'first', subnets: ['subnet-a1', 'subnet-b1'] }) };
    await loadBalancer.delete(balancer, await stateOf(loadBalancer, balancer, where), changing(where));
    where.faults.add({ operation: 'DescribeListeners', resource: second, kind: 'access-denied' });

    const seen = await listener.observe([gone, there], reading(where));

    expect(seen.get('gone')).toMatchObject({ kind: 'absent', detail: `${first} does not exist` });
    expect(seen.get('there')).toMatchObject({ kind: 'unknown', reason: 'denied' });
  });
});

describe('changing listeners', () => {
  it('makes each form of action so that nothing differs afterwards', async () => {
    const where = bench();
    const arn = await establishLoadBalancer('api', where);
    const forwardTo = await establishTargetGroup('api', where);
    const forms = [{ forwardTo }, { fixedResponse: unavailable }, { redirect: { protocol: 'HTTPS', port: '443' } }];
    for (const [index, form] of forms.entries()) {
      // `establish` waits until the diff is empty.
      await establish(listener, target({ loadBalancer: arn, port: 8000 + index, ...form }, `port-${index}`), where);
    }
  });

  it('turns HTTP into HTTPS together with its certificate, and a redirect into a forward', async () => {
    const where = bench();
    presume(where.world, [{ kind: 'certificate', arn: certificate }]);
    const arn = await establishLoadBalancer('api', where);
    const forwardTo = await establishTargetGroup('api', where);
    const before = await establish(listener, target({ loadBalancer: arn, redirect: { host: 'elsewhere' } }), where);
    const wanted = target({ loadBalancer: arn, protocol: 'HTTPS', certificate, forwardTo });
    const differences = listener.diff(wanted.spec, before);
    expect(differences.map((each) => each.path)).toEqual(['protocol', 'certificate', 'forwardTo', 'redirect']);
    expect(listener.traits.immutable).not.toContain('protocol');

    await listener.update(wanted, before, differences, changing(where));

    const after = await settle(listener, wanted, where, 'update');
    if (after === undefined) throw new Error('the listener is gone');
    expect(after.arn).toBe(before.arn);
    expect(listener.describe(after)).toBe('HTTPS:80, forwards to api');
    expect(await listener.undo.capture?.(wanted, after, reading(where), false)).toMatchObject({
      certificates: [{ CertificateArn: certificate }],
    });
  });

  it('does not take over a listener with other settings on its port', async () => {
    const where = bench();
    const arn = await establishLoadBalancer('api', where);
    await establish(listener, target({ loadBalancer: arn, fixedResponse: unavailable }), where);
    const other = target({ loadBalancer: arn, fixedResponse: { status: '404' } });
    const error: unknown = await listener.create(other, changing(where)).catch((reason: unknown) => reason);
    expect(classify(error)).toMatchObject({ class: 'invalid', code: 'DuplicateListener' });
  });

  it('treats a missing certificate as something that no waiting brings', async () => {
    const where = bench();
    const arn = await establishLoadBalancer('api', where);
    const raw = { loadBalancer: arn, protocol: 'HTTPS', certificate, fixedResponse: unavailable };
    const error: unknown = await listener.create(target(raw), changing(where)).catch((reason: unknown) => reason);
    expect(classify(error)).toMatchObject({ class: 'not-found', code: 'CertificateNotFound' });
  });

  it('keeps the rules, which go with a deleted listener, in the before-image', async () => {
    const where = bench();
    const arn = await establishLoadBalancer('api', where);
    const piece = target({ loadBalancer: arn, fixedResponse: unavailable });
    const state = await establish(listener, piece, where);
    expect(await listener.undo.capture?.(piece, state, reading(where), true)).toMatchObject({
      description: { Port: 80 },
      rules: [{ Priority: 'default', IsDefault: true }],
    });
    await listener.delete(piece, state, changing(where));
    await listener.delete(piece, state, changing(where));
    expect((await look(listener, piece, where)).kind).toBe('absent');
  });
});

describe('actions', () => {
  const group = (name: string): string => `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/1`;
  const weighted = (weights: Readonly<Record<string, number>>) => [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: Object.entries(weights).map(([name, Weight]) => ({ TargetGroupArn: group(name), Weight })),
      },
    },
  ];

  const differences = (spec: ActionSpec, there: readonly Action[]) =>
    actionDifferences(spec, there, parts, 'defaultActions');
  const sent = (spec: ActionSpec, existing: readonly Action[]) =>
    toAwsActions(parts, { spec, whole: false, existing, word: 'defaultActions' });

  it('leave the idle group of a blue/green deployment aside', () => {
    expect(differences({ forwardTo: group('blue') }, weighted({ blue: 100, green: 0 }))).toEqual([]);
    expect(differences({ forwardTo: group('blue') }, weighted({ blue: 0, green: 100 }))).toEqual([
      { path: 'forwardTo', desired: group('blue'), actual: group('green') },
    ]);
    expect(forwardedTo(weighted({ blue: 50, green: 50 }))).toEqual([group('blue'), group('green')]);
  });

  it('keep weights that were set beside the group that is wanted', () => {
    const canary = weighted({ blue: 90, green: 10 });
    expect(differences({ forwardTo: group('blue') }, canary)).toEqual([]);
    expect(differences({ forwardTo: group('red') }, canary)).toMatchObject([{ path: 'forwardTo' }]);
    const weights = (spec: ActionSpec, there: readonly Action[]) =>
      sent(spec, there)?.[0]?.ForwardConfig?.TargetGroups?.map((each) => `${each.TargetGroupArn ?? ''} ${each.Weight}`);
    // The other way round, so that the pair stays a pair.
    expect(weights({ forwardTo: group('blue') }, weighted({ blue: 0, green: 100 }))).toEqual([
      `${group('blue')} 100`,
      `${group('green')} 0`,
    ]);
    expect(weights({ forwardTo: group('red') }, weighted({ blue: 100, green: 0 }))).toEqual([
      `${group('red')} 100`,
      `${group('green')} 0`,
    ]);
  });

  it('keep an authentication that comes before them', () => {
    const login = { Type: 'authenticate-oidc' as const, Order: 1, AuthenticateOidcConfig: oidc };
    const actions = [login, { ...weighted({ blue: 1 })[0], Type: 'forward' as const, Order: 2 }];
    expect(differences({ forwardTo: group('blue') }, actions)).toEqual([]);
    expect(sent({ forwardTo: group('green') }, actions)).toEqual([
      { ...login, AuthenticateOidcConfig: { ...oidc, UseExistingClientSecret: true } },
      { Type: 'forward', TargetGroupArn: group('green'), Order: 2 },
    ]);
  });

  it('are not made without the client secret, which AWS does not tell', () => {
    const login = { Type: 'authenticate-oidc' as const, AuthenticateOidcConfig: oidc };
    const spec = { forwardTo: group('blue'), ...actionInSpec([login], parts) };
    expect(() => toAwsActions(parts, { spec, whole: true, word: 'defaultActions' })).toThrow(
      'authenticateOidc.clientSecret',
    );
  });

  it('may be told as the list that AWS has, in its order', () => {
    const list = [
      {
        type: 'jwt-validation',
        order: 1,
        jwtValidationConfig: { issuer: 'https://a', jwksEndpoint: 'https://a/keys' },
      },
      { type: 'authenticate-oidc', order: 2, authenticateOidcConfig: { issuer: oidc.Issuer, clientSecret: 'secret' } },
      {
        type: 'forward',
        order: 3,
        forwardConfig: {
          targetGroups: [{ targetGroupArn: group('blue'), weight: 9 }, { targetGroupArn: group('green') }],
          targetGroupStickinessConfig: { enabled: true, durationSeconds: 60 },
        },
      },
    ];
    const spec = { defaultActions: list } as ActionSpec;
    const made = sent(spec, []) ?? [];
    expect(made.map((each) => each.Type)).toEqual(['jwt-validation', 'authenticate-oidc', 'forward']);
    expect(made[2]?.ForwardConfig).toMatchObject({
      TargetGroups: [{ Weight: 9 }, { TargetGroupArn: group('green') }],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
    });
    expect(differences(spec, made)).toEqual([]);
    const swapped = made.map((each, index) => ({ ...each, Order: [2, 1, 3][index] }));
    const found = differences(spec, swapped);
    expect(found).toMatchObject([{ path: 'defaultActions' }]);
    expect(JSON.stringify(found)).not.toContain('secret"');
  });

  const oidc = {
    Issuer: 'https://login.example',
    AuthorizationEndpoint: 'https://login.example/authorize',
    TokenEndpoint: 'https://login.example/token',
    UserInfoEndpoint: 'https://login.example/user',
    ClientId: 'api',
  };
});

describe('the spec of a listener', () => {
  const refused = (raw: object): string => {
    const base = { loadBalancer: '${load-balancer.arn}', port: 443 };
    const answer = listener.traits.schema.safeParse({ ...base, ...raw });
    return answer.success ? 'accepted' : answer.error.issues.map((issue) => issue.path.join('.')).join();
  };

  it('refuses two actions, and certificates where none belongs or one lacks', () => {
    expect(refused({ protocol: 'HTTP', fixedResponse: unavailable, redirect: {} })).toBe('forwardTo');
    expect(refused({ protocol: 'HTTPS', fixedResponse: unavailable })).toBe('certificate');
    expect(refused({ protocol: 'HTTP', certificate, fixedResponse: unavailable })).toBe('certificate');
    expect(refused({ protocol: 'HTTPS', certificate, forwardTo: '${target-group.arn}' })).toBe('accepted');
    // A shared one is named by its place alone.
    expect(refused({})).toBe('accepted');
  });
});
