// Load balancers, target groups, listeners and rules that others have set up in full: a recovery by a playbook that says only
// what it must leaves every setting there.
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { presume } from '../../src/sandbox/index.ts';
import { accepting } from '../helpers/accepting.ts';
import { playbookOf, seededRig, unfinished, type Rig } from '../helpers/rig.ts';

const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';
const further = certificate.replace('1111', '9999');

function shopText(): string {
  return `
apiVersion: relight/v1
kind: Playbook
metadata: { name: shop }
target: { account: '123456789012', region: eu-west-1 }
components:
  balancer: { type: elbv2/load-balancer, spec: { name: shop, subnets: [subnet-a1, subnet-b1] } }
  group: { type: elbv2/target-group, spec: { name: shop, port: 8080, protocol: HTTP, vpc: vpc-1, healthCheck: { path: /health } } }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '\${balancer.arn}', port: 443, protocol: HTTPS, certificate: '${certificate}', forwardTo: '\${group.arn}' }
  rule:
    type: elbv2/listener-rule
    spec: { listener: '\${listener.arn}', priority: 10, conditions: { hostHeader: [shop.example] }, forwardTo: '\${group.arn}' }
`;
}

const playbook = playbookOf(shopText());

const cognito = {
  Type: 'authenticate-cognito' as const,
  Order: 1,
  AuthenticateCognitoConfig: {
    UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_1',
    UserPoolClientId: 'client',
    UserPoolDomain: 'login',
    SessionCookieName: 'shop',
    Scope: 'openid email',
    SessionTimeout: 3600,
    AuthenticationRequestExtraParams: { prompt: 'login' },
    OnUnauthenticatedRequest: 'deny' as const,
  },
};

const oidc = {
  Type: 'authenticate-oidc' as const,
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: 'https://login.example',
    AuthorizationEndpoint: 'https://login.example/authorize',
    TokenEndpoint: 'https://login.example/token',
    UserInfoEndpoint: 'https://login.example/user',
    ClientId: 'shop',
    ClientSecret: 'never-told',
  },
};

const jwt = {
  Type: 'jwt-validation' as const,
  Order: 2,
  JwtValidationConfig: {
    JwksEndpoint: 'https://login.example/keys',
    Issuer: 'https://login.example',
    AdditionalClaims: [{ Format: 'string-array' as const, Name: 'roles', Values: ['buyer', 'seller'] }],
  },
};

function forward(weights: Readonly<Record<string, number>>, Order = 3): elb.Action {
  return {
    Type: 'forward',
    Order,
    ForwardConfig: {
      TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 },
    },
  };
}

/** Milliseconds. */
const untilActive = 600_000;

interface Made {
  readonly rig: Rig;
  readonly arns: Readonly<Record<'balancer' | 'group' | 'canary' | 'listener' | 'rule', string>>;
}

const attributes = {
  balancer: { 'idle_timeout.timeout_seconds': '300', 'routing.http2.enabled': 'false' },
  group: { 'stickiness.enabled': 'true', 'slow_start.duration_seconds': '60' },
  listener: { 'routing.http.response.x_frame_options.header_value': 'DENY' },
};

function listed(map: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(map).map(([Key, Value]) => ({ Key, Value }));
}

