// Headings are those of src/sandbox/services/elbv2/SPEC.md.
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { elbv2Of, setTargetBehaviour } from '../../src/sandbox/index.ts';
import { account, certificate, like, minute, present, refusal, region, rig, second, start } from './ecs-rig.ts';
import type { Rig } from './ecs-rig.ts';

const state = async ({ balancing }: Rig, name = 'web') => {
  const answer = await balancing.send(new elb.DescribeLoadBalancersCommand({ Names: [name] }));
  return answer.LoadBalancers?.[0]?.State?.Code;
};

describe('Load balancers', () => {
  it('answers a create as captured', async () => {
    const { balancer } = rig();
    const made = await balancer();
    expect(made).toEqual({
      LoadBalancerArn: like(
        new RegExp(`^arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/web/[0-9a-f]{16}$`),
      ),
      DNSName: like(/^web-\d+\.eu-west-1\.elb\.amazonaws\.com$/),
      CanonicalHostedZoneId: 'Z32O12XQLNTSW2',
      CreatedTime: new Date(start),
      LoadBalancerName: 'web',
      Scheme: 'internet-facing',
      VpcId: 'vpc-1',
      State: { Code: 'provisioning' },
      Type: 'application',
      AvailabilityZones: [
        { ZoneName: 'eu-west-1a', SubnetId: 'subnet-a', LoadBalancerAddresses: [] },
        { ZoneName: 'eu-west-1b', SubnetId: 'subnet-b', LoadBalancerAddresses: [] },
      ],
      SecurityGroups: ['sg-1'],
      IpAddressType: 'ipv4',
    });
  });

  it('is provisioning for minutes, then active; a failing one ends failed with a reason', async () => {
    const there = rig();
    await there.balancer();
    there.clock.advance(100 * second);
    expect(await state(there)).toBe('provisioning');
    there.clock.advance(20 * second);
    expect(await state(there)).toBe('active');

    await there.balancer('doomed');
    elbv2Of(there.local).behaviours['doomed'] = 'fails';
    there.clock.advance(2 * minute);
    const { LoadBalancers } = await there.balancing.send(new elb.DescribeLoadBalancersCommand({ Names: ['doomed'] }));
    expect(LoadBalancers?.[0]?.State).toEqual({ Code: 'failed', Reason: 'Internal error' });
  });

  it('names network and internal load balancers in their own ways', async () => {
    const { balancer } = rig();
    const net = await balancer('net', { Type: 'network', SecurityGroups: [] });
    const id = net.LoadBalancerArn?.split('/').at(-1);
    expect(net.DNSName).toBe(`net-${id ?? ''}.elb.eu-west-1.amazonaws.com`);
    expect(net.LoadBalancerArn).toContain(':loadbalancer/net/net/');
    expect(net.CanonicalHostedZoneId).toBe('Z2IFOLAFXWLO4F');
    const inner = await balancer('inner', { Scheme: 'internal' });
    expect(inner.DNSName).toMatch(/^internal-inner-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
  });

  it('refuses names, networks and certificates that cannot be', async () => {
    const { balancer, balancing } = rig();
    const cases: [Promise<unknown>, string, RegExp][] = [
      [balancer('internal-x'), 'ValidationError', /internal-/],
      [balancer('-x'), 'ValidationError', /begin or end/],
      [balancer('a_b'), 'ValidationError', /alphanumeric/],
      [balancer('a'.repeat(33)), 'ValidationError', /32/],
      [balancer('x', { Subnets: ['subnet-nowhere', 'subnet-b'] }), 'SubnetNotFound', /subnet-nowhere/],
      [balancer('x', { SecurityGroups: ['sg-9'] }), 'InvalidSecurityGroup', /sg-9/],
      [
        balancer('x', { Subnets: ['subnet-a'] }),
        'ValidationError',
        /^At least two subnets in two different Availability Zones must be specified$/,
      ],
      [
        balancer('x', { Subnets: ['subnet-a', 'subnet-a2'] }),
        'ValidationError',
        /^At least two subnets in two different Availability Zones must be specified$/,
      ],
      [balancing.send(new elb.DescribeLoadBalancersCommand({ PageSize: 401 })), 'ValidationError', /400/],
    ];
    for (const [call, code, text] of cases) {
      const refused = await refusal(call);
      expect(refused.code).toBe(code);
      expect(refused.message).toMatch(text);
    }
  });

  it('is idempotent for equal settings only', async () => {
    const { balancer, balancing } = rig();
    const first = await balancer('web', { Tags: [{ Key: 'a', Value: 'b' }] });
    const second = await balancer();
    expect(second.LoadBalancerArn).toBe(first.LoadBalancerArn);
    expect(await refusal(balancer('web', { Scheme: 'internal' }))).toEqual({
      code: 'DuplicateLoadBalancerName',
      message: "A load balancer with the same name 'web' exists, but with different settings",
    });
    const { TagDescriptions } = await balancing.send(
      new elb.DescribeTagsCommand({ ResourceArns: [present(first.LoadBalancerArn)] }),
    );
    expect(TagDescriptions?.[0]?.Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  it('tells which ones are not there', async () => {
    const { balancing, balancer } = rig();
    await balancer('here');
    expect(await refusal(balancing.send(new elb.DescribeLoadBalancersCommand({ Names: ['here', 'gone'] })))).toEqual({
      code: 'LoadBalancerNotFound',
      message: "Load balancers '[gone]' not found",
    });
    const arn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/gone/0123456789abcdef`;
    expect(await refusal(balancing.send(new elb.DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })))).toEqual({
      code: 'LoadBalancerNotFound',
      message: 'One or more load balancers not found',
    });
    const names = Array.from({ length: 21 }, (_, place) => `n${String(place)}`);
    expect((await refusal(balancing.send(new elb.DescribeLoadBalancersCommand({ Names: names })))).code).toBe(
      'ValidationError',
    );
  });

  it('pages', async () => {
    const { balancing, balancer } = rig();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await balancer(name);
    const seen: (string | undefined)[][] = [];
    for await (const page of elb.paginateDescribeLoadBalancers({ client: balancing }, { PageSize: 2 })) {
      seen.push((page.LoadBalancers ?? []).map((item) => item.LoadBalancerName));
    }
    expect(seen).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('is not deleted while protected; deleting what is gone succeeds', async () => {
    const { balancing, balancer } = rig();
    const { LoadBalancerArn } = await balancer();
    const protect = (Value: string) =>
      balancing.send(
        new elb.ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn,
          Attributes: [{ Key: 'deletion_protection.enabled', Value }],
        }),
      );
    const drop = () => balancing.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await protect('true');
    expect(await refusal(drop())).toEqual({
      code: 'OperationNotPermitted',
      message: `Load balancer '${present(LoadBalancerArn)}' cannot be deleted because deletion protection is enabled`,
    });
    await protect('false');
    await drop();
    await drop();
    expect((await refusal(state({ balancing } as Rig))).code).toBe('LoadBalancerNotFound');
  });

  it('gets a new ARN and a new DNS name each time it is created', async () => {
    const { balancing, balancer } = rig();
    const first = await balancer();
    await balancing.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: first.LoadBalancerArn }));
    const second = await balancer();
    expect(second.LoadBalancerArn).not.toBe(first.LoadBalancerArn);
    expect(second.DNSName).not.toBe(first.DNSName);
  });

  it('keeps attributes, subnets and security groups that are set', async () => {
    const { balancing, balancer } = rig();
    const { LoadBalancerArn } = await balancer();
    const changed = await balancing.send(
      new elb.ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn,
        Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '120' }],
      }),
    );
    expect(changed.Attributes).toContainEqual({ Key: 'idle_timeout.timeout_seconds', Value: '120' });
    expect(changed.Attributes).toContainEqual({ Key: 'routing.http2.enabled', Value: 'true' });
    const wrong = new elb.ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '4001' }],
    });
    expect((await refusal(balancing.send(wrong))).code).toBe('InvalidConfigurationRequest');
    const subnets = new elb.SetSubnetsCommand({ LoadBalancerArn, Subnets: ['subnet-a2', 'subnet-b'] });
    expect((await balancing.send(subnets)).AvailabilityZones?.map((zone) => zone.SubnetId)).toEqual([
      'subnet-a2',
      'subnet-b',
    ]);
  });
});

describe('Target groups', () => {
  it('answers a create as captured, bound or not', async () => {
    const { balancer, group, listener, balancing } = rig();
    const expected = {
      TargetGroupArn: like(/:targetgroup\/web\/[0-9a-f]{16}$/),
      TargetGroupName: 'web',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: 'traffic-port',
      HealthCheckEnabled: true,
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200' },
      TargetType: 'ip',
      ProtocolVersion: 'HTTP1',
      IpAddressType: 'ipv4',
    };
    const made = await group();
    expect(made).toEqual(expected);
    const describeAll = async () =>
      (await balancing.send(new elb.DescribeTargetGroupsCommand({ Names: ['web'] }))).TargetGroups?.[0];
    expect(await describeAll()).toEqual({ ...expected, LoadBalancerArns: [] });
    const { LoadBalancerArn } = await balancer();
    await listener(LoadBalancerArn, made.TargetGroupArn);
    expect(await group()).toEqual(expected);
    expect((await describeAll())?.LoadBalancerArns).toEqual([LoadBalancerArn]);
  });

  it('has the captured default attributes and answers a change with all of them', async () => {
    const { group, balancing } = rig();
    const { TargetGroupArn } = await group();
    const { Attributes } = await balancing.send(
      new elb.ModifyTargetGroupAttributesCommand({
        TargetGroupArn,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
      }),
    );
    expect(Object.fromEntries((Attributes ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual({
      'deregistration_delay.timeout_seconds': '30',
      'stickiness.enabled': 'false',
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': '86400',
      'stickiness.app_cookie.duration_seconds': '86400',
      'stickiness.app_cookie.cookie_name': '',
      'slow_start.duration_seconds': '0',
      'load_balancing.algorithm.type': 'round_robin',
      'load_balancing.algorithm.anomaly_mitigation': 'off',
      'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
      'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
      'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
      'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
    });
  });

  it('is idempotent whatever the tags, and refuses other settings', async () => {
    const { group } = rig();
    const first = await group('web', { Tags: [{ Key: 'owner', Value: 'a' }] });
    expect((await group()).TargetGroupArn).toBe(first.TargetGroupArn);
    expect(await refusal(group('web', { Port: 81 }))).toEqual({
      code: 'DuplicateTargetGroupName',
      message: "A target group with the same name 'web' exists, but with different settings",
    });
  });

  it('checks its settings', async () => {
    const { group, balancing } = rig();
    expect((await refusal(group('x', { VpcId: 'vpc-9' }))).message).toBe("The VPC ID 'vpc-9' is not found");
    expect((await refusal(group('x', { HealthCheckIntervalSeconds: 4 }))).code).toBe('ValidationError');
    const tooSlow = { HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 10 };
    expect((await refusal(group('x', tooSlow))).code).toBe('ValidationError');
    const { TargetGroupArn } = await group();
    const { TargetGroups } = await balancing.send(
      new elb.ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/health', HealthCheckIntervalSeconds: 10 }),
    );
    expect(TargetGroups?.[0]).toMatchObject({ HealthCheckPath: '/health', HealthCheckIntervalSeconds: 10 });
    const tcp = await group('tcp', { Protocol: 'TCP' });
    expect(tcp).toMatchObject({ HealthCheckProtocol: 'TCP', HealthCheckTimeoutSeconds: 10 });
    expect(tcp.HealthCheckPath).toBeUndefined();
  });

  it('is found by name, ARN or load balancer, and told when it is not there', async () => {
    const there = rig();
    const { balancing, group } = there;
    const staged = await there.harness();
    await group('other');
    const names = async (input: elb.DescribeTargetGroupsInput) =>
      (await balancing.send(new elb.DescribeTargetGroupsCommand(input))).TargetGroups?.map(
        (item) => item.TargetGroupName,
      );
    expect(await names({})).toEqual(['web', 'other']);
    expect(await names({ LoadBalancerArn: staged.balancer })).toEqual(['web']);
    expect(await names({ TargetGroupArns: [staged.group] })).toEqual(['web']);
    expect(await names({ PageSize: 1 })).toEqual(['web']);
    expect(await refusal(names({ Names: ['gone'] }))).toEqual({
      code: 'TargetGroupNotFound',
      message: "Target groups '[gone]' not found",
    });
    expect(await refusal(names({ TargetGroupArns: [staged.group.replace(/.$/, '_')] }))).toEqual({
      code: 'TargetGroupNotFound',
      message: 'One or more target groups not found',
    });
  });

  it('is in use while a listener forwards to it and for some seconds after', async () => {
    const there = rig();
    const { balancing, clock } = there;
    const staged = await there.harness();
    const drop = () => balancing.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: staged.group }));
    const inUse = {
      code: 'ResourceInUse',
      message: `Target group '${staged.group}' is currently in use by a listener or a rule`,
    };
    expect(await refusal(drop())).toEqual(inUse);
    await balancing.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: staged.balancer }));
    expect(await refusal(drop())).toEqual(inUse);
    clock.advance(4 * second);
    expect(await refusal(drop())).toEqual(inUse);
    clock.advance(2 * second);
    await drop();
    await drop();
  });

  it('belongs to one load balancer', async () => {
    const there = rig();
    const staged = await there.harness();
    const other = await there.balancer('other');
    expect(await refusal(there.listener(other.LoadBalancerArn, staged.group))).toEqual({
      code: 'TargetGroupAssociationLimit',
      message: `The following target groups cannot be associated with more than one load balancer: ${staged.group}`,
    });
  });
});

describe('Target health', () => {
  const one = async ({ balancing }: Rig, groupArn: string | undefined, targets?: elb.TargetDescription[]) => {
    const answer = await balancing.send(
      new elb.DescribeTargetHealthCommand({ TargetGroupArn: groupArn, Targets: targets }),
    );
    return answer.TargetHealthDescriptions?.[0];
  };
  const target = { Id: '10.9.0.1', Port: 8080 };
  const register = (
    { balancing }: Rig,
    TargetGroupArn: string | undefined,
    Targets: elb.TargetDescription[] = [target],
  ) => balancing.send(new elb.RegisterTargetsCommand({ TargetGroupArn, Targets }));

  it('is unused until a listener exists, then initial, then healthy after one check', async () => {
    const there = rig();
    const { clock, balancer, group, listener } = there;
    const { LoadBalancerArn } = await balancer();
    clock.advance(3 * minute);
    const { TargetGroupArn } = await group();
    await register(there, TargetGroupArn);
    expect(await one(there, TargetGroupArn)).toEqual({
      Target: target,
      HealthCheckPort: '8080',
      TargetHealth: {
        State: 'unused',
        Reason: 'Target.NotInUse',
        Description: 'Target group is not configured to receive traffic from the load balancer',
      },
    });
    await listener(LoadBalancerArn, TargetGroupArn);
    expect((await one(there, TargetGroupArn))?.TargetHealth).toEqual({
      State: 'initial',
      Reason: 'Elb.RegistrationInProgress',
      Description: 'Target registration is in progress',
    });
    clock.advance(5 * second);
    expect((await one(there, TargetGroupArn))?.TargetHealth).toEqual({
      State: 'initial',
      Reason: 'Elb.InitialHealthChecking',
      Description: 'Initial health checks in progress',
    });
    clock.advance(30 * second);
    expect(await one(there, TargetGroupArn)).toEqual({
      Target: target,
      HealthCheckPort: '8080',
      TargetHealth: { State: 'healthy' },
      AdministrativeOverride: {
        State: 'no_override',
        Reason: 'AdministrativeOverride.NoOverride',
        Description: 'No override is currently active on target',
      },
    });
  });

  it('drains for the whole deregistration delay and is not registered afterwards', async () => {
    const there = rig();
    const { balancing, clock } = there;
    const { group } = await there.harness();
    await register(there, group);
    clock.advance(5 * minute);
    expect((await one(there, group))?.TargetHealth?.State).toBe('healthy');
    await balancing.send(new elb.DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [target] }));
    clock.advance(299 * second);
    expect((await one(there, group))?.TargetHealth).toEqual({
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    });
    clock.advance(second);
    expect(await one(there, group)).toBeUndefined();
    // With the port, which is told of what is registered nowhere too: moto, test_describe_unknown_targets, verified against AWS.
    expect(await one(there, group, [target])).toEqual({
      Target: target,
      HealthCheckPort: String(target.Port),
      TargetHealth: {
        State: 'unused',
        Reason: 'Target.NotRegistered',
        Description: 'Target is not registered to the target group',
      },
    });
  });

  it('is gone at once when the group is not in use, and draining ends with the listener', async () => {
    const there = rig();
    const { balancing } = there;
    const staged = await there.harness();
    const lone = await there.group('lone');
    await register(there, lone.TargetGroupArn);
    const deregister = (TargetGroupArn: string | undefined) =>
      balancing.send(new elb.DeregisterTargetsCommand({ TargetGroupArn, Targets: [target] }));
    await deregister(lone.TargetGroupArn);
    expect(await there.health(lone.TargetGroupArn)).toEqual([]);
    await register(there, staged.group);
    await deregister(staged.group);
    expect(await there.health(staged.group)).toEqual(['draining']);
    await balancing.send(new elb.DeleteListenerCommand({ ListenerArn: staged.listener }));
    expect(await there.health(staged.group)).toEqual([]);
  });

  it('is unhealthy after the threshold of failed checks', async () => {
    const there = rig();
    const { clock, local } = there;
    const { group } = await there.harness();
    clock.advance(3 * minute);
    elbv2Of(local).targetBehaviours[target.Id] = 'error';
    elbv2Of(local).targetBehaviours['10.9.0.2'] = 'timeout';
    await register(there, group, [target, { Id: '10.9.0.2', Port: 8080 }]);
    clock.advance(60 * second);
    expect(await there.health(group)).toEqual(['initial', 'initial']);
    clock.advance(5 * second);
    expect((await one(there, group))?.TargetHealth).toEqual({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [503]',
    });
    expect((await one(there, group, [{ Id: '10.9.0.2', Port: 8080 }]))?.TargetHealth).toEqual({
      State: 'unhealthy',
      Reason: 'Target.Timeout',
      Description: 'Request timed out',
    });
  });

  it('follows a change of the answers after the thresholds of failed and passed checks', async () => {
    const there = rig();
    const { balancing, clock, world } = there;
    const { group } = await there.harness();
    await balancing.send(
      new elb.ModifyTargetGroupCommand({
        TargetGroupArn: group,
        HealthCheckIntervalSeconds: 10,
        UnhealthyThresholdCount: 3,
        HealthyThresholdCount: 4,
      }),
    );
    clock.advance(5 * minute);
    await register(there, group);
    // Registered after 4 s, checked every 10 s from then on.
    clock.advance(14 * second);
    expect(await there.health(group)).toEqual(['healthy']);
    clock.advance(second);
    const answer = (said: 'error' | 'timeout' | null): void => {
      setTargetBehaviour(world, 'eu-west-1', target.Id, said);
    };
    answer('error');
    clock.advance(28 * second);
    expect(await there.health(group)).toEqual(['healthy']);
    clock.advance(second);
    expect((await one(there, group))?.TargetHealth).toMatchObject({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
    });
    answer(null);
    clock.advance(39 * second);
    expect((await one(there, group))?.TargetHealth).toMatchObject({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
    });
    clock.advance(second);
    expect(await there.health(group)).toEqual(['healthy']);
    // Two failed checks in a row are not enough.
    answer('timeout');
    clock.advance(25 * second);
    answer(null);
    clock.advance(10 * minute);
    expect(await there.health(group)).toEqual(['healthy']);
  });

  it('is the same whoever looked, and whenever', async () => {
    const play = async (looks: boolean) => {
      const there = rig();
      const { group } = await there.harness();
      there.clock.advance(5 * minute);
      await register(there, group);
      const states: (readonly unknown[])[] = [];
      for (const [at, said] of [
        [40, 'error'],
        [130, null],
        [170, 'timeout'],
        [400, null],
      ] as const) {
        while (there.clock.now() < start + 5 * minute + at * second) {
          there.clock.advance(second);
          if (looks) await there.health(group);
        }
        setTargetBehaviour(there.world, 'eu-west-1', target.Id, said);
        states.push(await there.health(group));
      }
      return states;
    };
    expect(await play(true)).toEqual(await play(false));
  });

  it('refuses addresses that are not private, and deregisters strangers without complaint', async () => {
    const there = rig();
    const { balancing } = there;
    const { TargetGroupArn } = await there.group();
    expect(await refusal(register(there, TargetGroupArn, [{ Id: '127.0.0.1' }]))).toEqual({
      code: 'ValidationError',
      message:
        "The IP address '127.0.0.1' is not allowed, as it must be an address from a VPC subnet, RFC1918, or RFC6598",
    });
    await balancing.send(new elb.DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.1.1.1' }] }));
  });
});

describe('Listeners', () => {
  it('echoes a plain forward both ways, as captured', async () => {
    const { balancer, group, listener } = rig();
    const { LoadBalancerArn } = await balancer();
    const { TargetGroupArn } = await group();
    const made = await listener(LoadBalancerArn, TargetGroupArn);
    expect(made).toEqual({
      ListenerArn: like(/:listener\/app\/web\/[0-9a-f]{16}\/[0-9a-f]{16}$/),
      LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [
        {
          Type: 'forward',
          TargetGroupArn,
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn, Weight: 1 }],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    });
  });

  it('takes certificates that exist', async () => {
    const { balancer, group, listener } = rig();
    const { LoadBalancerArn } = await balancer();
    const { TargetGroupArn } = await group();
    const secure = (CertificateArn: string) =>
      listener(LoadBalancerArn, TargetGroupArn, { Port: 443, Protocol: 'HTTPS', Certificates: [{ CertificateArn }] });
    expect(await refusal(secure(`${certificate}0`))).toEqual({
      code: 'CertificateNotFound',
      message: `Certificate '${certificate}0' not found`,
    });
    expect(await secure(certificate)).toMatchObject({
      Certificates: [{ CertificateArn: certificate }],
      SslPolicy: 'ELBSecurityPolicy-2016-08',
    });
  });

  it('is one per port; the same one again is the same', async () => {
    const { balancer, group, listener, balancing } = rig();
    const { LoadBalancerArn } = await balancer();
    const first = await group();
    const second = await group('second');
    const made = await listener(LoadBalancerArn, first.TargetGroupArn);
    expect((await listener(LoadBalancerArn, first.TargetGroupArn)).ListenerArn).toBe(made.ListenerArn);
    const duplicate = {
      code: 'DuplicateListener',
      message: `A listener already exists on this port for this load balancer '${present(LoadBalancerArn)}'`,
    };
    expect(await refusal(listener(LoadBalancerArn, second.TargetGroupArn))).toEqual(duplicate);
    const other = await listener(LoadBalancerArn, second.TargetGroupArn, { Port: 81 });
    const move = new elb.ModifyListenerCommand({ ListenerArn: other.ListenerArn, Port: 80 });
    expect(await refusal(balancing.send(move))).toEqual(duplicate);
  });

  it('forwards by weight, redirects and answers by itself', async () => {
    const { balancer, group, listener } = rig();
    const { LoadBalancerArn } = await balancer();
    const a = await group('a');
    const b = await group('b');
    const weighted = await listener(LoadBalancerArn, undefined, {
      DefaultActions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: a.TargetGroupArn, Weight: 3 },
              { TargetGroupArn: b.TargetGroupArn, Weight: 1 },
            ],
          },
        },
      ],
    });
    expect(weighted.DefaultActions?.[0]?.TargetGroupArn).toBeUndefined();
    expect(weighted.DefaultActions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight)).toEqual([3, 1]);
    const redirect = await listener(LoadBalancerArn, undefined, {
      Port: 81,
      DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' } }],
    });
    expect(redirect.DefaultActions?.[0]?.RedirectConfig).toEqual({
      Protocol: 'HTTPS',
      Port: '#{port}',
      Host: '#{host}',
      Path: '/#{path}',
      Query: '#{query}',
      StatusCode: 'HTTP_301',
    });
    const fixed = await listener(LoadBalancerArn, undefined, {
      Port: 82,
      DefaultActions: [
        { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503', MessageBody: 'back soon' } },
      ],
    });
    expect(fixed.DefaultActions?.[0]?.FixedResponseConfig).toEqual({ StatusCode: '503', MessageBody: 'back soon' });
  });

  it('moves its hold on target groups when it is modified', async () => {
    const there = rig();
    const { balancing, clock } = there;
    const staged = await there.harness();
    const other = await there.group('other');
    await balancing.send(
      new elb.ModifyListenerCommand({
        ListenerArn: staged.listener,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: other.TargetGroupArn }],
      }),
    );
    clock.advance(6 * second);
    await balancing.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: staged.group }));
    const drop = new elb.DeleteTargetGroupCommand({ TargetGroupArn: other.TargetGroupArn });
    expect((await refusal(balancing.send(drop))).code).toBe('ResourceInUse');
  });

  it('is missed when it is gone, unlike load balancers and target groups', async () => {
    const there = rig();
    const { balancing } = there;
    const staged = await there.harness();
    const drop = () => balancing.send(new elb.DeleteListenerCommand({ ListenerArn: staged.listener }));
    await drop();
    const missing = { code: 'ListenerNotFound', message: 'One or more listeners not found' };
    expect(await refusal(drop())).toEqual(missing);
    const read = new elb.DescribeListenersCommand({ ListenerArns: [staged.listener] });
    expect(await refusal(balancing.send(read))).toEqual(missing);
    const { Listeners } = await balancing.send(new elb.DescribeListenersCommand({ LoadBalancerArn: staged.balancer }));
    expect(Listeners).toEqual([]);
  });
});

describe('Rules', () => {
  const ruled = async () => {
    const there = rig();
    const staged = await there.harness();
    const rule = (Priority: number, more: Partial<elb.CreateRuleInput> = {}) =>
      there.balancing.send(
        new elb.CreateRuleCommand({
          ListenerArn: staged.listener,
          Priority,
          Conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
          Actions: [{ Type: 'forward', TargetGroupArn: staged.group }],
          ...more,
        }),
      );
    const list = async () =>
      present((await there.balancing.send(new elb.DescribeRulesCommand({ ListenerArn: staged.listener }))).Rules);
    return { ...there, staged, rule, list };
  };

  it('answers as captured: the priority a string, values told both ways', async () => {
    const { rule, staged } = await ruled();
    const { Rules } = await rule(10, {
      Conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } },
        { Field: 'host-header', Values: ['api.example.com'] },
      ],
    });
    expect(Rules).toEqual([
      {
        RuleArn: like(/:listener-rule\/app\/web\/[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}$/),
        Priority: '10',
        Conditions: [
          { Field: 'host-header', Values: ['api.example.com'], HostHeaderConfig: { Values: ['api.example.com'] } },
          { Field: 'path-pattern', Values: ['/api/*'], PathPatternConfig: { Values: ['/api/*'] } },
        ],
        Actions: [
          {
            Type: 'forward',
            TargetGroupArn: staged.group,
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: staged.group, Weight: 1 }],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
        IsDefault: false,
        Transforms: [],
      },
    ]);
  });

  it('lists by priority, the default rule last with the actions of its listener', async () => {
    const { rule, list, staged } = await ruled();
    await rule(20);
    await rule(3);
    const rules = await list();
    expect(rules.map(({ Priority }) => Priority)).toEqual(['3', '20', 'default']);
    expect(rules[2]).toMatchObject({ IsDefault: true, Conditions: [], Actions: [{ TargetGroupArn: staged.group }] });
  });

  it('keeps each priority to one rule', async () => {
    const { rule, list, balancing } = await ruled();
    await rule(1);
    await rule(2);
    expect(await refusal(rule(1))).toEqual({ code: 'PriorityInUse', message: "Priority '1' is currently in use" });
    const [first, second] = await list();
    const set = (RulePriorities: elb.RulePriorityPair[]) =>
      balancing.send(new elb.SetRulePrioritiesCommand({ RulePriorities }));
    expect((await refusal(set([{ RuleArn: first?.RuleArn, Priority: 2 }]))).code).toBe('PriorityInUse');
    await set([
      { RuleArn: first?.RuleArn, Priority: 2 },
      { RuleArn: second?.RuleArn, Priority: 1 },
    ]);
    expect((await list()).map(({ RuleArn }) => RuleArn).slice(0, 2)).toEqual([second?.RuleArn, first?.RuleArn]);
  });

  it('takes every kind of condition', async () => {
    const { rule } = await ruled();
    const Conditions: elb.RuleCondition[] = [
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-test', Values: ['1'] } },
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } },
    ];
    const { Rules } = await rule(1, { Conditions });
    expect(Rules?.[0]?.Conditions).toEqual(Conditions);
  });

  it('never changes or deletes the default rule, and misses what is gone', async () => {
    const { rule, list, balancing } = await ruled();
    const { Rules } = await rule(1);
    const arn = present(Rules?.[0]?.RuleArn);
    const standard = present((await list()).at(-1)?.RuleArn);
    expect(await refusal(balancing.send(new elb.DeleteRuleCommand({ RuleArn: standard })))).toEqual({
      code: 'OperationNotPermitted',
      message: `Default rule '${standard}' cannot be deleted`,
    });
    const modify = new elb.ModifyRuleCommand({ RuleArn: standard, Actions: [] });
    expect((await refusal(balancing.send(modify))).message).toBe(`Default rule '${standard}' cannot be modified`);
    await balancing.send(new elb.DeleteRuleCommand({ RuleArn: arn }));
    expect(await refusal(balancing.send(new elb.DeleteRuleCommand({ RuleArn: arn })))).toEqual({
      code: 'RuleNotFound',
      message: 'One or more rules not found',
    });
  });

  it('holds target groups like a listener does', async () => {
    const { rule, group, balancing, clock } = await ruled();
    const own = await group('own');
    const { Rules } = await rule(1, { Actions: [{ Type: 'forward', TargetGroupArn: own.TargetGroupArn }] });
    const drop = () => balancing.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: own.TargetGroupArn }));
    expect((await refusal(drop())).code).toBe('ResourceInUse');
    await balancing.send(new elb.DeleteRuleCommand({ RuleArn: Rules?.[0]?.RuleArn }));
    clock.advance(6 * second);
    await drop();
  });
});

describe('Tags and limits', () => {
  it('tags several kinds in one call', async () => {
    const there = rig();
    const { balancing } = there;
    const staged = await there.harness();
    const ResourceArns = [staged.balancer, staged.group, staged.listener];
    await balancing.send(
      new elb.AddTagsCommand({
        ResourceArns,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '' },
        ],
      }),
    );
    await balancing.send(new elb.AddTagsCommand({ ResourceArns, Tags: [{ Key: 'a', Value: '2' }] }));
    await balancing.send(new elb.RemoveTagsCommand({ ResourceArns, TagKeys: ['b'] }));
    const { TagDescriptions } = await balancing.send(new elb.DescribeTagsCommand({ ResourceArns }));
    expect(TagDescriptions).toEqual(
      ResourceArns.map((ResourceArn) => ({ ResourceArn, Tags: [{ Key: 'a', Value: '2' }] })),
    );
    const many = new elb.DescribeTagsCommand({ ResourceArns: Array.from({ length: 21 }, () => staged.group) });
    expect((await refusal(balancing.send(many))).code).toBe('ValidationError');
    const twice = new elb.AddTagsCommand({
      ResourceArns,
      Tags: [
        { Key: 'c', Value: '' },
        { Key: 'c', Value: '' },
      ],
    });
    expect((await refusal(balancing.send(twice))).code).toBe('DuplicateTagKeys');
    const gone = new elb.DescribeTagsCommand({ ResourceArns: [`${staged.group}0`] });
    expect((await refusal(balancing.send(gone))).code).toBe('TargetGroupNotFound');
  });

  it('tells the quotas', async () => {
    const { balancing } = rig();
    const { Limits } = await balancing.send(new elb.DescribeAccountLimitsCommand({}));
    expect(Limits).toContainEqual({ Name: 'application-load-balancers', Max: '50' });
  });
});
