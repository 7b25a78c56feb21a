// The plainest of web services, in parts, for the worlds of this folder.
import { certificateArn, roleArn, type Hands } from '../../shapes/hands.ts';

export interface Front {
  readonly arn: string;
  readonly dnsName: string;
  readonly zone: string;
}

/** A load balancer; its security group, subnets and VPC are those of every world here. */
export async function front(hands: Hands, name: string, more: object = {}): Promise<Front> {
  hands.holds({ kind: 'certificate', arn: certificateArn('shop') });
  const made = await hands.balancer({
    Name: name,
    Subnets: ['subnet-a1', 'subnet-b1'],
    SecurityGroups: ['sg-web'],
    ...more,
  });
  return { arn: made.LoadBalancerArn, dnsName: made.DNSName ?? '', zone: made.CanonicalHostedZoneId ?? '' };
}

export function targets(hands: Hands, name: string, more: object = {}): Promise<string> {
  const usual = { Protocol: 'HTTP', Port: 8080, TargetType: 'ip', HealthCheckPath: '/health' } as const;
  return hands.group({ Name: name, ...usual, ...more });
}

export function https(hands: Hands, { arn }: Front, forwardTo: string, more: object = {}): Promise<string> {
  return hands.listener({
    LoadBalancerArn: arn,
    Port: 443,
    Protocol: 'HTTPS',
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    Certificates: [{ CertificateArn: certificateArn('shop') }],
    DefaultActions: [{ Type: 'forward', TargetGroupArn: forwardTo }],
    ...more,
  });
}

/** Answers everything that no rule takes with 404. */
export function closed(hands: Hands, door: Front): Promise<string> {
  return https(hands, door, '', {
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
}

export interface Tasks {
  readonly cluster: string;
  readonly name: string;
  /** Target groups that its tasks are registered in. */
  readonly groups?: readonly string[];
  readonly container?: object;
  readonly definition?: string;
  readonly more?: object;
}

const network = {
  awsvpcConfiguration: { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-web'] },
} as const;

export async function definition(hands: Hands, family: string, container: object = {}): Promise<string> {
  hands.holds({ kind: 'role', role: roleArn('execution') });
  return hands.definition({
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: roleArn('execution'),
    containerDefinitions: [
      {
        name: 'app',
        image: `registry.example/${family}:1`,
        essential: true,
        portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
        ...container,
      },
    ],
  });
}

export async function tasks(
  hands: Hands,
  { cluster, container, definition: arn, groups = [], more, name }: Tasks,
): Promise<void> {
  await hands.service({
    cluster,
    serviceName: name,
    taskDefinition: arn ?? (await definition(hands, name, container)),
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: {
        ...network.awsvpcConfiguration,
        subnets: [...network.awsvpcConfiguration.subnets],
        securityGroups: [...network.awsvpcConfiguration.securityGroups],
      },
    },
    loadBalancers: groups.map((targetGroupArn) => ({ targetGroupArn, containerName: 'app', containerPort: 8080 })),
    ...more,
  });
  await hands.rest(cluster, name);
}

export function alias(
  { dnsName, zone }: Front,
  evaluate = false,
): { AliasTarget: { DNSName: string; HostedZoneId: string; EvaluateTargetHealth: boolean } } {
  return { AliasTarget: { DNSName: dnsName, HostedZoneId: zone, EvaluateTargetHealth: evaluate } };
}
