// The data plane over a world that was built through the real SDK clients: what a client on the internet finds, when.
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  ListHostedZonesCommand,
  DeleteHealthCheckCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { HealthCheckConfig, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import {
  awsTimings,
  createWorld,
  elbv2Of,
  healthCheckHealthy,
  presume,
  probeHttp,
  probeTcp,
  resolveDns,
  route53Of,
  sandboxClientConfig,
  setTargetBehaviour,
  snapshot,
  VirtualClock,
} from '../../src/sandbox/index.ts';
import { endpointHealth } from '../../src/sandbox/dataplane/index.ts';

const t0 = Date.UTC(2026, 8, 5, 10);
const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';
const minute = 60_000;

/** A world with a network and a zone, and short ways to put things into it. */
async function newSite(region = 'eu-west-1') {
  const clock = new VirtualClock(t0);
  const world = createWorld({ clock });
  presume(world, [
    { kind: 'vpc', id: 'vpc-1', region },
    { kind: 'subnet', id: 'subnet-1', region },
    { kind: 'subnet', id: 'subnet-2', region },
    { kind: 'security-group', id: 'sg-1', region },
    { kind: 'certificate', arn: certificate },
  ]);
  const elb = new ElasticLoadBalancingV2Client(sandboxClientConfig(world, 'elasticloadbalancing', region));
  const route53 = new Route53Client(sandboxClientConfig(world, 'route53'));
  const zone = await route53.send(new CreateHostedZoneCommand({ Name: 'wonderland.example', CallerReference: '1' }));
  const zoneId = text(zone.HostedZone?.Id);

  const change = (Action: 'UPSERT' | 'DELETE', ...records: ResourceRecordSet[]) =>
    route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Changes: records.map((ResourceRecordSet) => ({ Action, ResourceRecordSet })) },
      }),
    );
  return {
    clock,
    world,
    elb,
    route53,
    change,
    /** Records, published at once. */
    publish: async (...records: ResourceRecordSet[]) => {
      await change('UPSERT', ...records);
      clock.advance(minute);
    },
    balancer: async (name: string, type: 'application' | 'network' = 'application') => {
      const command = new CreateLoadBalancerCommand({
        Name: name,
        Type: type,
        Subnets: ['subnet-1', 'subnet-2'],
        ...(type === 'application' ? { SecurityGroups: ['sg-1'] } : {}),
      });
      const [created] = (await elb.send(command)).LoadBalancers ?? [];
      return {
        arn: text(created?.LoadBalancerArn),
        host: text(created?.DNSName),
        zone: text(created?.CanonicalHostedZoneId),
      };
    },
    group: async (name: string, protocol: 'HTTP' | 'TCP' = 'HTTP') => {
      const command = new CreateTargetGroupCommand({
        Name: name,
        Protocol: protocol,
        Port: 8080,
        VpcId: 'vpc-1',
        TargetType: 'ip',
      });
      return text((await elb.send(command)).TargetGroups?.[0]?.TargetGroupArn);
    },
    listener: async (
      LoadBalancerArn: string,
      action: Action,
      Port = 80,
      Protocol: 'HTTP' | 'HTTPS' | 'TCP' = 'HTTP',
    ) => {
      const command = new CreateListenerCommand({
        LoadBalancerArn,
        Port,
        Protocol,
        DefaultActions: [action],
        ...(Protocol === 'HTTPS' ? { Certificates: [{ CertificateArn: certificate }] } : {}),
      });
      return text((await elb.send(command)).Listeners?.[0]?.ListenerArn);
    },
    register: (TargetGroupArn: string, ...ids: string[]) =>
      elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: ids.map((Id) => ({ Id, Port: 8080 })) })),
  };
}

type Site = Awaited<ReturnType<typeof newSite>>;

function text(value: string | undefined): string {
  if (value === undefined) throw new Error('a member of the answer is missing');
  return value;
}

/** The behaviour of targets that are no ECS tasks. */
function behave(site: Site, id: string, answer: 'error' | 'timeout', region = 'eu-west-1'): void {
  elbv2Of(site.world.region(region)).targetBehaviours[id] = answer;
}

