// What usual clients ask of listeners and rules beside their actions.
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { presume, probeHttp } from '../../src/sandbox/index.ts';
import { certificate, minute, refusal, region, rig, type Rig } from './ecs-rig.ts';

const second = `${certificate}-2`;

interface Secure {
  readonly there: Rig;
  readonly arn: string;
  readonly balancer: elb.LoadBalancer;
  readonly group: string;
}

const action = (group: string): elb.Action => ({ Type: 'forward', TargetGroupArn: group });

async function secure(actions: (group: string) => elb.Action[] = (group) => [action(group)]): Promise<Secure> {
  const there = rig();
  presume(there.world, [{ kind: 'certificate', arn: second, region }]);
  const balancer = await there.balancer();
  const made = await there.balancing.send(
    new elb.CreateTargetGroupCommand({ Name: 'api', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' }),
  );
  const group = made.TargetGroups?.[0]?.TargetGroupArn ?? '';
  const { Listeners } = await there.balancing.send(
    new elb.CreateListenerCommand({
      LoadBalancerArn: balancer.LoadBalancerArn,
      Protocol: 'HTTPS',
      Port: 443,
      Certificates: [{ CertificateArn: certificate }],
      DefaultActions: actions(group),
    }),
  );
  there.clock.advance(3 * minute);
  return { there, arn: Listeners?.[0]?.ListenerArn ?? '', balancer, group };
}

const oidc: elb.AuthenticateOidcActionConfig = {
  Issuer: 'https://id.example.org',
  AuthorizationEndpoint: 'https://id.example.org/authorize',
  TokenEndpoint: 'https://id.example.org/token',
  UserInfoEndpoint: 'https://id.example.org/me',
  ClientId: 'wonderland',
  ClientSecret: 'off-with-their-heads',
  AuthenticationRequestExtraParams: { prompt: 'login', audience: 'a & b' },
};

describe('Attributes of listeners', () => {
  it('are those of its protocol, with AWS’s defaults; a change answers with all of them', async () => {
    const { there, arn } = await secure();
    const { Attributes = [] } = await there.balancing.send(
      new elb.DescribeListenerAttributesCommand({ ListenerArn: arn }),
    );
    expect(Attributes).toContainEqual({ Key: 'routing.http.response.server.enabled', Value: 'true' });
    const value = { Key: 'routing.http.response.x_frame_options.header_value', Value: 'DENY' };
    const changed = await there.balancing.send(
      new elb.ModifyListenerAttributesCommand({ ListenerArn: arn, Attributes: [value] }),
    );
    expect(changed.Attributes).toHaveLength(Attributes.length);
    expect(changed.Attributes).toContainEqual(value);
    const strange = new elb.ModifyListenerAttributesCommand({
      ListenerArn: arn,
      Attributes: [{ Key: 'tcp.idle_timeout.seconds', Value: '100' }],
    });
    expect((await refusal(there.balancing.send(strange))).code).toBe('InvalidConfigurationRequest');
  });
});

describe('Further certificates', () => {
  it('stand beside the default one, which cannot be taken away', async () => {
    const { there, arn } = await secure();
    const { balancing } = there;
    const name = { ListenerArn: arn, Certificates: [{ CertificateArn: second }] };
    await balancing.send(new elb.AddListenerCertificatesCommand(name));
    await balancing.send(new elb.AddListenerCertificatesCommand(name));
    const told = async (): Promise<unknown> =>
      (await balancing.send(new elb.DescribeListenerCertificatesCommand({ ListenerArn: arn }))).Certificates;
    expect(await told()).toEqual([
      { CertificateArn: certificate, IsDefault: true },
      { CertificateArn: second, IsDefault: false },
    ]);
    const main = { ListenerArn: arn, Certificates: [{ CertificateArn: certificate }] };
    const refused = await refusal(balancing.send(new elb.RemoveListenerCertificatesCommand(main)));
    expect(refused.code).toBe('OperationNotPermitted');
    await balancing.send(new elb.RemoveListenerCertificatesCommand(name));
    expect(await told()).toEqual([{ CertificateArn: certificate, IsDefault: true }]);
    const missing = { ListenerArn: arn, Certificates: [{ CertificateArn: `${certificate}-3` }] };
    expect((await refusal(balancing.send(new elb.AddListenerCertificatesCommand(missing)))).code).toBe(
      'CertificateNotFound',
    );
  });
});

describe('Actions before the one that answers', () => {
  it('are told in their order with AWS’s defaults, without the client secret', async () => {
    const { there, arn } = await secure((group) => [
      { ...action(group), Order: 2 },
      { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: oidc },
    ]);
    const { Listeners } = await there.balancing.send(new elb.DescribeListenersCommand({ ListenerArns: [arn] }));
    const told = Object.fromEntries(Object.entries(oidc).filter(([name]) => name !== 'ClientSecret'));
    expect(Listeners?.[0]?.DefaultActions).toMatchObject([
      {
        Type: 'authenticate-oidc',
        AuthenticateOidcConfig: {
          ...told,
          Scope: 'openid',
          SessionCookieName: 'AWSELBAuthSessionCookie',
          SessionTimeout: 604_800,
          OnUnauthenticatedRequest: 'authenticate',
        },
      },
      { Type: 'forward' },
    ]);
    expect(JSON.stringify(Listeners)).not.toContain('off-with-their-heads');
  });

  it('lead a request without a session to the identity provider', async () => {
    const { there, balancer } = await secure((group) => [
      { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: oidc },
      { ...action(group), Order: 2 },
    ]);
    const probe = probeHttp(there.world, `https://${balancer.DNSName ?? ''}/`);
    expect(probe).toMatchObject({ status: 302, location: oidc.AuthorizationEndpoint });
  });

  it('are not the last ones, and have orders of their own', async () => {
    const first: elb.Action = { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: oidc };
    expect((await refusal(secure(() => [first]))).message).toContain('The last action must be of type');
    const same = await refusal(secure((group) => [first, { ...action(group), Order: 1 }]));
    expect(same.message).toContain('different orders');
  });
});

describe('Rules that match and rewrite by regular expressions', () => {
  it('are told as they were given, and answer by them', async () => {
    const { there, arn, balancer } = await secure();
    const transforms: elb.RuleTransform[] = [
      { Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/v1/(.*)', Replace: '/$1' }] } },
    ];
    const made = await there.balancing.send(
      new elb.CreateRuleCommand({
        ListenerArn: arn,
        Priority: 5,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/v[0-9]+/'] } }],
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '410' } }],
        Transforms: transforms,
      }),
    );
    expect(made.Rules?.[0]).toMatchObject({
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/v[0-9]+/'] } }],
      Transforms: transforms,
    });
    expect(probeHttp(there.world, `https://${balancer.DNSName ?? ''}/v2/x`)).toMatchObject({ status: 410 });
    expect(probeHttp(there.world, `https://${balancer.DNSName ?? ''}/w2/x`)).toMatchObject({ status: 503 });
    const RuleArn = made.Rules?.[0]?.RuleArn;
    const reset = await there.balancing.send(new elb.ModifyRuleCommand({ RuleArn, ResetTransforms: true }));
    expect(reset.Rules?.[0]?.Transforms).toEqual([]);
  });
});

