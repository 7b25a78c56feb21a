// elbv2/target-group: what a playbook may say of one, and what AWS tells.
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { isMap } from '../kit/members/maps.ts';
import { fromOutput } from '../kit/members/output.ts';
import { withMembers } from '../kit/members/schema.ts';
import { port, text } from '../kit/schema.ts';
import { drainKey } from '../kit/target-timing.ts';
import { groupPart } from './parts.ts';

// Ranges: ELB API, CreateTargetGroup.
const healthCheck = z.strictObject({
  enabled: z.boolean().optional().describe('Only targets that are functions may go unchecked.'),
  path: z.string().min(1).max(1024).optional().describe('Path that is asked for; HTTP and HTTPS only.'),
  port: z
    .union([port(), z.literal('traffic-port')])
    .optional()
    .describe('Port of the check; traffic-port means each target’s own.'),
  protocol: z.enum(['HTTP', 'HTTPS', 'TCP']).optional(),
  interval: z.number().int().min(5).max(300).optional().describe('Seconds between two checks of a target.'),
  timeout: z.number().int().min(2).max(120).optional().describe('Seconds until a check without an answer has failed.'),
  healthyThreshold: z.number().int().min(2).max(10).optional().describe('Passed checks until a target is healthy.'),
  unhealthyThreshold: z.number().int().min(2).max(10).optional().describe('Failed checks until it is unhealthy.'),
  matcher: z.string().optional().describe('Codes that pass, such as "200" or "200-299".'),
});

export const schema = z
  .strictObject(
    withMembers(
      {
        name: text({
          pattern: /^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/,
          expected: 'at most 32 letters, digits and hyphens, not starting or ending with a hyphen',
        }).describe('Name, unique in the account and region.'),
        port: port().optional().describe('Port of targets that are registered without one.'),
        protocol: z.enum(['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'GENEVE', 'QUIC', 'TCP_QUIC']).optional(),
        targetType: z.enum(['ip', 'instance', 'alb', 'lambda']).optional().describe('ip unless told.'),
        vpc: text().optional().describe('Id of the VPC in which the targets live.'),
        protocolVersion: z.enum(['HTTP1', 'HTTP2', 'GRPC']).optional(),
        healthCheck: healthCheck.optional().describe('Only what is named is compared.'),
        deregistrationDelay: z
          .number()
          .int()
          .min(0)
          .max(3600)
          .optional()
          .describe(
            'Seconds that a deregistered target may finish its requests in; AWS takes 300 when it is not told.',
          ),
        attributes: z
          .record(z.string(), z.string())
          .optional()
          .describe('Attributes by their AWS keys, such as stickiness.enabled; only those named are compared.'),
      },
      groupPart,
    ),
  )
  .refine((spec) => spec.deregistrationDelay === undefined || !(drainKey in (spec.attributes ?? {})), {
    error: 'expected deregistrationDelay or the attribute of the same meaning, not both',
    path: ['deregistrationDelay'],
  })
  // [ELB API, CreateTargetGroup: HealthCheckTimeoutSeconds]
  .refine(
    ({ healthCheck: check }) =>
      check?.interval === undefined || check.timeout === undefined || check.timeout < check.interval,
    { error: 'expected a timeout shorter than the interval', path: ['healthCheck', 'timeout'] },
  );

export type HealthCheckSpec = z.infer<typeof healthCheck>;
export type TargetGroupSpec = z.infer<typeof schema>;

/** The attributes that a spec names, by AWS's keys. */
export function attributesIn(spec: TargetGroupSpec): Readonly<Record<string, string>> {
  return {
    ...spec.attributes,
    ...(spec.deregistrationDelay === undefined ? {} : { [drainKey]: String(spec.deregistrationDelay) }),
  };
}

/** A spec that says all attributes by AWS's keys. */
export function plainly({ deregistrationDelay, ...spec }: TargetGroupSpec): TargetGroupSpec {
  return deregistrationDelay === undefined
    ? spec
    : { ...spec, attributes: attributesIn({ ...spec, deregistrationDelay }) };
}

/** DescribeTargetGroups' answer for one, with the attributes when the spec names any. */
export interface TargetGroupState {
  readonly arn: string;
  readonly name: string;
  readonly port: number | undefined;
  readonly protocol: string | undefined;
  readonly protocolVersion: string | undefined;
  readonly targetType: string;
  readonly vpc: string | undefined;
  readonly healthCheck: {
    readonly path: string | undefined;
    readonly port: string | undefined;
    readonly protocol: string | undefined;
    readonly interval: number | undefined;
    readonly timeout: number | undefined;
    readonly healthyThreshold: number | undefined;
    readonly unhealthyThreshold: number | undefined;
    readonly matcher: string | undefined;
  };
  /** ARNs of the load balancers that forward to it. */
  readonly loadBalancers: readonly string[];
  readonly attributes: Readonly<Record<string, string>> | undefined;
  /** The whole description, for the before-image. */
  readonly description: Json;
}

/** All members of the input that a spec says by AWS's names. */
export function settingsOf({ description }: Pick<TargetGroupState, 'description'>): Readonly<Record<string, Json>> {
  return isMap(description) ? fromOutput(groupPart, description) : {};
}

export const traits = {
  type: 'elbv2/target-group',
  description: 'A target group of a load balancer: where requests go, and how the targets are checked.',
  schema,
  outputs: {
    // Its last part is new each time [ELB API].
    arn: { description: 'ARN', onReplace: 'new' },
    name: { description: 'Name', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  requiredWhenOwned: ['port', 'protocol', 'vpc'],
  locators: ['name'],
  containers: [],
  // ModifyTargetGroup takes health-check settings only [ELB API].
  immutable: ['name', 'port', 'protocol', 'targetType', 'vpc', 'protocolVersion', 'ipAddressType', 'targetControlPort'],
  reuse: true,
  inert: false,
  // AWS refuses with ResourceInUse.
  heldBy: ['elbv2/listener', 'elbv2/listener-rule'],
  missedAs: ['TargetGroupNotFound'],
  traffic: { from: [], to: [] },
  remedy: 'none',
  permissions: {
    read: [
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      // What is deleted with it.
      'elasticloadbalancing:DescribeTargetHealth',
      // What holds it.
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
    ],
    write: [
      'elasticloadbalancing:CreateTargetGroup',
      'elasticloadbalancing:DeleteTargetGroup',
      'elasticloadbalancing:ModifyTargetGroup',
      'elasticloadbalancing:ModifyTargetGroupAttributes',
      'elasticloadbalancing:AddTags',
    ],
  },
} as const satisfies ComponentTraits<TargetGroupSpec>;