const fixed = (StatusCode: string, MessageBody?: string): Action => ({
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode, ContentType: 'text/plain', ...(MessageBody === undefined ? {} : { MessageBody }) },
});
const forward = (TargetGroupArn: string): Action => ({ Type: 'forward', TargetGroupArn });
const cname = (name: string, value: string): ResourceRecordSet => ({
  Name: name,
  Type: 'CNAME',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
});
const address = (name: string, value: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
  ...more,
});

/** An active load balancer with one target that answers, reachable under `name`. */
async function newService(site: Site, name: string) {
  const balancer = await site.balancer(name);
  const group = await site.group(name);
  const listener = await site.listener(balancer.arn, forward(group));
  await site.register(group, '10.0.0.1');
  site.clock.advance(10 * minute);
  return { balancer, group, listener };
}

describe('DNS', () => {
  it('follows CNAMEs through the zone to the addresses of a load balancer', async () => {
    const site = await newSite();
    const { host } = await site.balancer('api');
    await site.publish(cname('a.wonderland.example', 'B.wonderland.example.'), cname('b.wonderland.example', host));
    const found = resolveDns(site.world, 'A.wonderland.example.', 'A');
    expect(found.chain).toEqual(['a.wonderland.example', 'b.wonderland.example', host.toLowerCase()]);
    expect(found.answers).toHaveLength(2);
    expect(found.answers.every((value) => /^198\.1[89]\.\d+\.\d+$/.test(value))).toBe(true);
    expect(resolveDns(site.world, 'a.wonderland.example', 'CNAME')).toEqual({
      answers: ['b.wonderland.example'],
      chain: ['a.wonderland.example'],
      ttl: 60,
    });
  });

  it('answers an alias with the addresses of its target, in any region and with dualstack prefix', async () => {
    const site = await newSite('ap-south-1');
    const { host, zone } = await site.balancer('api');
    const alias = { HostedZoneId: zone, DNSName: `dualstack.${host}`, EvaluateTargetHealth: false };
    await site.publish({ Name: 'wonderland.example', Type: 'A', AliasTarget: alias });
    expect(resolveDns(site.world, 'wonderland.example', 'A').answers).toEqual(
      resolveDns(site.world, host, 'A').answers,
    );
    expect(resolveDns(site.world, host, 'AAAA').answers).toEqual([]);
  });

  it('answers what was before while a change is PENDING', async () => {
    const site = await newSite();
    await site.publish(address('a.wonderland.example', '192.0.2.1'));
    await site.change('UPSERT', address('a.wonderland.example', '192.0.2.2'));
    expect(resolveDns(site.world, 'a.wonderland.example', 'A').answers).toEqual(['192.0.2.1']);
    site.clock.advance(awsTimings.changeInSync);
    expect(resolveDns(site.world, 'a.wonderland.example', 'A').answers).toEqual(['192.0.2.2']);
    await site.change('DELETE', address('a.wonderland.example', '192.0.2.2'));
    expect(resolveDns(site.world, 'a.wonderland.example', 'A').answers).toEqual(['192.0.2.2']);
    site.clock.advance(awsTimings.changeInSync);
    expect(resolveDns(site.world, 'a.wonderland.example', 'A')).toMatchObject({
      answers: [],
      reason: 'a.wonderland.example does not exist',
    });
  });

  it('tells why there is no answer', async () => {
    const site = await newSite();
    await site.publish(
      cname('gone.wonderland.example', 'gone-1.eu-west-1.elb.amazonaws.com'),
      cname('loop.wonderland.example', 'loop.wonderland.example'),
    );
    const reason = (name: string, type = 'A') => resolveDns(site.world, name, type).reason;
    expect(reason('gone.wonderland.example')).toBe(
      'gone-1.eu-west-1.elb.amazonaws.com is the name of no load balancer',
    );
    expect(reason('www.elsewhere.example')).toBe('www.elsewhere.example is not in this sandbox');
    expect(reason('wonderland.example', 'TXT')).toBe('wonderland.example has no record of type TXT');
    expect(reason('loop.wonderland.example')).toBe('loop.wonderland.example leads through too many names');
  });

  it('gives a load balancer that is created again under its name another name in DNS', async () => {
    const site = await newSite();
    const first = await site.balancer('api');
    await site.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: first.arn }));
    const second = await site.balancer('api');
    expect(resolveDns(site.world, first.host, 'A').answers).toEqual([]);
    expect(resolveDns(site.world, second.host, 'A').answers).toHaveLength(2);
  });
});

