// What Elastic Load Balancing refuses beyond the form of a call, and what it says. Headings are those of
// src/sandbox/services/elbv2/SPEC.md; where AWS's own words are known, the test holds the sandbox to them.
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { lose, presume } from '../../src/sandbox/index.ts';
import { certificate, present, refusal, region, rig, type Rig } from './ecs-rig.ts';

describe('Load balancers', () => {
  it('refuses subnets and groups that cannot be', async () => {
    const { balancer, balancing, world } = rig();
    presume(world, [
      { kind: 'vpc', id: 'vpc-2', region },
      { kind: 'security-group', id: 'sg-2', vpc: 'vpc-2', region },
      { kind: 'subnet', id: 'subnet-2c', vpc: 'vpc-2', availabilityZone: 'eu-west-1c', region },
      { kind: 'subnet', id: 'subnet-c', availabilityZone: 'eu-west-1c', region },
    ]);
    const cases: [Partial<elb.CreateLoadBalancerInput>, string, string | RegExp][] = [
      [{ Subnets: ['subnet-a', 'subnet-9'] }, 'SubnetNotFound', /subnet-9/],
      [{ SecurityGroups: ['sg-9'] }, 'InvalidSecurityGroup', /sg-9/],
      [
        { SecurityGroups: ['sg-2'] },
        'InvalidConfigurationRequest',
        "Security group 'sg-2' does not belong to VPC 'vpc-1'",
      ],
      [{ Subnets: ['subnet-a', 'subnet-2c'] }, 'InvalidConfigurationRequest', /same VPC/],
      [
        { Subnets: ['subnet-a', 'subnet-a2', 'subnet-b'] },
        'InvalidConfigurationRequest',
        'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
      ],
      [
        { Subnets: ['subnet-a', 'subnet-a2'] },
        'ValidationError',
        'At least two subnets in two different Availability Zones must be specified',
      ],
      [{ SubnetMappings: [{ SubnetId: 'subnet-a' }] }, 'ValidationError', /either subnets or subnet mappings/],
      [
        {
          Subnets: undefined,
          SubnetMappings: [{ SubnetId: 'subnet-a', AllocationId: 'eipalloc-1' }, { SubnetId: 'subnet-b' }],
        },
        'InvalidConfigurationRequest',
        /application load balancers/,
      ],
    ];
    for (const [input, code, message] of cases) {
      const told = await refusal(balancer('refused', input));
      expect(told.code).toBe(code);
      if (typeof message === 'string') expect(told.message).toBe(message);
      else expect(told.message).toMatch(message);
    }
    const { LoadBalancers } = await balancing.send(new elb.DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toEqual([]);
    lose(world, { kind: 'subnet', id: 'subnet-b', region });
    expect((await refusal(balancer())).code).toBe('SubnetNotFound');
  });

  it('adds no groups to a network load balancer that has none', async () => {
    const { balancer, balancing } = rig();
    const plain = await balancer('plain', { Type: 'network', SecurityGroups: undefined });
    const grouped = await balancer('grouped', { Type: 'network' });
    const set = (LoadBalancerArn: string | undefined) =>
      balancing.send(new elb.SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: ['sg-1'] }));
    expect((await refusal(set(plain.LoadBalancerArn))).code).toBe('InvalidConfigurationRequest');
    expect((await set(grouped.LoadBalancerArn)).SecurityGroupIds).toEqual(['sg-1']);
  });

  it('has the attributes of its type and no others', async () => {
    const { balancer, balancing } = rig();
    const app = await balancer('app');
    const net = await balancer('net', { Type: 'network' });
    const change = (LoadBalancerArn: string | undefined, Key: string, Value: string) =>
      balancing.send(new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key, Value }] }));
    await change(app.LoadBalancerArn, 'idle_timeout.timeout_seconds', '90');
    const cases = [
      [net, 'idle_timeout.timeout_seconds', '90'],
      [app, 'dns_record.client_routing_policy', 'any_availability_zone'],
      [app, 'idle_timeout.timeout_seconds', '4001'],
      [app, 'idle.timeout', '1'],
    ] as const;
    for (const [{ LoadBalancerArn }, key, value] of cases) {
      expect((await refusal(change(LoadBalancerArn, key, value))).code).toBe('InvalidConfigurationRequest');
    }
  });
});

