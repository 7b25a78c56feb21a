// One name in two regions, answered by latency, and the same site behind CloudFront.
import { ChangeResourceRecordSetsCommand, UpdateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { ListHealthChecksCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { certificateArn, roleArn } from '../hands.ts';
import { head, type Shape } from '../shape.ts';

const other = 'us-east-1';

export const regions: Shape = {
  name: 'active in two regions, by latency, with CloudFront beside',
  playbook: `${head('site', 'root: service')}
params:
  us-name: { type: string }
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: site } }
  balancer:
    type: elbv2/load-balancer
    spec: { name: site, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-alb] }
  targets:
    type: elbv2/target-group
    spec: { name: site, port: 80, protocol: HTTP, vpc: vpc-1 }
  listener:
    type: elbv2/listener
    spec:
      loadBalancer: '\${balancer.arn}'
      port: 443
      protocol: HTTPS
      certificate: ${certificateArn('site')}
      forwardTo: '\${targets.arn}'
  tasks:
    type: ecs/task-definition
    spec: { family: site, containers: [{ name: nginx, image: 'registry.example/site:9' }] }
  service:
    type: ecs/service
    dependsOn: [listener]
    spec:
      cluster: '\${cluster.arn}'
      name: site
      taskDefinition: '\${tasks.arn}'
      loadBalancer: { targetGroup: '\${targets.arn}', container: nginx, port: 80 }
      network: { subnets: [subnet-a1, subnet-b1] }
  check:
    type: route53/health-check
    spec: { fqdn: '\${balancer.dnsName}', port: 443, protocol: HTTPS, path: /up, failureThreshold: 2 }
  eu:
    type: route53/record
    dependsOn: [service]
    spec:
      zone: shop.example
      name: site.shop.example
      type: A
      setIdentifier: eu
      region: eu-west-1
      healthCheck: '\${check.id}'
      alias: { dnsName: '\${balancer.dnsName}', hostedZoneId: '\${balancer.hostedZoneId}' }
  us:
    type: route53/record
    spec:
      zone: shop.example
      name: site.shop.example
      type: A
      setIdentifier: us
      region: us-east-1
      alias: { dnsName: '\${params.us-name}', hostedZoneId: Z35SXDOTRQ7X7K }
  cdn:
    type: route53/record
    spec:
      zone: shop.example
      name: www.shop.example
      type: A
      alias: { dnsName: d111111abcdef8.cloudfront.net, hostedZoneId: Z2FDTNDATAQYW2 }
`,
  params: { 'us-name': 'not-known-yet.example' },
  pieces: {
    balancer: 'load balancer site',
    targets: 'target group site',
    listener: 'listener site:443',
    tasks: 'task definition site of service site/site',
    service: 'service site/site',
    check: 'health check of <name of site>',
    eu: 'record site.shop.example. A eu',
    us: 'record site.shop.example. A us',
    cdn: 'record www.shop.example. A',
  },
  build: async (hands) => {
    hands.holds(
      { kind: 'role', role: roleArn('site-execution') },
      { kind: 'subnet', id: 'subnet-us1', region: other },
      { kind: 'subnet', id: 'subnet-us2', region: other },
      { kind: 'security-group', id: 'sg-us', region: other },
      { kind: 'security-group', id: 'sg-site', region: 'eu-west-1' },
    );
    const { LoadBalancerArn, DNSName, CanonicalHostedZoneId } = await hands.balancer(
      { Name: 'site', Subnets: ['subnet-a1', 'subnet-b1'], SecurityGroups: ['sg-alb'] },
      { 'routing.http.xff_header_processing.mode': 'preserve' },
    );
    const us = await hands.balancer(
      { Name: 'site', Subnets: ['subnet-us1', 'subnet-us2'], SecurityGroups: ['sg-us'] },
      {},
      hands.elbIn(other),
    );
    const targets = await hands.group({ Name: 'site', Protocol: 'HTTP', Port: 80, TargetType: 'ip' });
    await hands.listener({
      LoadBalancerArn,
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: certificateArn('site') }],
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targets }],
    });
    await hands.cluster({ clusterName: 'site' });
    const taskDefinition = await hands.definition({
      family: 'site',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '1024',
      executionRoleArn: roleArn('site-execution'),
      containerDefinitions: [
        { name: 'nginx', image: 'registry.example/site:9', portMappings: [{ containerPort: 80 }], privileged: false },
      ],
    });
    await hands.service({
      cluster: 'site',
      serviceName: 'site',
      taskDefinition,
      desiredCount: 2,
      capacityProviderStrategy: [],
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-site'] },
      },
      loadBalancers: [{ targetGroupArn: targets, containerName: 'nginx', containerPort: 80 }],
    });
    await hands.rest('site', 'site');
    const check = await hands.check(
      {
        Type: 'HTTPS',
        FullyQualifiedDomainName: DNSName,
        Port: 443,
        ResourcePath: '/up',
        RequestInterval: 10,
        FailureThreshold: 2,
        MeasureLatency: true,
        EnableSNI: true,
        Regions: ['eu-west-1', 'us-east-1', 'us-west-2'],
      },
      'site-eu',
    );
    await hands.rig.clock.sleep(5 * 60_000);
    const name = 'site.shop.example';
    await hands.records(
      'shop.example',
      {
        Name: name,
        Type: 'A',
        SetIdentifier: 'eu',
        Region: 'eu-west-1',
        HealthCheckId: check,
        AliasTarget: { DNSName, HostedZoneId: CanonicalHostedZoneId, EvaluateTargetHealth: true },
      },
      {
        Name: name,
        Type: 'A',
        SetIdentifier: 'us',
        Region: other,
        AliasTarget: { DNSName: us.DNSName, HostedZoneId: us.CanonicalHostedZoneId, EvaluateTargetHealth: true },
      },
      {
        Name: 'www.shop.example',
        Type: 'A',
        AliasTarget: {
          DNSName: 'd111111abcdef8.cloudfront.net',
          HostedZoneId: 'Z2FDTNDATAQYW2',
          EvaluateTargetHealth: false,
        },
      },
      // Nobody's business here: what stands beside must be as it was.
      {
        Name: 'www.shop.example',
        Type: 'AAAA',
        AliasTarget: {
          DNSName: 'd111111abcdef8.cloudfront.net',
          HostedZoneId: 'Z2FDTNDATAQYW2',
          EvaluateTargetHealth: false,
        },
      },
      { Name: 'shop.example', Type: 'MX', TTL: 3600, ResourceRecords: [{ Value: '10 mail.shop.example' }] },
    );
    return { 'us-name': us.DNSName ?? '' };
  },
  // Nothing but what it checks tells one that bears no tags of relight's: when that name is gone, it stays as it is.
  strays: { balancer: 'health check of ' },
  drifts: [
    {
      what: 'a record leads to a static page',
      by: async (hands) => {
        const HostedZoneId = await hands.zone('shop.example');
        const { ResourceRecordSets = [] } = await hands.dns.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
        const eu = ResourceRecordSets.find((each) => each.SetIdentifier === 'eu');
        const us = ResourceRecordSets.find((each) => each.SetIdentifier === 'us');
        if (eu === undefined) throw new Error('no record');
        await hands.dns.send(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId,
            ChangeBatch: {
              Changes: [{ Action: 'UPSERT', ResourceRecordSet: { ...eu, AliasTarget: us?.AliasTarget } }],
            },
          }),
        );
      },
      steps: ['eu.update'],
    },
    {
      what: 'the health check is patient',
      by: async ({ dns }) => {
        const { HealthChecks = [] } = await dns.send(new ListHealthChecksCommand({}));
        await dns.send(new UpdateHealthCheckCommand({ HealthCheckId: HealthChecks[0]?.Id, FailureThreshold: 9 }));
      },
      steps: ['check.update'],
    },
  ],
};
