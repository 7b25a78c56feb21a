// Tasks on EC2 instances behind a network load balancer, in two target groups: a message broker, plain and over TLS.
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { certificateArn, roleArn } from '../hands.ts';
import { head, type Shape } from '../shape.ts';

export const network: Shape = {
  name: 'EC2 behind a network load balancer with two target groups',
  playbook: `${head('broker', 'root: service')}
components:
  cluster: { type: ecs/cluster, spec: { name: broker, capacityProviders: [broker-instances] } }
  balancer:
    type: elbv2/load-balancer
    spec: { name: broker, type: network, scheme: internal, subnets: [subnet-a1, subnet-b1] }
  plain:
    type: elbv2/target-group
    spec: { name: broker-plain, port: 1883, protocol: TCP, targetType: instance, vpc: vpc-1, deregistrationDelay: 120 }
  secure:
    type: elbv2/target-group
    spec: { name: broker-secure, port: 8883, protocol: TCP, targetType: instance, vpc: vpc-1 }
  on-plain:
    type: elbv2/listener
    spec: { loadBalancer: '\${balancer.arn}', port: 1883, protocol: TCP, forwardTo: '\${plain.arn}' }
  on-secure:
    type: elbv2/listener
    spec:
      loadBalancer: '\${balancer.arn}'
      port: 8883
      protocol: TLS
      certificate: ${certificateArn('broker')}
      forwardTo: '\${secure.arn}'
  tasks:
    type: ecs/task-definition
    spec:
      family: broker
      networkMode: bridge
      requiresCompatibilities: [EC2]
      containers: [{ name: broker, image: 'registry.example/broker:3' }]
  service:
    type: ecs/service
    dependsOn: [on-plain, on-secure]
    spec:
      cluster: '\${cluster.arn}'
      name: broker
      taskDefinition: '\${tasks.arn}'
      desiredCount: 2
      launchType: EC2
      loadBalancers:
        - { targetGroup: '\${plain.arn}', container: broker, port: 1883 }
        - { targetGroup: '\${secure.arn}', container: broker, port: 8883 }
  name:
    type: route53/record
    spec: { zone: shop.example, name: broker.shop.example, type: CNAME, ttl: 60, values: ['\${balancer.dnsName}'] }
`,
  pieces: {
    cluster: 'cluster broker',
    balancer: 'load balancer broker',
    plain: 'target group broker-plain',
    secure: 'target group broker-secure',
    'on-plain': 'listener broker:1883',
    'on-secure': 'listener broker:8883',
    tasks: 'task definition broker of service broker/broker',
    service: 'service broker/broker',
    name: 'record broker.shop.example. CNAME',
  },
  build: async (hands) => {
    hands.holds(
      { kind: 'role', role: roleArn('broker-task') },
      { kind: 'role', role: roleArn('broker-execution') },
      { kind: 'key', key: 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555' },
      { kind: 'security-group', id: 'sg-nlb', region: 'eu-west-1' },
    );
    const { LoadBalancerArn, DNSName } = await hands.balancer(
      {
        Name: 'broker',
        Type: 'network',
        Scheme: 'internal',
        Subnets: ['subnet-a1', 'subnet-b1'],
        SecurityGroups: ['sg-nlb'],
      },
      {
        'load_balancing.cross_zone.enabled': 'true',
        'access_logs.s3.enabled': 'true',
        'access_logs.s3.bucket': 'broker-logs',
        'dns_record.client_routing_policy': 'availability_zone_affinity',
        'zonal_shift.config.enabled': 'true',
      },
    );
    const check = { HealthCheckProtocol: 'HTTP', HealthCheckPort: '8080', HealthCheckPath: '/live' } as const;
    const plain = await hands.group(
      {
        Name: 'broker-plain',
        Protocol: 'TCP',
        Port: 1883,
        TargetType: 'instance',
        ...check,
        HealthCheckIntervalSeconds: 10,
        HealthyThresholdCount: 3,
        UnhealthyThresholdCount: 3,
        Matcher: { HttpCode: '200-399' },
      },
      {
        'deregistration_delay.timeout_seconds': '120',
        'deregistration_delay.connection_termination.enabled': 'true',
        'preserve_client_ip.enabled': 'true',
        'stickiness.enabled': 'true',
        'stickiness.type': 'source_ip',
      },
    );
    const secure = await hands.group(
      { Name: 'broker-secure', Protocol: 'TCP', Port: 8883, TargetType: 'instance', HealthCheckIntervalSeconds: 20 },
      { 'proxy_protocol_v2.enabled': 'true', 'target_health_state.unhealthy.connection_termination.enabled': 'false' },
    );
    await hands.listener(
      {
        LoadBalancerArn,
        Port: 1883,
        Protocol: 'TCP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: plain }],
      },
      { 'tcp.idle_timeout.seconds': '600' },
    );
    await hands.listener({
      LoadBalancerArn,
      Port: 8883,
      Protocol: 'TLS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      AlpnPolicy: ['HTTP2Optional'],
      Certificates: [{ CertificateArn: certificateArn('broker') }],
      DefaultActions: [{ Type: 'forward', TargetGroupArn: secure }],
    });
    await hands.provider('broker-instances', { managedScaling: { status: 'ENABLED', targetCapacity: 90 } });
    await hands.cluster({
      clusterName: 'broker',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
      capacityProviders: ['broker-instances'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'broker-instances', weight: 1, base: 1 }],
      configuration: {
        executeCommandConfiguration: {
          kmsKeyId: '11111111-2222-3333-4444-555555555555',
          logging: 'OVERRIDE',
          logConfiguration: { s3BucketName: 'exec-logs', s3KeyPrefix: 'broker' },
        },
      },
    });
    const taskDefinition = await hands.definition({
      family: 'broker',
      networkMode: 'bridge',
      requiresCompatibilities: ['EC2'],
      taskRoleArn: roleArn('broker-task'),
      executionRoleArn: roleArn('broker-execution'),
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
      volumes: [
        { name: 'data', host: { sourcePath: '/mnt/broker' } },
        { name: 'spool', dockerVolumeConfiguration: { scope: 'shared', autoprovision: true, driver: 'local' } },
      ],
      containerDefinitions: [
        {
          name: 'broker',
          image: 'registry.example/broker:3',
          cpu: 512,
          memory: 2048,
          memoryReservation: 1024,
          essential: true,
          portMappings: [
            { containerPort: 1883, hostPort: 0, protocol: 'tcp' },
            { containerPort: 8883, hostPort: 0, protocol: 'tcp' },
            { containerPort: 8080, hostPort: 0, protocol: 'tcp' },
          ],
          environment: [{ name: 'MAX_CONNECTIONS', value: '50000' }],
          mountPoints: [
            { sourceVolume: 'data', containerPath: '/var/lib/broker', readOnly: false },
            { sourceVolume: 'spool', containerPath: '/spool', readOnly: false },
          ],
          ulimits: [{ name: 'nofile', softLimit: 262_144, hardLimit: 262_144 }],
          systemControls: [{ namespace: 'net.core.somaxconn', value: '4096' }],
          logConfiguration: { logDriver: 'journald', options: { tag: 'broker' } },
          linuxParameters: { capabilities: { add: ['SYS_PTRACE'], drop: ['NET_RAW'] }, initProcessEnabled: true },
          hostname: 'broker',
          extraHosts: [{ hostname: 'peer', ipAddress: '10.0.0.9' }],
          stopTimeout: 120,
        },
      ],
    });
    await hands.service({
      cluster: 'broker',
      serviceName: 'broker',
      taskDefinition,
      desiredCount: 2,
      launchType: 'EC2',
      loadBalancers: [
        { targetGroupArn: plain, containerName: 'broker', containerPort: 1883 },
        { targetGroupArn: secure, containerName: 'broker', containerPort: 8883 },
      ],
      healthCheckGracePeriodSeconds: 120,
      placementConstraints: [{ type: 'distinctInstance' }],
      placementStrategy: [
        { type: 'spread', field: 'attribute:ecs.availability-zone' },
        { type: 'binpack', field: 'MEMORY' },
      ],
      deploymentConfiguration: {
        minimumHealthyPercent: 50,
        maximumPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: false },
      },
      propagateTags: 'TASK_DEFINITION',
    });
    await hands.rest('broker', 'broker');
    await hands.records('shop.example', {
      Name: 'broker.shop.example',
      Type: 'CNAME',
      TTL: 60,
      ResourceRecords: [{ Value: DNSName ?? '' }],
    });
    return {};
  },
  drifts: [
    {
      what: 'the drain of one target group is cut short',
      by: async ({ elb }) => {
        const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['broker-plain'] }));
        const { TargetGroupArn } = TargetGroups[0] ?? {};
        const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }];
        await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
      },
      steps: ['plain.update'],
    },
    {
      what: 'requests over TLS go to the plain port',
      by: async ({ elb }) => {
        const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['broker'] }));
        const { LoadBalancerArn } = LoadBalancers[0] ?? {};
        const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
        const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['broker-plain'] }));
        const { ListenerArn } = Listeners.find((each) => each.Port === 8883) ?? {};
        const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn: TargetGroups[0]?.TargetGroupArn }];
        await elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }));
      },
      steps: ['on-secure.update'],
    },
    {
      what: 'the service is in one target group alone',
      by: async (hands) => {
        const { loadBalancers = [] } = await hands.serviceOf('broker', 'broker');
        const kept = loadBalancers.filter((each) => each.containerPort === 1883);
        await hands.ecs.send(new UpdateServiceCommand({ cluster: 'broker', service: 'broker', loadBalancers: kept }));
        await hands.rest('broker', 'broker');
      },
      steps: ['service.update'],
    },
  ],
};