describe('Target groups', () => {
  it('and load balancers have names that AWS takes', async () => {
    const { balancer, group } = rig();
    const long = 'A'.repeat(33);
    const pattern = '(?!.*--)(?!^-)(?!.*-$)^[A-Za-z0-9-]+$';
    const hyphens = (name: string): string =>
      `1 validation error detected: Value '${name}' at 'targetGroup.targetGroupArn.targetGroupName' failed to satisfy ` +
      `constraint: Member must satisfy regular expression pattern: ${pattern}`;
    const cases: [Promise<unknown>, string][] = [
      [group(long), `Target group name '${long}' cannot be longer than '32' characters`],
      ...['example.com', 'test@test'].map((name): [Promise<unknown>, string] => [
        group(name),
        `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`,
      ]),
      ...['-name', 'name-', '-name-', 'Na--me'].map((name): [Promise<unknown>, string] => [group(name), hyphens(name)]),
      [
        balancer('a_b'),
        "The load balancer name 'a_b' can only contain characters that are alphanumeric characters and hyphens(-)",
      ],
    ];
    for (const [made, message] of cases)
      expect(await refusal(made)).toMatchObject({ code: 'ValidationError', message });
  });

  const overTcp = { Protocol: 'TCP' } as const;
  const grpc = { ProtocolVersion: 'GRPC' } as const;

  it.each<[string, Partial<elb.CreateTargetGroupInput>]>([
    ['TCP', overTcp],
    ['TLS', { Protocol: 'TLS' }],
    ['UDP', { Protocol: 'UDP' }],
    ['TCP_UDP', { Protocol: 'TCP_UDP' }],
  ])('%s: an interval as long as the usual time-out is taken', async (_name, input) => {
    const { group } = rig();
    const made = await group('net', { ...input, HealthCheckIntervalSeconds: 10 });
    expect([made.HealthCheckIntervalSeconds, made.HealthCheckTimeoutSeconds]).toEqual([10, 10]);
    const longer = group('longer', { ...input, HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 11 });
    expect((await refusal(longer)).code).toBe('ValidationError');
  });

  it('HTTP and HTTPS: the time-out lies below the interval, when it is changed too', async () => {
    const { balancing, group } = rig();
    const text = { code: 'ValidationError', message: 'Health check interval must be greater than the timeout.' };
    expect(await refusal(group('a', { HealthCheckIntervalSeconds: 5 }))).toEqual(text);
    expect(await refusal(group('a', { Protocol: 'HTTPS', HealthCheckIntervalSeconds: 5 }))).toEqual(text);
    const { TargetGroupArn } = await group('a', { HealthCheckIntervalSeconds: 6 });
    const change = balancing.send(new elb.ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckTimeoutSeconds: 6 }));
    expect(await refusal(change)).toEqual(text);
  });

  it.each<[string, Partial<elb.CreateTargetGroupInput>, Partial<elb.TargetGroup>]>([
    [
      'gRPC',
      grpc,
      { HealthCheckPath: '/AWS.ALB/healthcheck', Matcher: { GrpcCode: '12' }, HealthCheckTimeoutSeconds: 5 },
    ],
    ['TCP', overTcp, { HealthCheckProtocol: 'TCP', HealthCheckPath: undefined, Matcher: undefined }],
    [
      'TCP over HTTP',
      { ...overTcp, HealthCheckProtocol: 'HTTP' },
      { HealthCheckTimeoutSeconds: 6, HealthCheckPath: '/', Matcher: { HttpCode: '200-399' } },
    ],
    ['TCP over HTTPS', { ...overTcp, HealthCheckProtocol: 'HTTPS' }, { HealthCheckTimeoutSeconds: 10 }],
    [
      'a load balancer',
      { ...overTcp, TargetType: 'alb' },
      { HealthCheckProtocol: 'HTTP', Matcher: { HttpCode: '200-399' } },
    ],
    [
      'a function',
      { TargetType: 'lambda', Protocol: undefined, Port: undefined, VpcId: undefined },
      {
        ...{ HealthCheckEnabled: false, HealthCheckIntervalSeconds: 35, HealthCheckTimeoutSeconds: 30 },
        ...{ HealthCheckProtocol: undefined, HealthCheckPort: undefined, Matcher: { HttpCode: '200' } },
      },
    ],
  ])('has the defaults of %s', async (_name, input, expected) => {
    const { balancing, group } = rig();
    const made = await group('web', input);
    const told = (group: elb.TargetGroup = {}): Partial<elb.TargetGroup> =>
      Object.fromEntries(Object.keys(expected).map((name) => [name, group[name as keyof elb.TargetGroup]]));
    expect(told(made)).toEqual(expected);
    const { TargetGroups } = await balancing.send(new elb.DescribeTargetGroupsCommand({ Names: ['web'] }));
    expect(told(TargetGroups?.[0])).toEqual(expected);
  });

  it.each<[string, Partial<elb.CreateTargetGroupInput>, string, string?]>([
    ['a VPC that is not there', { VpcId: 'vpc-9' }, 'ValidationError', "The VPC ID 'vpc-9' is not found"],
    ['a status behind which there is no health', { Matcher: { HttpCode: '500' } }, 'ValidationError'],
    ['a range the wrong way round', { Matcher: { HttpCode: '299-200' } }, 'ValidationError'],
    ['no code', { Matcher: { HttpCode: '' } }, 'ValidationError', 'Health check matcher HTTP code cannot be empty'],
    ['a gRPC code of an HTTP group', { Matcher: { GrpcCode: '0' } }, 'ValidationError'],
    ['an HTTP code of a gRPC group', { ...grpc, Matcher: { HttpCode: '200' } }, 'ValidationError'],
    ['a gRPC code beyond 99', { ...grpc, Matcher: { GrpcCode: '0-100' } }, 'ValidationError'],
    ['a path without a slash', { HealthCheckPath: 'health' }, 'ValidationError'],
    ['TCP checks of an HTTP group', { HealthCheckProtocol: 'TCP' }, 'InvalidConfigurationRequest'],
    ['checks that are off', { HealthCheckEnabled: false }, 'InvalidConfigurationRequest'],
    ['a version of TCP', { ...overTcp, ProtocolVersion: 'HTTP2' }, 'ValidationError'],
    ['a version that is none', { ProtocolVersion: 'HTTP3' }, 'ValidationError'],
    ['a load balancer over UDP', { Protocol: 'UDP', TargetType: 'alb' }, 'InvalidConfigurationRequest'],
    ['a function with a port', { TargetType: 'lambda', Protocol: undefined, VpcId: undefined }, 'ValidationError'],
    [
      'a path of TCP checks',
      { ...overTcp, HealthCheckPath: '/health' },
      'InvalidConfigurationRequest',
      'Health check paths are not supported for TCP health checks',
    ],
    [
      'codes of TCP checks',
      { ...overTcp, Matcher: { HttpCode: '200' } },
      'InvalidConfigurationRequest',
      'Health check matchers are not supported for TCP health checks',
    ],
  ])('refuses %s', async (_what, input, code, message) => {
    const { group } = rig();
    const told = await refusal(group('web', input));
    expect(told.code).toBe(code);
    if (message !== undefined) expect(told.message).toBe(message);
  });

  it.each(['200', '200,202', '200-299', '200,404-499'])('takes the codes %s and tells them again', async (HttpCode) => {
    const { group } = rig();
    expect((await group('web', { Matcher: { HttpCode } })).Matcher).toEqual({ HttpCode });
  });

  it('has the attributes of its protocol and no others', async () => {
    const { balancing, group } = rig();
    const web = await group('web');
    const net = await group('net', overTcp);
    const change = (made: elb.TargetGroup, Key: string, Value: string) =>
      balancing.send(
        new elb.ModifyTargetGroupAttributesCommand({
          TargetGroupArn: made.TargetGroupArn,
          Attributes: [{ Key, Value }],
        }),
      );
    const dns = 'target_group_health.dns_failover.minimum_healthy_targets';
    await change(web, 'slow_start.duration_seconds', '30');
    await change(web, `${dns}.percentage`, '50');
    await change(net, 'stickiness.type', 'source_ip');
    const cases = [
      [net, 'slow_start.duration_seconds', '30'],
      [net, 'stickiness.type', 'lb_cookie'],
      [web, 'stickiness.type', 'source_ip'],
      [web, 'proxy_protocol_v2.enabled', 'true'],
      [web, `${dns}.percentage`, '101'],
      [web, `${dns}.count`, '0'],
    ] as const;
    for (const [made, key, value] of cases) {
      expect((await refusal(change(made, key, value))).code, key).toBe('InvalidConfigurationRequest');
    }
  });
});