/** Made by a client, with every member of its input set and the playbook's tags. */
async function made(login: elb.Action = cognito): Promise<Made> {
  const rig = await seededRig(playbook);
  presume(rig.world, [
    { kind: 'certificate', arn: further },
    { kind: 'subnet', id: 'subnet-c1' },
  ]);
  const client = rig.operator.client(elbv2);
  const tags = (component: string): elb.Tag[] =>
    listed({ 'relight:playbook': 'shop', 'relight:component': component, team: 'checkout' });
  const balancers = await client.send(
    new elb.CreateLoadBalancerCommand({
      Name: 'shop',
      Subnets: ['subnet-a1', 'subnet-b1'],
      Scheme: 'internal',
      IpAddressType: 'dualstack',
      CustomerOwnedIpv4Pool: 'ipv4pool-coip-1',
      IpamPools: { Ipv4IpamPoolId: 'ipam-pool-1' },
      EnablePrefixForIpv6SourceNat: 'on',
      Tags: tags('balancer'),
    }),
  );
  const LoadBalancerArn = balancers.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  await client.send(
    new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: listed(attributes.balancer) }),
  );
  await client.send(
    new elb.ModifyCapacityReservationCommand({ LoadBalancerArn, MinimumLoadBalancerCapacity: { CapacityUnits: 200 } }),
  );
  const group = async (Name: string, component: string): Promise<string> => {
    const groups = await client.send(
      new elb.CreateTargetGroupCommand({
        Name,
        Port: 8080,
        Protocol: 'HTTP',
        ProtocolVersion: 'GRPC',
        VpcId: 'vpc-1',
        TargetType: 'instance',
        IpAddressType: 'ipv6',
        HealthCheckEnabled: true,
        HealthCheckPath: '/health',
        HealthCheckPort: '9000',
        HealthCheckProtocol: 'HTTP',
        HealthCheckIntervalSeconds: 20,
        HealthCheckTimeoutSeconds: 7,
        HealthyThresholdCount: 4,
        UnhealthyThresholdCount: 6,
        Matcher: { GrpcCode: '0-12' },
        Tags: component === '' ? undefined : tags(component),
      }),
    );
    const TargetGroupArn = groups.TargetGroups?.[0]?.TargetGroupArn ?? '';
    await client.send(
      new elb.ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: listed(attributes.group) }),
    );
    return TargetGroupArn;
  };
  const [own, canary] = [await group('shop', 'group'), await group('canary', '')];
  const actions = [login, jwt, forward({ [own]: 90, [canary]: 10 })];
  const listeners = await client.send(
    new elb.CreateListenerCommand({
      LoadBalancerArn,
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: certificate }],
      MutualAuthentication: { Mode: 'passthrough' },
      DefaultActions: actions,
      Tags: tags('listener'),
    }),
  );
  const ListenerArn = listeners.Listeners?.[0]?.ListenerArn ?? '';
  await client.send(
    new elb.AddListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn: further }] }),
  );
  await client.send(new elb.ModifyListenerAttributesCommand({ ListenerArn, Attributes: listed(attributes.listener) }));
  const rules = await client.send(
    new elb.CreateRuleCommand({
      ListenerArn,
      Priority: 10,
      Conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example'] } },
        { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/api/v[0-9]+/'] } },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Tier', Values: ['gold'] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'beta' }] } },
      ],
      Actions: actions,
      Transforms: [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/api', Replace: '/' }] } }],
      Tags: tags('rule'),
    }),
  );
  const RuleArn = rules.Rules?.[0]?.RuleArn ?? '';
  await rig.clock.sleep(untilActive);
  return { rig, arns: { balancer: LoadBalancerArn, group: own, canary, listener: ListenerArn, rule: RuleArn } };
}

/** All that AWS tells of the four, without what it makes up for each new piece. */
async function portrait({ rig }: Pick<Made, 'rig'>): Promise<unknown> {
  const client = rig.operator.client(elbv2);
  const [balancer] = (await client.send(new elb.DescribeLoadBalancersCommand({ Names: ['shop'] }))).LoadBalancers ?? [];
  const [group] = (await client.send(new elb.DescribeTargetGroupsCommand({ Names: ['shop'] }))).TargetGroups ?? [];
  const at = { LoadBalancerArn: balancer?.LoadBalancerArn };
  const [listener] = (await client.send(new elb.DescribeListenersCommand(at))).Listeners ?? [];
  const on = { ListenerArn: listener?.ListenerArn };
  const of = { TargetGroupArn: group?.TargetGroupArn };
  const arns = [at.LoadBalancerArn, of.TargetGroupArn, on.ListenerArn].flatMap((each) => each ?? []);
  const rules = (await client.send(new elb.DescribeRulesCommand(on))).Rules ?? [];
  const all = {
    balancer: { ...balancer, CreatedTime: undefined, DNSName: undefined },
    balancerAttributes: (await client.send(new elb.DescribeLoadBalancerAttributesCommand(at))).Attributes,
    reserved: (await client.send(new elb.DescribeCapacityReservationCommand(at))).MinimumLoadBalancerCapacity,
    group,
    groupAttributes: (await client.send(new elb.DescribeTargetGroupAttributesCommand(of))).Attributes,
    listener,
    listenerAttributes: (await client.send(new elb.DescribeListenerAttributesCommand(on))).Attributes,
    certificates: (await client.send(new elb.DescribeListenerCertificatesCommand(on))).Certificates,
    rules,
    tags: (
      await client.send(
        new elb.DescribeTagsCommand({ ResourceArns: [...arns, ...rules.flatMap((each) => each.RuleArn ?? [])] }),
      )
    ).TagDescriptions?.map(({ Tags }) => Tags?.map(({ Key, Value }) => `${Key}=${Value}`).sort()),
  };
  return JSON.parse(JSON.stringify(all).replaceAll(/\/[0-9a-f]{16}/g, '/id')) as unknown;
}