describe('HTTP', () => {
  it('is up when a healthy target stands behind name, load balancer, listener and rule', async () => {
    const site = await newSite();
    const { balancer, group, listener } = await newService(site, 'api');
    await site.publish(cname('api.wonderland.example', balancer.host));
    expect(probeHttp(site.world, 'http://api.wonderland.example/health')).toEqual({
      status: 200,
      via: ['api.wonderland.example', balancer.host.toLowerCase(), balancer.arn, listener, group, '10.0.0.1:8080'],
    });
  });

  it('ENOTFOUND when a name leads to a load balancer that is gone', async () => {
    const site = await newSite();
    const { balancer } = await newService(site, 'api');
    await site.publish(cname('api.wonderland.example', balancer.host));
    await site.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer.arn }));
    expect(probeHttp(site.world, 'http://api.wonderland.example/')).toMatchObject({ error: 'ENOTFOUND' });
  });

  it('ETIMEDOUT while the load balancer is provisioning, and where nobody is', async () => {
    const site = await newSite();
    const { arn, host } = await site.balancer('api');
    await site.listener(arn, fixed('200'));
    expect(probeHttp(site.world, `http://${host}/`)).toMatchObject({
      error: 'ETIMEDOUT',
      detail: 'load balancer api is not active',
    });
    site.clock.advance(awsTimings.loadBalancerProvisioning);
    expect(probeHttp(site.world, `http://${host}/`)).toMatchObject({ status: 200 });
    expect(probeHttp(site.world, 'http://192.0.2.1/')).toMatchObject({ error: 'ETIMEDOUT' });
  });

  it('ECONNREFUSED without a listener on the port', async () => {
    const site = await newSite();
    const { balancer, listener } = await newService(site, 'api');
    expect(probeHttp(site.world, `http://${balancer.host}:8080/`)).toMatchObject({ error: 'ECONNREFUSED' });
    await site.elb.send(new DeleteListenerCommand({ ListenerArn: listener }));
    expect(probeHttp(site.world, `http://${balancer.host}/`)).toMatchObject({ error: 'ECONNREFUSED' });
  });

  it('HTTPS needs a TLS listener, and a TLS listener needs HTTPS', async () => {
    const site = await newSite();
    const { arn, host } = await site.balancer('api');
    await site.listener(arn, fixed('200'), 443, 'HTTPS');
    await site.listener(arn, fixed('200'), 80);
    site.clock.advance(awsTimings.loadBalancerProvisioning);
    expect(probeHttp(site.world, `https://${host}/`)).toMatchObject({ status: 200 });
    expect(probeHttp(site.world, `http://${host}:443/`)).toMatchObject({ status: 400 });
    expect(probeHttp(site.world, `https://${host}:80/`)).toMatchObject({ error: 'EPROTO' });
  });

  it('503 without a target that takes traffic: none registered, initial, draining', async () => {
    const site = await newSite();
    const { arn, host } = await site.balancer('api');
    const group = await site.group('api');
    await site.listener(arn, forward(group));
    site.clock.advance(awsTimings.loadBalancerProvisioning);
    const status = () => probeHttp(site.world, `http://${host}/`);
    expect(status()).toMatchObject({ status: 503 });
    await site.register(group, '10.0.0.1');
    expect(status()).toMatchObject({ status: 503 });
    site.clock.advance(minute);
    expect(status()).toMatchObject({ status: 200 });
    await site.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: '10.0.0.1' }] }));
    expect(status()).toMatchObject({ status: 503 });
  });

  it('fails open: when all targets are unhealthy, one of them answers as it can', async () => {
    const site = await newSite();
    const { balancer, group } = await newService(site, 'api');
    const status = () => probeHttp(site.world, `http://${balancer.host}/`);
    behave(site, '10.0.0.1', 'error');
    site.clock.advance(10 * minute);
    expect(status()).toMatchObject({ status: 503, via: expect.arrayContaining(['10.0.0.1:8080']) as unknown });
    behave(site, '10.0.0.1', 'timeout');
    expect(status()).toMatchObject({ status: 504 });
    await site.register(group, '10.0.0.2');
    site.clock.advance(10 * minute);
    expect(status()).toMatchObject({ status: 200, via: expect.arrayContaining(['10.0.0.2:8080']) as unknown });
  });

  it('takes the first rule by priority whose conditions all hold', async () => {
    const site = await newSite();
    const { arn, host } = await site.balancer('api');
    const ListenerArn = await site.listener(arn, fixed('404'));
    const rule = (Priority: number, status: string, ...Conditions: RuleCondition[]) =>
      site.elb.send(new CreateRuleCommand({ ListenerArn, Priority, Conditions, Actions: [fixed(status)] }));
    await rule(20, '201', { Field: 'path-pattern', Values: ['/v?/*'] });
    await rule(
      10,
      '202',
      { Field: 'path-pattern', Values: ['/v1/*'] },
      { Field: 'host-header', Values: ['*.WONDERLAND.example'] },
    );
    await rule(30, '203', { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'debug', Value: '1' }] } });
    await rule(
      40,
      '204',
      { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8', '198.51.0.0/16'] } },
      { Field: 'path-pattern', Values: ['/in'] },
    );
    await site.publish(cname('api.wonderland.example', host));
    site.clock.advance(awsTimings.loadBalancerProvisioning);
    const status = (url: string) => probeHttp(site.world, url);
    expect(status('http://api.wonderland.example/v1/x')).toMatchObject({ status: 202 });
    expect(status(`http://${host}/v1/x`)).toMatchObject({ status: 201 });
    expect(status(`http://${host}/v12/x`)).toMatchObject({ status: 404 });
    expect(status(`http://${host}/V1/x`)).toMatchObject({ status: 404 });
    expect(status(`http://${host}/?Debug=1`)).toMatchObject({ status: 203 });
    expect(status(`http://${host}/in`)).toMatchObject({ status: 204 });
  });

  it('answers fixed responses and redirects, which it does not follow', async () => {
    const site = await newSite();
    const { arn, host } = await site.balancer('api');
    await site.listener(arn, fixed('418', 'short and stout'), 8080);
    const RedirectConfig = { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } as const;
    await site.listener(arn, { Type: 'redirect', RedirectConfig });
    site.clock.advance(awsTimings.loadBalancerProvisioning);
    expect(probeHttp(site.world, `http://${host}:8080/`)).toMatchObject({ status: 418, body: 'short and stout' });
    expect(probeHttp(site.world, `http://${host}/a/b?c=d`)).toMatchObject({
      status: 301,
      location: `https://${host.toLowerCase()}:443/a/b?c=d`,
    });
  });

  it('a probe leaves the world as it was', async () => {
    const site = await newSite();
    const { balancer } = await newService(site, 'api');
    probeHttp(site.world, `http://${balancer.host}/`);
    const before = snapshot(site.world);
    probeHttp(site.world, `http://${balancer.host}/`);
    probeHttp(site.world, 'http://nowhere.example/');
    expect(snapshot(site.world)).toEqual(before);
  });
});

