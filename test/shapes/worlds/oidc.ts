// An internal tool behind a sign-in: a rule of a shared listener authenticates by OpenID Connect and forwards.
import {
  AddTagsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { certificateArn, roleArn, type Hands } from '../hands.ts';
import { head, type Shape } from '../shape.ts';

/** @param secret a line that says the client secret, which AWS never tells; none unless told */
export function oidcPlaybook(secret = ''): string {
  return `${head('backoffice', 'root: service')}
params:
  client-secret: { type: string, sensitive: true, default: 'correct-horse-battery' }
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: tools } }
  balancer:
    type: elbv2/load-balancer
    spec: { name: tools, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-alb] }
  targets:
    type: elbv2/target-group
    spec: { name: backoffice, port: 3000, protocol: HTTP, vpc: vpc-1, healthCheck: { path: /healthz } }
  listener:
    type: elbv2/listener
    spec:
      loadBalancer: '\${balancer.arn}'
      port: 443
      protocol: HTTPS
      certificate: ${certificateArn('tools')}
      fixedResponse: { status: '404' }
  rule:
    type: elbv2/listener-rule
    spec:
      listener: '\${listener.arn}'
      priority: 20
      conditions: { hostHeader: [backoffice.shop.example] }
      actions:
        - type: authenticate-oidc
          order: 1
          authenticateOidcConfig:
            issuer: https://login.shop.example
            authorizationEndpoint: https://login.shop.example/authorize
            tokenEndpoint: https://login.shop.example/token
            userInfoEndpoint: https://login.shop.example/userinfo
            clientId: backoffice${secret}
        - { type: forward, order: 2, targetGroupArn: '\${targets.arn}' }
  tasks:
    type: ecs/task-definition
    spec: { family: backoffice, containers: [{ name: app, image: 'registry.example/backoffice:2' }] }
  service:
    type: ecs/service
    dependsOn: [rule]
    spec:
      cluster: '\${cluster.arn}'
      name: backoffice
      taskDefinition: '\${tasks.arn}'
      desiredCount: 1
      loadBalancer: { targetGroup: '\${targets.arn}', container: app, port: 3000 }
      network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-tools] }
  record:
    type: route53/record
    spec:
      zone: shop.example
      name: backoffice.shop.example
      type: A
      alias: { dnsName: '\${balancer.dnsName}', hostedZoneId: '\${balancer.hostedZoneId}' }
`;
}

export async function rulesOf({ elb }: Hands): Promise<readonly Rule[]> {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['tools'] }));
  const { Listeners = [] } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn }),
  );
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners[0]?.ListenerArn }));
  return Rules;
}

