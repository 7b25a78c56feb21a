// A service that AWS CodeDeploy deploys: two target groups, a listener for production and one for tests.
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand, ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { certificateArn, roleArn } from '../hands.ts';
import { head, type Shape } from '../shape.ts';

/** @param live the target group that the last deployment has led requests to */
function deployedTo(live: 'blue' | 'green'): Shape {
  return {
    name: `blue/green by AWS CodeDeploy, ${live} live`,
    playbook: `${head('checkout', 'root: service')}
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: shop } }
  balancer:
    type: elbv2/load-balancer
    spec: { name: checkout, scheme: internal, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-alb] }
  blue:
    type: elbv2/target-group
    spec: { name: checkout-blue, port: 8080, protocol: HTTP, vpc: vpc-1, healthCheck: { path: /ready } }
  green:
    type: elbv2/target-group
    spec: { name: checkout-green, port: 8080, protocol: HTTP, vpc: vpc-1, healthCheck: { path: /ready } }
  production:
    type: elbv2/listener
    dependsOn: [blue, green]
    spec:
      loadBalancer: '\${balancer.arn}'
      port: 443
      protocol: HTTPS
      certificate: ${certificateArn('checkout')}
      forwardTo: '\${blue.arn}'
    ignore: [forwardTo]
  tests:
    type: elbv2/listener
    dependsOn: [blue, green]
    spec:
      loadBalancer: '\${balancer.arn}'
      port: 8443
      protocol: HTTPS
      certificate: ${certificateArn('checkout')}
      forwardTo: '\${green.arn}'
    ignore: [forwardTo]
  tasks:
    type: ecs/task-definition
    spec: { family: checkout, containers: [{ name: checkout, image: 'registry.example/checkout:5', port: 8080 }] }
  service:
    type: ecs/service
    dependsOn: [production, tests]
    spec:
      cluster: '\${cluster.arn}'
      name: checkout
      taskDefinition: '\${tasks.arn}'
      desiredCount: 2
      deploymentController: { type: CODE_DEPLOY }
      loadBalancers: [{ targetGroup: '\${blue.arn}', container: checkout, port: 8080 }]
      network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-checkout] }
${live === 'blue' ? '' : "    ignore: ['loadBalancers[0].targetGroup']\n"}`,
    pieces: {
      balancer: 'load balancer checkout',
      blue: 'target group checkout-blue',
      green: 'target group checkout-green',
      production: 'listener checkout:443',
      tests: 'listener checkout:8443',
      tasks: 'task definition checkout of service shop/checkout',
      service: 'service shop/checkout',
    },
    build: async (hands) => {
      hands.holds(
        { kind: 'role', role: roleArn('checkout-execution') },
        { kind: 'role', role: roleArn('checkout-task') },
        { kind: 'log-group', name: '/ecs/checkout' },
      );
      const { LoadBalancerArn } = await hands.balancer(
        {
          Name: 'checkout',
          Scheme: 'internal',
          Subnets: ['subnet-a1', 'subnet-b1'],
          SecurityGroups: ['sg-alb'],
        },
        { 'idle_timeout.timeout_seconds': '30', 'routing.http.desync_mitigation_mode': 'strictest' },
      );
      const groups = ['checkout-blue', 'checkout-green'].map((Name) =>
        hands.group(
          {
            Name,
            Protocol: 'HTTP',
            ProtocolVersion: 'HTTP2',
            Port: 8080,
            TargetType: 'ip',
            HealthCheckPath: '/ready',
            HealthCheckIntervalSeconds: 10,
            HealthyThresholdCount: 2,
          },
          {
            'deregistration_delay.timeout_seconds': '20',
            'load_balancing.algorithm.type': 'least_outstanding_requests',
          },
        ),
      );
      const [blue = '', green = ''] = await Promise.all(groups);
      const [lives, idles] = live === 'blue' ? [blue, green] : [green, blue];
      const secure = {
        LoadBalancerArn,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        Certificates: [{ CertificateArn: certificateArn('checkout') }],
      } as const;
      await hands.listener({
        ...secure,
        Certificates: [...secure.Certificates],
        Port: 443,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: lives }],
      });
      await hands.listener({
        ...secure,
        Certificates: [...secure.Certificates],
        Port: 8443,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: idles }],
      });
      await hands.cluster({ clusterName: 'shop', settings: [{ name: 'containerInsights', value: 'enabled' }] });
      const taskDefinition = await hands.definition({
        family: 'checkout',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '1024',
        memory: '2048',
        executionRoleArn: roleArn('checkout-execution'),
        taskRoleArn: roleArn('checkout-task'),
        containerDefinitions: [
          {
            name: 'checkout',
            image: 'registry.example/checkout:5',
            essential: true,
            portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
            environment: [{ name: 'PROVIDER', value: 'cards' }],
            logConfiguration: {
              logDriver: 'awslogs',
              options: {
                'awslogs-group': '/ecs/checkout',
                'awslogs-region': 'eu-west-1',
                'awslogs-stream-prefix': 'c',
              },
            },
          },
        ],
      });
      await hands.service({
        cluster: 'shop',
        serviceName: 'checkout',
        taskDefinition,
        desiredCount: 2,
        launchType: 'FARGATE',
        platformVersion: '1.4.0',
        deploymentController: { type: 'CODE_DEPLOY' },
        loadBalancers: [{ targetGroupArn: lives, containerName: 'checkout', containerPort: 8080 }],
        networkConfiguration: {
          awsvpcConfiguration: { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-checkout'] },
        },
        healthCheckGracePeriodSeconds: 45,
        enableECSManagedTags: true,
        propagateTags: 'SERVICE',
        enableExecuteCommand: true,
      });
      await hands.rest('shop', 'checkout');
      return {};
    },
    ...(live === 'blue'
      ? {}
      : { held: ['blue', 'green'] as const, movedByOthers: true as const, consents: ['green:cascade'] as const }),
    refusals: {
      ...(live === 'blue'
        ? {
            blue: {
              blocked: 'service',
              because: /AWS does not change loadBalancers of a service of the CODE_DEPLOY controller/,
            },
          }
        : {}),
      tasks: {
        blocked: 'service',
        because: /AWS does not change taskDefinition of a service of the CODE_DEPLOY controller/,
      },
    },
    drifts: [
      {
        what: 'somebody has scaled it in',
        by: async (hands) => {
          await hands.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'checkout', desiredCount: 1 }));
          await hands.rest('shop', 'checkout');
        },
        steps: ['service.update'],
      },
      {
        what: 'the idle target group is checked elsewhere',
        by: async ({ elb }) => {
          const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['checkout-green'] }));
          const { TargetGroupArn } = TargetGroups[0] ?? {};
          await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/' }));
        },
        steps: ['green.update'],
      },
    ],
  };
}

export const blueGreen = deployedTo('blue');

/** The playbook still says what it said before the deployment, and leaves to CodeDeploy which of the two is live. */
export const greenLive = deployedTo('green');