describe('Listeners', () => {
  async function behind(there: Rig, type: 'application' | 'network' = 'application') {
    const { LoadBalancerArn } = await there.balancer('web', { Type: type });
    const { TargetGroupArn } = await there.group('web', type === 'network' ? { Protocol: 'TCP' } : {});
    return (more: Partial<elb.CreateListenerInput>) => there.listener(LoadBalancerArn, TargetGroupArn, more);
  }
  const secure: Partial<elb.CreateListenerInput> = {
    ...{ Protocol: 'HTTPS', Port: 443 },
    Certificates: [{ CertificateArn: certificate }],
  };

  it('have the protocols of their load balancer', async () => {
    const ofApplication = await behind(rig());
    expect(await refusal(ofApplication({ Protocol: 'TCP' }))).toEqual({
      code: 'ValidationError',
      message: "Listener protocol 'TCP' must be one of 'HTTP, HTTPS'",
    });
    const ofNetwork = await behind(rig(), 'network');
    expect(await refusal(ofNetwork({ Protocol: 'HTTP' }))).toEqual({
      code: 'ValidationError',
      message: "Listener protocol 'HTTP' must be one of 'TLS, TCP, TCP_UDP, UDP'",
    });
  });

  it('take certificates that are issued in their region', async () => {
    const there = rig();
    const make = await behind(there);
    const pending = certificate.replace(/1$/, '2');
    const foreign = certificate.replace(region, 'us-east-1');
    presume(there.world, [
      { kind: 'certificate', arn: pending, status: 'PENDING_VALIDATION' },
      { kind: 'certificate', arn: foreign },
    ]);
    const using = (CertificateArn: string) => make({ ...secure, Certificates: [{ CertificateArn }] });
    expect(await refusal(using(foreign))).toEqual({
      code: 'CertificateNotFound',
      message: `Certificate '${foreign}' not found`,
    });
    const unsupported = {
      code: 'UnsupportedCertificate',
      message: `The certificate '${pending}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    };
    expect(await refusal(using(pending))).toEqual(unsupported);
    const { ListenerArn } = await make(secure);
    const add = new elb.AddListenerCertificatesCommand({
      ListenerArn,
      Certificates: [{ CertificateArn: pending }],
    });
    expect(await refusal(there.balancing.send(add))).toEqual(unsupported);
    presume(there.world, [{ kind: 'certificate', arn: pending, status: 'ISSUED' }]);
    await there.balancing.send(add);
    lose(there.world, { kind: 'certificate', id: certificate, region });
    expect((await refusal(make({ ...secure, Port: 444 }))).code).toBe('CertificateNotFound');
  });

  it('take what belongs to TLS only where there is TLS', async () => {
    const there = rig();
    const make = await behind(there);
    const cases: [Partial<elb.CreateListenerInput>, string][] = [
      [{ Certificates: secure.Certificates }, 'A certificate cannot be specified for HTTP listeners'],
      [{ SslPolicy: 'ELBSecurityPolicy-2016-08' }, 'An SSL policy cannot be specifed for HTTP listeners'],
      [{ ...secure, Certificates: undefined }, 'A certificate must be specified for HTTPS listeners'],
      [{ MutualAuthentication: { Mode: 'off' } }, 'Mutual authentication cannot be specified for HTTP listeners'],
      [{ ...secure, AlpnPolicy: ['HTTP2Only'] }, 'An ALPN policy cannot be specified for HTTPS listeners'],
    ];
    for (const [input, message] of cases) {
      expect(await refusal(make(input))).toEqual({ code: 'ValidationError', message });
    }
  });

  const redirect = (RedirectConfig?: Partial<elb.RedirectActionConfig>): elb.Action => ({
    Type: 'redirect',
    ...(RedirectConfig && { RedirectConfig: { StatusCode: 'HTTP_301', ...RedirectConfig } }),
  });
  const loop = {
    code: 'InvalidLoadBalancerAction',
    message: 'The redirect configuration is not valid because it creates a loop.',
  };

  it('refuse redirects that say nothing, or lead nowhere else', async () => {
    const there = rig();
    const make = await behind(there);
    expect(await refusal(make({ DefaultActions: [redirect()] }))).toEqual({
      code: 'InvalidLoadBalancerAction',
      message: "For actions of type 'redirect', you must specify the following fields: 'RedirectConfig'",
    });
    expect(await refusal(make({ DefaultActions: [redirect({})] }))).toEqual(loop);
    expect(await refusal(make({ DefaultActions: [redirect({ Protocol: 'HTTP', Port: '80' })] }))).toEqual(loop);
    expect(await refusal(make({ DefaultActions: [redirect({ Query: 'a=1' })] }))).toEqual(loop);
    const toSecure = [redirect({ Protocol: 'HTTPS', Port: '443' })];
    expect(await refusal(make({ ...secure, DefaultActions: toSecure }))).toEqual(loop);
    const plain = make({ ...secure, DefaultActions: [redirect({ Protocol: 'HTTP', Port: '80' })] });
    expect((await refusal(plain)).code).toBe('InvalidLoadBalancerAction');
    for (const wrong of [{ Path: 'elsewhere' }, { Port: '0' }, { Port: '65536' }]) {
      expect((await refusal(make({ DefaultActions: [redirect(wrong)] }))).code).toBe('InvalidLoadBalancerAction');
    }

    const { DefaultActions, ListenerArn } = await make({ DefaultActions: toSecure });
    expect(DefaultActions?.[0]?.RedirectConfig).toMatchObject({ Protocol: 'HTTPS', Port: '443', Path: '/#{path}' });
    const move = new elb.ModifyListenerCommand({ ListenerArn, ...secure });
    expect(await refusal(there.balancing.send(move))).toEqual(loop);
    const rule = (action: elb.Action) =>
      there.balancing.send(
        new elb.CreateRuleCommand({
          ListenerArn,
          Priority: 1,
          Conditions: [{ Field: 'path-pattern', Values: ['/old'] }],
          Actions: [action],
        }),
      );
    expect(await refusal(rule(redirect({})))).toEqual(loop);
    const { Rules } = await rule(redirect({ Path: '/new' }));
    const modify = new elb.ModifyRuleCommand({ RuleArn: present(Rules?.[0]?.RuleArn), Actions: [redirect({})] });
    expect(await refusal(there.balancing.send(modify))).toEqual(loop);
  });

  it('refuse stickiness without a duration', async () => {
    const there = rig();
    const make = await behind(there);
    const { TargetGroupArn } = await there.group('other');
    const forward = (config: elb.TargetGroupStickinessConfig): elb.Action => ({
      Type: 'forward',
      ForwardConfig: { TargetGroups: [{ TargetGroupArn }], TargetGroupStickinessConfig: config },
    });
    expect((await refusal(make({ DefaultActions: [forward({ Enabled: true })] }))).code).toBe('ValidationError');
    const { DefaultActions } = await make({ DefaultActions: [forward({ Enabled: true, DurationSeconds: 60 })] });
    expect(DefaultActions?.[0]?.ForwardConfig?.TargetGroupStickinessConfig?.DurationSeconds).toBe(60);
  });

  it('refuse what belongs to another type of action, and content that nobody serves', async () => {
    const make = await behind(rig());
    const fixed = { StatusCode: '200', ContentType: 'text/plain', MessageBody: 'well' };
    const cases: elb.Action[] = [
      { ...redirect({ Path: '/new' }), FixedResponseConfig: fixed },
      { Type: 'fixed-response' },
      { Type: 'fixed-response', FixedResponseConfig: { ...fixed, ContentType: 'image/png' } },
    ];
    for (const action of cases) {
      expect((await refusal(make({ DefaultActions: [action] }))).code).toBe('InvalidLoadBalancerAction');
    }
    const long = { ...fixed, MessageBody: 'x'.repeat(1025) };
    const tooLong = make({ DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: long }] });
    expect((await refusal(tooLong)).code).toBe('ValidationError');
    const { DefaultActions } = await make({ DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: fixed }] });
    expect(DefaultActions?.[0]?.FixedResponseConfig).toEqual(fixed);
  });
});

describe('Rules', () => {
  const condition = (Field: string, config: keyof elb.RuleCondition, more: object): elb.RuleCondition => ({
    Field,
    [config]: more,
  });
  const methods = (...Values: string[]) => condition('http-request-method', 'HttpRequestMethodConfig', { Values });
  const sources = (...Values: string[]) => condition('source-ip', 'SourceIpConfig', { Values });
  const header = (HttpHeaderName: string, ...Values: string[]) =>
    condition('http-header', 'HttpHeaderConfig', { HttpHeaderName, Values });
  const query = (Key: string, Value: string) =>
    condition('query-string', 'QueryStringConfig', { Values: [{ Key, Value }] });
  it.each<[what: string, may: boolean, it: elb.RuleCondition]>([
    ['a path of 128 characters', true, { Field: 'path-pattern', Values: [`/${'x'.repeat(127)}`] }],
    ['a longer path', false, { Field: 'path-pattern', Values: [`/${'x'.repeat(128)}`] }],
    ['a longer host', false, { Field: 'host-header', Values: ['x'.repeat(129)] }],
    ['a method', true, methods('GET')],
    ['a method in small letters', false, methods('get')],
    ['a longer method', false, methods('X'.repeat(41))],
    ['a range', true, sources('192.0.2.0/24', '2001:db8::/32')],
    ['an address that is no range', false, sources('192.0.2.1')],
    ['a range that there is not', false, sources('192.0.2.0/33')],
    ['a header', true, header('X-Team', 'a*')],
    ['a longer header', false, header('X'.repeat(41), 'a')],
    ['the host by its header', false, header('Host', 'a')],
    ['a query', true, query('a', 'b')],
    ['a longer query', false, query('a', 'x'.repeat(129))],
  ])('conditions may be %s: %s', async (_what, may, it) => {
    const there = rig();
    const { LoadBalancerArn } = await there.balancer('web');
    const { TargetGroupArn } = await there.group('web');
    const { ListenerArn } = await there.listener(LoadBalancerArn, TargetGroupArn);
    const Actions: elb.Action[] = [{ Type: 'forward', TargetGroupArn }];
    const made = there.balancing.send(
      new elb.CreateRuleCommand({ ListenerArn, Priority: 1, Conditions: [it], Actions }),
    );
    if (may) expect((await made).Rules).toHaveLength(1);
    else expect((await refusal(made)).code).toBe('ValidationError');
  });

  // Asserted by moto's tests: test_elbv2_listener_rules.py, test_create_rule_validate_condition.
  it('conditions that cannot be are told in the words of AWS', async () => {
    const there = rig();
    const { LoadBalancerArn } = await there.balancer('web');
    const { TargetGroupArn } = await there.group('web');
    const { ListenerArn } = await there.listener(LoadBalancerArn, TargetGroupArn);
    const Actions: elb.Action[] = [{ Type: 'forward', TargetGroupArn }];
    const long = 'x'.repeat(256);
    const upper = 'X'.repeat(50);
    const cases: [elb.RuleCondition, string][] = [
      [{ Field: 'host-header', Values: [long] }, "The 'host-header' value is too long; the limit is '128'"],
      [
        { Field: 'host-header', HostHeaderConfig: { Values: [long] } },
        "The 'host-header' value is too long; the limit is '128'",
      ],
      [
        { Field: 'host-header', Values: ['a', 'b'] },
        "The 'host-header' field contains too many values; the limit is '1'",
      ],
      [{ Field: 'host-header' }, 'A condition value must be specified'],
      [{ Field: 'host-header', HostHeaderConfig: { Values: [] } }, 'A condition value must be specified'],
      [{ Field: 'path-pattern', Values: [long] }, "The 'path-pattern' value is too long; the limit is '128'"],
      [
        { Field: 'path-pattern', Values: ['a', 'b'] },
        "The 'path-pattern' field contains too many values; the limit is '1'",
      ],
      [{ Field: 'path-pattern' }, 'A condition value must be specified'],
      [header(upper, 'y'), "The 'HttpHeaderName' value is too long; the limit is '40'"],
      [header('x', long), "The 'http-header' value is too long; the limit is '128'"],
      [
        methods('get'),
        "The 'http-request-method' value is invalid; the allowed characters are A-Z, hyphen and underscore",
      ],
      [methods(upper), "The 'http-request-method' value is too long; the limit is '40'"],
      [{ Field: 'http-request-method' }, "A 'HttpRequestMethodConfig' must be specified with 'http-request-method'"],
      [query(long, 'world'), "The 'Key' value is too long; the limit is '128'"],
      [query('hello', long), "The 'Value' value is too long; the limit is '128'"],
      [
        { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'hello' }] } },
        "A 'Value' must be specified in 'QueryStringKeyValuePair'",
      ],
      [sources(), "A 'source-ip' value must be specified"],
      [{ Field: 'source-ip' }, "A 'SourceIpConfig' must be specified with 'source-ip'"],
    ];
    for (const [it, message] of cases) {
      const made = there.balancing.send(
        new elb.CreateRuleCommand({ ListenerArn, Priority: 1, Conditions: [it], Actions }),
      );
      expect(await refusal(made)).toMatchObject({ code: 'ValidationError', message });
    }
  });
});

describe('Attributes', () => {
  it.each<[attributes: Readonly<Record<string, string>>, may: boolean]>([
    [{ 'access_logs.s3.enabled': 'true' }, false],
    [{ 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': 'logs' }, true],
    [{ 'connection_logs.s3.enabled': 'true' }, false],
    [{ 'load_balancing.cross_zone.enabled': 'true' }, true],
    [{ 'load_balancing.cross_zone.enabled': 'false' }, false],
  ])('of an application load balancer: %j, %s', async (attributes, may) => {
    const there = rig();
    const { LoadBalancerArn } = await there.balancer('web');
    const Attributes = Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
    const made = there.balancing.send(new elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    if (may) expect((await made).Attributes?.length).toBeGreaterThan(5);
    else expect((await refusal(made)).code).toBe('InvalidConfigurationRequest');
  });

  it('a cookie is not called like those of load balancers', async () => {
    const there = rig();
    const { TargetGroupArn } = await there.group('web');
    const named = (Value: string) =>
      there.balancing.send(
        new elb.ModifyTargetGroupAttributesCommand({
          TargetGroupArn,
          Attributes: [{ Key: 'stickiness.app_cookie.cookie_name', Value }],
        }),
      );
    expect((await refusal(named('AWSALBAPP'))).code).toBe('InvalidConfigurationRequest');
    expect((await named('session')).Attributes).toContainEqual({
      Key: 'stickiness.app_cookie.cookie_name',
      Value: 'session',
    });
  });
});

describe('Targets', () => {
  it('have addresses of the version of their group', async () => {
    const there = rig();
    const { TargetGroupArn } = await there.group('four');
    const { TargetGroupArn: six } = await there.group('six', { IpAddressType: 'ipv6' });
    const add = (arn: string | undefined, Id: string) =>
      there.balancing.send(new elb.RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id }] }));
    expect(await refusal(add(TargetGroupArn, 'fd00::1'))).toEqual({
      code: 'ValidationError',
      message: "The IP address 'fd00::1' is not a valid IPv4 address",
    });
    await add(six, 'fd00::1');
  });
});