describe('pieces that a client has set up in full', () => {
  it('are in sync with a playbook that says only what it must, but for what it says otherwise', async () => {
    const { rig } = await made();
    const assessments = await rig.status();
    expect([...assessments.values()].map((each) => `${each.id} ${each.verdict}`)).toEqual([
      'balancer healthy',
      'group healthy',
      'listener healthy',
      'rule healthy',
    ]);
  });

  it('keep every setting when a drift is repaired', async () => {
    const there = await made();
    const before = await portrait(there);
    const { arns, rig } = there;
    const client = rig.operator.client(elbv2);
    await client.send(
      new elb.SetSubnetsCommand({ LoadBalancerArn: arns.balancer, Subnets: ['subnet-a1', 'subnet-b1', 'subnet-c1'] }),
    );
    await client.send(new elb.ModifyTargetGroupCommand({ TargetGroupArn: arns.group, HealthCheckPath: '/wrong' }));
    // The weight has wandered off to the canary; who puts that right keeps the pair.
    await client.send(
      new elb.ModifyListenerCommand({
        ListenerArn: arns.listener,
        DefaultActions: [cognito, jwt, forward({ [arns.group]: 0, [arns.canary]: 100 })],
      }),
    );
    const conditions = (await client.send(new elb.DescribeRulesCommand({ RuleArns: [arns.rule] }))).Rules?.[0]
      ?.Conditions;
    await client.send(
      new elb.ModifyRuleCommand({
        RuleArn: arns.rule,
        Conditions: conditions?.map((each) =>
          each.Field === 'host-header'
            ? { Field: each.Field, HostHeaderConfig: { Values: ['wrong.example'] } }
            : { ...each, Values: undefined, RegexValues: undefined },
        ),
      }),
    );
    const drifted = await portrait(there);
    expect(drifted).not.toEqual(before);

    const { report } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(report.steps.map((each) => each.action)).toEqual(['update', 'update', 'update', 'update']);
    expect(await portrait(there)).toEqual(withWeights(before, 100, 0));
  });

  it('keep every setting when they are all made again', async () => {
    const there = await made();
    const before = await portrait(there);
    const { report, plan } = await there.rig.recover('rebuild', { verify: false });
    expect(plan.components.map((each) => `${each.id} ${each.disposition}`)).toEqual([
      'balancer replace',
      'group replace',
      'listener replace',
      'rule replace',
    ]);
    expect(unfinished(report)).toEqual([]);
    expect(await portrait(there)).toEqual(before);
  });

  it('are not made again without a client secret, which AWS never tells, unless the playbook says it', async () => {
    const { rig } = await made(oidc);
    const { plan } = await rig.plan('rebuild', { allowDowntime: true });
    const listener = plan.components.find((each) => each.id === 'listener');
    expect(listener).toMatchObject({ disposition: 'blocked' });
    expect(listener?.because).toContain('authenticateOidc.clientSecret');
    expect(listener?.because).toContain('To accept that would not help');
    expect(listener?.because).toContain('Say authenticateOidc.clientSecret in the playbook');

    const text = `authenticateOidc: { clientSecret: 'never-told' }, forwardTo: '\${group.arn}' }`;
    const saying = playbookOf(shopText().replaceAll(`forwardTo: '\${group.arn}' }`, text));
    const there = { rig: rig.withPlaybook(saying) };
    const before = await portrait(there);
    const { report } = await there.rig.recover('rebuild', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(await portrait(there)).toEqual(before);
    // What changes in place needs no secret: AWS keeps the one it has.
    expect(JSON.stringify(plan)).not.toContain('never-told');
  });

  it('forward again after somebody had them answer with a maintenance page', async () => {
    const { arns, rig } = await made();
    await rig.operator.client(elbv2).send(
      new elb.ModifyListenerCommand({
        ListenerArn: arns.listener,
        DefaultActions: [
          { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503', MessageBody: 'back soon' } },
        ],
      }),
    );
    const { report } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(report.steps).toHaveLength(1);
  });

  it('lose what the playbook takes away, and nothing else', async () => {
    const { arns, rig } = await made();
    const saying = playbookOf(
      shopText()
        .replace(
          'conditions: { hostHeader: [shop.example] }',
          'conditions: { hostHeader: [shop.example], pathPatternRegex: null }',
        )
        .replace(
          `certificate: '${certificate}',`,
          `certificate: '${certificate}', authenticateCognito: null, mutualAuthentication: null,`,
        ),
    );
    const { report } = await rig.withPlaybook(saying).recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    const client = rig.operator.client(elbv2);
    const [rule] = (await client.send(new elb.DescribeRulesCommand({ RuleArns: [arns.rule] }))).Rules ?? [];
    expect(rule?.Conditions?.map((each) => each.Field)).toEqual([
      'host-header',
      'http-header',
      'query-string',
      'query-string',
    ]);
    const [listener] =
      (await client.send(new elb.DescribeListenersCommand({ ListenerArns: [arns.listener] }))).Listeners ?? [];
    expect(listener?.DefaultActions?.map((each) => each.Type)).toEqual(['jwt-validation', 'forward']);
    expect(listener).toMatchObject({ MutualAuthentication: { Mode: 'off' } });
    const again = await rig.withPlaybook(saying).status();
    expect([...again.values()].map((each) => each.verdict)).toEqual(['healthy', 'healthy', 'healthy', 'healthy']);
  });
});

/** A portrait in which the listener, and its default rule, which does the same, forward by other weights. */
function withWeights(before: unknown, own: number, canary: number): unknown {
  const weighted = (part: unknown): unknown =>
    JSON.parse(
      JSON.stringify(part).replaceAll(
        /"Weight":(90|10)\b/g,
        (_whole, old) => `"Weight":${old === '90' ? own : canary}`,
      ),
    );
  const { listener, rules, ...others } = before as {
    readonly listener: unknown;
    readonly rules: readonly { readonly IsDefault?: boolean }[];
  };
  return {
    ...others,
    listener: weighted(listener),
    rules: rules.map((each) => (each.IsDefault === true ? weighted(each) : each)),
  };
}

describe('a network load balancer with fixed addresses', () => {
  it('keeps them when it is made again by a playbook that names its subnets', async () => {
    const network = playbookOf(`
apiVersion: relight/v1
kind: Playbook
metadata: { name: edge }
target: { account: '123456789012', region: eu-west-1 }
components:
  balancer: { type: elbv2/load-balancer, spec: { name: edge, type: network, subnets: [subnet-a1, subnet-b1] } }
`);
    const rig = await seededRig(network);
    presume(rig.world, [{ kind: 'subnet', id: 'subnet-c1' }]);
    const client = rig.operator.client(elbv2);
    const SubnetMappings = [
      { SubnetId: 'subnet-a1', AllocationId: 'eipalloc-a' },
      { SubnetId: 'subnet-b1', AllocationId: 'eipalloc-b' },
      { SubnetId: 'subnet-c1', AllocationId: 'eipalloc-c' },
    ];
    await client.send(
      new elb.CreateLoadBalancerCommand({
        Name: 'edge',
        Type: 'network',
        SubnetMappings,
        Tags: listed({ 'relight:playbook': 'edge', 'relight:component': 'balancer' }),
      }),
    );
    const addresses = async (): Promise<unknown> => {
      const [found] =
        (await client.send(new elb.DescribeLoadBalancersCommand({ Names: ['edge'] }))).LoadBalancers ?? [];
      return found?.AvailabilityZones?.map(({ LoadBalancerAddresses, SubnetId }) => [
        SubnetId,
        LoadBalancerAddresses?.[0]?.AllocationId,
      ]);
    };
    const wanted = [
      ['subnet-a1', 'eipalloc-a'],
      ['subnet-b1', 'eipalloc-b'],
    ];
    // A subnet less, which is changed in place.
    expect(unfinished((await rig.recover('repair', { verify: false })).report)).toEqual([]);
    expect(await addresses()).toEqual(wanted);
    const { report } = await rig.recover('rebuild', { verify: false, accepted: accepting('balancer:cascade') });
    expect(unfinished(report)).toEqual([]);
    expect(await addresses()).toEqual(wanted);
  });
});