export const oidc: Shape = {
  name: 'OpenID Connect in front',
  playbook: oidcPlaybook(`
            clientSecret: '\${params.client-secret}'`),
  pieces: {
    balancer: 'load balancer tools',
    targets: 'target group backoffice',
    listener: 'listener tools:443',
    rule: 'rule tools:443 at 20',
    tasks: 'task definition backoffice of service tools/backoffice',
    service: 'service tools/backoffice',
    record: 'record backoffice.shop.example. A',
  },
  build: async (hands) => {
    hands.holds(
      { kind: 'role', role: roleArn('backoffice-execution') },
      { kind: 'secret', secret: 'backoffice/session' },
    );
    const { LoadBalancerArn, DNSName, CanonicalHostedZoneId } = await hands.balancer(
      { Name: 'tools', Subnets: ['subnet-a1', 'subnet-b1'], SecurityGroups: ['sg-alb'] },
      { 'routing.http.preserve_host_header.enabled': 'true', 'connection_logs.s3.enabled': 'false' },
    );
    const targets = await hands.group(
      {
        Name: 'backoffice',
        Protocol: 'HTTP',
        Port: 3000,
        TargetType: 'ip',
        HealthCheckPath: '/healthz',
        Matcher: { HttpCode: '200,204' },
      },
      { 'stickiness.enabled': 'true', 'stickiness.type': 'app_cookie', 'stickiness.app_cookie.cookie_name': 'SID' },
    );
    const ListenerArn = await hands.listener(
      {
        LoadBalancerArn,
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        Certificates: [{ CertificateArn: certificateArn('tools') }],
        DefaultActions: [
          {
            Type: 'fixed-response',
            FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'nobody lives here' },
          },
        ],
      },
      { 'routing.http.response.x_frame_options.header_value': 'DENY' },
    );
    await hands.rule({
      ListenerArn,
      Priority: 20,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['backoffice.shop.example'] } }],
      Actions: [
        {
          Type: 'authenticate-oidc',
          Order: 1,
          AuthenticateOidcConfig: {
            Issuer: 'https://login.shop.example',
            AuthorizationEndpoint: 'https://login.shop.example/authorize',
            TokenEndpoint: 'https://login.shop.example/token',
            UserInfoEndpoint: 'https://login.shop.example/userinfo',
            ClientId: 'backoffice',
            ClientSecret: 'correct-horse-battery',
            Scope: 'openid email groups',
            SessionCookieName: 'backoffice-session',
            SessionTimeout: 28_800,
            OnUnauthenticatedRequest: 'authenticate',
            AuthenticationRequestExtraParams: { prompt: 'login', display: 'page' },
          },
        },
        {
          Type: 'forward',
          Order: 2,
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: targets, Weight: 1 }],
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 3600 },
          },
        },
      ],
    });
    await hands.cluster({ clusterName: 'tools' });
    const taskDefinition = await hands.definition({
      family: 'backoffice',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: roleArn('backoffice-execution'),
      containerDefinitions: [
        {
          name: 'app',
          image: 'registry.example/backoffice:2',
          portMappings: [{ containerPort: 3000 }],
          secrets: [
            { name: 'SESSION', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:backoffice/session' },
          ],
          command: ['node', 'server.js', '--behind-proxy'],
        },
      ],
    });
    await hands.service({
      cluster: 'tools',
      serviceName: 'backoffice',
      taskDefinition,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-a1', 'subnet-b1'],
          securityGroups: ['sg-tools'],
          assignPublicIp: 'ENABLED',
        },
      },
      loadBalancers: [{ targetGroupArn: targets, containerName: 'app', containerPort: 3000 }],
      deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
    });
    await hands.rest('tools', 'backoffice');
    await hands.records('shop.example', {
      Name: 'backoffice.shop.example',
      Type: 'A',
      AliasTarget: { DNSName, HostedZoneId: CanonicalHostedZoneId, EvaluateTargetHealth: false },
    });
    return {};
  },
  drifts: [
    {
      what: 'the sign-in was taken off',
      by: async (hands) => {
        const rule = (await rulesOf(hands)).find((each) => each.Priority === '20');
        const forward = rule?.Actions?.filter((each) => each.Type === 'forward');
        await hands.elb.send(new ModifyRuleCommand({ RuleArn: rule?.RuleArn, Actions: forward }));
      },
      steps: ['rule.update'],
      unlike: [
        'authenticateOidc.scope',
        'authenticateOidc.sessionCookieName',
        'authenticateOidc.sessionTimeout',
        'authenticateOidc.authenticationRequestExtraParams.prompt',
        'authenticateOidc.onUnauthenticatedRequest',
      ],
    },
    {
      what: 'the rule is for another name',
      by: async (hands) => {
        const rule = (await rulesOf(hands)).find((each) => each.Priority === '20');
        const Conditions = [{ Field: 'host-header', HostHeaderConfig: { Values: ['old.shop.example'] } }];
        await hands.elb.send(
          new AddTagsCommand({
            ResourceArns: [rule?.RuleArn ?? ''],
            Tags: [
              { Key: 'relight:playbook', Value: 'backoffice' },
              { Key: 'relight:component', Value: 'rule' },
            ],
          }),
        );
        await hands.elb.send(new ModifyRuleCommand({ RuleArn: rule?.RuleArn, Conditions }));
      },
      steps: ['rule.update'],
    },
  ],
};