describe('Where a load balancer stands', () => {
  it('may be said by mappings with addresses, which are told', async () => {
    const there = rig();
    const made = await there.balancing.send(
      new elb.CreateLoadBalancerCommand({
        Name: 'net',
        Type: 'network',
        SubnetMappings: [{ SubnetId: 'subnet-a', AllocationId: 'eipalloc-1' }],
      }),
    );
    expect(made.LoadBalancers?.[0]?.AvailabilityZones).toEqual([
      { ZoneName: 'eu-west-1a', SubnetId: 'subnet-a', LoadBalancerAddresses: [{ AllocationId: 'eipalloc-1' }] },
    ]);
    const LoadBalancerArn = made.LoadBalancers?.[0]?.LoadBalancerArn;
    await there.balancing.send(new elb.SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: 'dualstack' }));
    const { LoadBalancers } = await there.balancing.send(new elb.DescribeLoadBalancersCommand({ Names: ['net'] }));
    expect(LoadBalancers?.[0]?.IpAddressType).toBe('dualstack');
    const capacity = await there.balancing.send(new elb.DescribeCapacityReservationCommand({ LoadBalancerArn }));
    expect(capacity.CapacityReservationState).toEqual([]);
  });

  it('knows the security policies by name', async () => {
    const { balancing } = rig();
    const { SslPolicies = [] } = await balancing.send(
      new elb.DescribeSSLPoliciesCommand({ Names: ['ELBSecurityPolicy-TLS13-1-2-2021-06'] }),
    );
    expect(SslPolicies.map(({ Name, SslProtocols }) => [Name, SslProtocols])).toEqual([
      ['ELBSecurityPolicy-TLS13-1-2-2021-06', ['TLSv1.2', 'TLSv1.3']],
    ]);
    const unknown = new elb.DescribeSSLPoliciesCommand({ Names: ['ELBSecurityPolicy-2026'] });
    expect((await refusal(balancing.send(unknown))).code).toBe('SSLPolicyNotFound');
  });
});
