// Plain Fargate behind an application load balancer, as a web API is run.
import { RegisterScalableTargetCommand, PutScalingPolicyCommand } from '@aws-sdk/client-application-auto-scaling';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { certificateArn, roleArn } from '../hands.ts';
import { head, type Shape } from '../shape.ts';

const certificate = certificateArn('web');

export const fargate: Shape = {
  name: 'Fargate behind an application load balancer',
  playbook: `${head('web', 'root: service')}
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: shop } }
  balancer:
    type: elbv2/load-balancer
    spec: { name: web, subnets: [subnet-a1, subnet-b1, subnet-c1], securityGroups: [sg-alb], ipAddressType: dualstack }
  targets:
    type: elbv2/target-group
    spec: { name: web, port: 8080, protocol: HTTP, vpc: vpc-1, healthCheck: { path: /health } }
  http:
    type: elbv2/listener
    spec:
      loadBalancer: '\${balancer.arn}'
      port: 80
      protocol: HTTP
      redirect: { protocol: HTTPS, port: '443' }
  https:
    type: elbv2/listener
    spec:
      loadBalancer: '\${balancer.arn}'
      port: 443
      protocol: HTTPS
      certificate: ${certificate}
      forwardTo: '\${targets.arn}'
  tasks:
    type: ecs/task-definition
    spec: { family: web, containers: [{ name: web, image: 'registry.example/web:7' }] }
  service:
    type: ecs/service
    dependsOn: [https]
    spec:
      cluster: '\${cluster.arn}'
      name: web
      taskDefinition: '\${tasks.arn}'
      desiredCount: 3
      loadBalancer: { targetGroup: '\${targets.arn}', container: web, port: 8080 }
      network: { subnets: [subnet-a1, subnet-b1, subnet-c1] }
    ignore: [desiredCount]
  record:
    type: route53/record
    spec:
      zone: shop.example
      name: web.shop.example
      type: A
      alias: { dnsName: '\${balancer.dnsName}', hostedZoneId: '\${balancer.hostedZoneId}' }
  record6:
    type: route53/record
    spec:
      zone: shop.example
      name: web.shop.example
      type: AAAA
      alias: { dnsName: '\${balancer.dnsName}', hostedZoneId: '\${balancer.hostedZoneId}' }
verify:
  - http: { url: 'https://web.shop.example/health', status: 200, within: 5m }
`,
  pieces: {
    balancer: 'load balancer web',
    targets: 'target group web',
    http: 'listener web:80',
    https: 'listener web:443',
    tasks: 'task definition web of service shop/web',
    service: 'service shop/web',
    record: 'record web.shop.example. A',
    record6: 'record web.shop.example. AAAA',
  },
  along: { service: ['scalable target service/shop/web', 'scaling policy cpu'] },
  consents: ['service:cascade'],
  build: async (hands) => {
    hands.holds(
      { kind: 'security-group', id: 'sg-web', region: 'eu-west-1' },
      { kind: 'role', role: roleArn('web-execution') },
      { kind: 'role', role: roleArn('web-task') },
      { kind: 'certificate', arn: certificateArn('partners') },
      { kind: 'secret', secret: 'web/session-key' },
      { kind: 'log-group', name: '/ecs/web' },
      { kind: 'image', image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/otel:1` },
    );
    const { LoadBalancerArn, DNSName, CanonicalHostedZoneId } = await hands.balancer(
      {
        Name: 'web',
        Scheme: 'internet-facing',
        IpAddressType: 'dualstack',
        Subnets: ['subnet-a1', 'subnet-b1', 'subnet-c1'],
        SecurityGroups: ['sg-alb'],
      },
      {
        'idle_timeout.timeout_seconds': '120',
        'deletion_protection.enabled': 'true',
        'access_logs.s3.enabled': 'true',
        'access_logs.s3.bucket': 'shop-logs',
        'access_logs.s3.prefix': 'web',
        'routing.http.drop_invalid_header_fields.enabled': 'true',
        'routing.http2.enabled': 'true',
        'waf.fail_open.enabled': 'true',
        'client_keep_alive.seconds': '1800',
      },
    );
    const targets = await hands.group(
      {
        Name: 'web',
        Protocol: 'HTTP',
        Port: 8080,
        TargetType: 'ip',
        HealthCheckPath: '/health',
        HealthCheckIntervalSeconds: 15,
        HealthCheckTimeoutSeconds: 4,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 3,
        Matcher: { HttpCode: '200-299' },
      },
      {
        'deregistration_delay.timeout_seconds': '60',
        'slow_start.duration_seconds': '30',
        'stickiness.enabled': 'true',
        'stickiness.type': 'lb_cookie',
        'stickiness.lb_cookie.duration_seconds': '3600',
        'load_balancing.cross_zone.enabled': 'false',
      },
    );
    await hands.listener({
      LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [
        {
          Type: 'redirect',
          RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301', Path: '/#{path}' },
        },
      ],
    });
    await hands.listener(
      {
        LoadBalancerArn,
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        Certificates: [{ CertificateArn: certificate }],
        DefaultActions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: targets, Weight: 1 }],
              TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 },
            },
          },
        ],
      },
      {
        'routing.http.response.server.enabled': 'false',
        'routing.http.response.strict_transport_security.header_value': 'max-age=31536000',
      },
      [certificateArn('partners')],
    );
    await hands.cluster({
      clusterName: 'shop',
      settings: [{ name: 'containerInsights', value: 'enhanced' }],
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    });
    const taskDefinition = await hands.definition({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '512',
      memory: '1024',
      executionRoleArn: roleArn('web-execution'),
      taskRoleArn: roleArn('web-task'),
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      ephemeralStorage: { sizeInGiB: 30 },
      containerDefinitions: [
        {
          name: 'web',
          image: 'registry.example/web:7',
          essential: true,
          cpu: 384,
          memoryReservation: 512,
          portMappings: [{ containerPort: 8080, protocol: 'tcp', name: 'http', appProtocol: 'http' }],
          environment: [
            { name: 'LOG_LEVEL', value: 'info' },
            { name: 'OTEL_EXPORTER', value: 'http://localhost:4318' },
          ],
          secrets: [
            { name: 'SESSION_KEY', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:web/session-key' },
          ],
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
          },
          healthCheck: {
            command: ['CMD-SHELL', 'curl -f http://localhost:8080/health'],
            interval: 10,
            startPeriod: 20,
          },
          linuxParameters: { initProcessEnabled: true },
          ulimits: [{ name: 'nofile', softLimit: 65_536, hardLimit: 65_536 }],
          readonlyRootFilesystem: true,
          user: '1000:1000',
          stopTimeout: 60,
          dependsOn: [{ containerName: 'otel', condition: 'START' }],
          dockerLabels: { 'com.example.team': 'web' },
        },
        {
          name: 'otel',
          image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/otel:1',
          essential: false,
          cpu: 64,
          memory: 128,
        },
      ],
    });
    await hands.service({
      cluster: 'shop',
      serviceName: 'web',
      taskDefinition,
      desiredCount: 3,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-a1', 'subnet-b1', 'subnet-c1'],
          securityGroups: ['sg-web'],
          assignPublicIp: 'DISABLED',
        },
      },
      loadBalancers: [{ targetGroupArn: targets, containerName: 'web', containerPort: 8080 }],
      healthCheckGracePeriodSeconds: 90,
      deploymentConfiguration: {
        minimumHealthyPercent: 66,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        alarms: { alarmNames: ['web-5xx'], enable: true, rollback: true },
      },
      enableExecuteCommand: true,
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
      availabilityZoneRebalancing: 'ENABLED',
    });
    const place = {
      ServiceNamespace: 'ecs',
      ResourceId: 'service/shop/web',
      ScalableDimension: 'ecs:service:DesiredCount',
    } as const;
    await hands.scaling.send(new RegisterScalableTargetCommand({ ...place, MinCapacity: 3, MaxCapacity: 12 }));
    await hands.scaling.send(
      new PutScalingPolicyCommand({
        ...place,
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
          ScaleInCooldown: 300,
        },
      }),
    );
    const AliasTarget = {
      DNSName: `dualstack.${DNSName ?? ''}`,
      HostedZoneId: CanonicalHostedZoneId,
      EvaluateTargetHealth: true,
    };
    await hands.rest('shop', 'web');
    await hands.records(
      'shop.example',
      { Name: 'web.shop.example', Type: 'A', AliasTarget },
      { Name: 'web.shop.example', Type: 'AAAA', AliasTarget },
    );
    return {};
  },
  unlock: async ({ elb }) => {
    const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] }));
    const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'false' }];
    const { LoadBalancerArn } = LoadBalancers[0] ?? {};
    await elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
  },
  drifts: [
    {
      what: 'the health check asks for another path',
      by: async ({ elb }) => {
        const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['web'] }));
        const { TargetGroupArn } = TargetGroups[0] ?? {};
        await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/ping' }));
      },
      steps: ['targets.update'],
    },
    {
      what: 'the service runs in one zone',
      by: async (hands) => {
        const awsvpcConfiguration = { subnets: ['subnet-a1'], securityGroups: ['sg-web'] };
        const networkConfiguration = { awsvpcConfiguration };
        await hands.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', networkConfiguration }));
        await hands.rest('shop', 'web');
      },
      steps: ['service.update'],
    },
    {
      what: 'requests are led to another port',
      by: async ({ elb }) => {
        const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] }));
        const { LoadBalancerArn } = LoadBalancers[0] ?? {};
        const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
        const { ListenerArn } = Listeners.find((each) => each.Port === 80) ?? {};
        const RedirectConfig = { Protocol: 'HTTPS', Port: '8443', StatusCode: 'HTTP_301' } as const;
        const DefaultActions = [{ Type: 'redirect' as const, RedirectConfig }];
        await elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }));
      },
      steps: ['http.update'],
    },
  ],
};