describe('TCP', () => {
  it('an application load balancer takes any connection, a network load balancer only with a target', async () => {
    const site = await newSite();
    const application = await site.balancer('app');
    await site.listener(application.arn, forward(await site.group('app')));
    const network = await site.balancer('net', 'network');
    const group = await site.group('net', 'TCP');
    await site.listener(network.arn, forward(group), 5432, 'TCP');
    site.clock.advance(10 * minute);
    expect(probeTcp(site.world, application.host, 80)).toMatchObject({ connected: true });
    expect(probeTcp(site.world, application.host, 81)).toMatchObject({ error: 'ECONNREFUSED' });
    expect(probeTcp(site.world, network.host, 5432)).toMatchObject({ error: 'ECONNRESET' });
    await site.register(group, '10.0.0.1');
    site.clock.advance(10 * minute);
    expect(probeTcp(site.world, network.host, 5432)).toMatchObject({ connected: true });
    expect(probeTcp(site.world, 'nowhere.example', 1)).toMatchObject({ error: 'ENOTFOUND' });
  });
});

describe('Health checks and routing', () => {
  async function newCheck(
    site: Site,
    config: Partial<HealthCheckConfig> & Pick<HealthCheckConfig, 'Type'>,
  ): Promise<string> {
    const CallerReference = String(Object.keys(route53Of(site.world.data).healthCheckReferences).length);
    const answer = await site.route53.send(
      new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig: config }),
    );
    return text(answer.HealthCheck?.Id);
  }

  it('a check follows its endpoint, once there is enough data', async () => {
    const site = await newSite();
    const { balancer } = await newService(site, 'api');
    behave(site, '10.0.0.1', 'error');
    site.clock.advance(10 * minute);
    const check = { Type: 'HTTP', FullyQualifiedDomainName: balancer.host, Port: 80, ResourcePath: '/health' } as const;
    const id = await newCheck(site, check);
    const inverted = await newCheck(site, { ...check, Inverted: true });
    const disabled = await newCheck(site, { ...check, Disabled: true });
    expect(healthCheckHealthy(site.world, id)).toBe(true);
    site.clock.advance(awsTimings.healthCheckFirstStatus);
    expect(healthCheckHealthy(site.world, id)).toBe(false);
    expect(healthCheckHealthy(site.world, inverted)).toBe(true);
    expect(healthCheckHealthy(site.world, disabled)).toBe(true);
    const parent = await newCheck(site, { Type: 'CALCULATED', ChildHealthChecks: [id, disabled], HealthThreshold: 2 });
    site.clock.advance(awsTimings.healthCheckFirstStatus);
    expect(healthCheckHealthy(site.world, parent)).toBe(false);
    await site.route53.send(new DeleteHealthCheckCommand({ HealthCheckId: id }));
    expect(healthCheckHealthy(site.world, id)).toBe(true);
  });

  it('a checker reports what it found', async () => {
    const site = await newSite();
    const { arn, host } = await site.balancer('api');
    await site.listener(arn, fixed('200', 'all is well'));
    await site.listener(arn, fixed('500'), 81);
    site.clock.advance(awsTimings.loadBalancerProvisioning);
    const base = { type: 'HTTP', fullyQualifiedDomainName: host, inverted: false, disabled: false };
    const health = (config: object) => endpointHealth(site.world, { ...base, ...config });
    expect(health({})).toEqual({ healthy: true, report: 'Success: HTTP Status Code 200, OK' });
    expect(health({ port: 81 })).toEqual({
      healthy: false,
      report: 'Failure: HTTP Status Code 500, Internal Server Error',
    });
    expect(health({ port: 82 })).toEqual({ healthy: false, report: 'Failure: Connection refused' });
    expect(health({ type: 'TCP', port: 81 })).toMatchObject({ healthy: true });
    expect(health({ type: 'HTTP_STR_MATCH', searchString: 'well' })).toMatchObject({ healthy: true });
    expect(health({ type: 'HTTP_STR_MATCH', searchString: 'ill' })).toMatchObject({ healthy: false });
    expect(health({ fullyQualifiedDomainName: 'gone.example' })).toMatchObject({ healthy: false });
    const [ip] = resolveDns(site.world, host, 'A').answers;
    expect(health({ ipAddress: ip, fullyQualifiedDomainName: 'gone.example' })).toMatchObject({ healthy: true });
  });

  it('failover: the secondary answers as long as the primary is unhealthy, the primary when both are', async () => {
    const site = await newSite();
    const primary = await newService(site, 'one');
    const FullyQualifiedDomainName = primary.balancer.host;
    const HealthCheckId = await newCheck(site, { Type: 'HTTP', FullyQualifiedDomainName, Port: 80 });
    const name = 'api.wonderland.example';
    await site.publish(
      address(name, '192.0.2.1', { SetIdentifier: 'p', Failover: 'PRIMARY', HealthCheckId }),
      address(name, '192.0.2.2', { SetIdentifier: 's', Failover: 'SECONDARY' }),
    );
    site.clock.advance(10 * minute);
    const answers = () => resolveDns(site.world, name, 'A').answers;
    expect(answers()).toEqual(['192.0.2.1']);
    behave(site, '10.0.0.1', 'timeout');
    site.clock.advance(90_000);
    expect(answers()).toEqual(['192.0.2.2']);
    await site.publish(address(name, '192.0.2.2', { SetIdentifier: 's', Failover: 'SECONDARY', HealthCheckId }));
    expect(answers()).toEqual(['192.0.2.1']);
  });

  it.each([
    ['the usual one', {}, 30, 3],
    ['a fast one', { RequestInterval: 10, FailureThreshold: 2 }, 10, 2],
    ['one that is in no hurry', { FailureThreshold: 10 }, 30, 10],
    ['one that counts the first', { FailureThreshold: 1 }, 30, 1],
  ] as const)('%s turns after its threshold of checks, and back', async (_what, config, interval, threshold) => {
    const play = async (looks: boolean) => {
      const site = await newSite();
      const { balancer } = await newService(site, 'one');
      const id = await newCheck(site, { Type: 'HTTP', FullyQualifiedDomainName: balancer.host, Port: 80, ...config });
      const healthy = () => healthCheckHealthy(site.world, id);
      // A second after a check.
      site.clock.advance(60_000 + 600_000 + 1_000);
      const told = [healthy()];
      for (const answer of ['error', null] as const) {
        setTargetBehaviour(site.world, 'eu-west-1', '10.0.0.1', answer);
        for (let second = 1; second < interval * threshold - 1; second += 1) {
          site.clock.advance(1_000);
          if (looks) told.push(healthy());
        }
        told.push(healthy());
        site.clock.advance(1_000);
        told.push(healthy());
        site.clock.advance(interval * 3_000 + 1_000);
      }
      return told;
    };
    const told = await play(false);
    expect(told).toEqual([true, true, false, false, true]);
    expect(new Set(await play(true))).toEqual(new Set(told));
    expect((await play(true)).at(-1)).toBe(true);
  });

  it('too few failures in a row change nothing', async () => {
    const site = await newSite();
    const { balancer } = await newService(site, 'one');
    const id = await newCheck(site, { Type: 'HTTP', FullyQualifiedDomainName: balancer.host, Port: 80 });
    site.clock.advance(5 * minute);
    for (let round = 0; round < 5; round += 1) {
      setTargetBehaviour(site.world, 'eu-west-1', '10.0.0.1', 'timeout');
      site.clock.advance(60_000);
      await site.route53.send(new ListHostedZonesCommand({}));
      setTargetBehaviour(site.world, 'eu-west-1', '10.0.0.1', null);
      site.clock.advance(30_000);
      expect(healthCheckHealthy(site.world, id)).toBe(true);
    }
  });

  it('an alias that evaluates target health fails over with its load balancer', async () => {
    const site = await newSite();
    const { balancer, group } = await newService(site, 'one');
    const name = 'api.wonderland.example';
    const AliasTarget = { HostedZoneId: balancer.zone, DNSName: balancer.host, EvaluateTargetHealth: true };
    await site.publish(
      { Name: name, Type: 'A', SetIdentifier: 'p', Failover: 'PRIMARY', AliasTarget },
      address(name, '192.0.2.2', { SetIdentifier: 's', Failover: 'SECONDARY' }),
    );
    expect(resolveDns(site.world, name, 'A').answers).toEqual(resolveDns(site.world, balancer.host, 'A').answers);
    await site.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: '10.0.0.1' }] }));
    expect(resolveDns(site.world, name, 'A').answers).toEqual(['192.0.2.2']);
  });

  it('a check that depends on the record it decides about comes to an end', async () => {
    const site = await newSite();
    const name = 'api.wonderland.example';
    const HealthCheckId = await newCheck(site, { Type: 'HTTP', FullyQualifiedDomainName: name, Port: 80 });
    await site.publish(
      address(name, '192.0.2.1', { SetIdentifier: 'p', Failover: 'PRIMARY', HealthCheckId }),
      address(name, '192.0.2.2', { SetIdentifier: 's', Failover: 'SECONDARY' }),
    );
    site.clock.advance(10 * minute);
    expect(resolveDns(site.world, name, 'A').answers).toEqual(['192.0.2.2']);
  });
});
