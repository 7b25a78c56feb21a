// route53/health-check: what a playbook may say of one, and what AWS tells.
import type { HealthCheckType } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { withMembers } from '../kit/members/schema.ts';
import { port, text } from '../kit/schema.ts';
import { faultsOf } from './kinds.ts';
import { checkPart } from './parts.ts';
import { usualOf } from './usual.ts';

/** HealthCheckRegion [Route 53 API]. */
const checkerRegions = [
  'ap-northeast-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-west-1',
  'sa-east-1',
  'us-east-1',
  'us-west-1',
  'us-west-2',
] as const;

// Limits: Route 53 API, HealthCheckConfig.
export const schema = z
  .strictObject(
    withMembers(
      {
        protocol: z
          .enum(['HTTP', 'HTTPS', 'TCP', 'CALCULATED', 'CLOUDWATCH_METRIC', 'RECOVERY_CONTROL'])
          .describe('What is asked: an endpoint, other health checks, an alarm, or a routing control.'),
        fqdn: text({ max: 255 }).optional().describe('Domain name that is checked; with ipAddress, the Host header.'),
        ipAddress: text().optional().describe('Address that is checked, instead of what the name resolves to.'),
        port: port().optional().describe('Of a new check 80 for HTTP and 443 for HTTPS when it is not told.'),
        path: text({ pattern: /^\/.{0,254}$/, expected: 'a path that starts with /' }).optional(),
        searchString: text({ max: 255 }).optional().describe('Text that the first 5120 bytes of the answer must hold.'),
        interval: z
          .union([z.literal(10), z.literal(30)])
          .optional()
          .describe('Seconds between two checks of one checker; of a new check 30 unless told.'),
        failureThreshold: z
          .number()
          .int()
          .min(1)
          .max(10)
          .optional()
          .describe('Checks in a row that change the status; of a new check 3 unless told.'),
        measureLatency: z.boolean().optional(),
        enableSni: z
          .boolean()
          .optional()
          .describe('Sends the host name in the TLS greeting; of a new check true for HTTPS unless told.'),
        inverted: z.boolean().optional().describe('Healthy when what is asked is not.'),
        disabled: z.boolean().optional().describe('Not checked, and taken for healthy.'),
        regions: z.array(z.enum(checkerRegions)).min(3).optional().describe('Where checkers are; of a new check all.'),
      },
      checkPart,
    ),
  )
  .superRefine((spec, context) => {
    for (const { message, path } of faultsOf(spec)) context.addIssue({ code: 'custom', message, path: [path] });
  });

export type HealthCheckSpec = z.infer<typeof schema>;

/** AWS makes two protocols out of one where the answer is searched. */
export function awsType(spec: HealthCheckSpec): HealthCheckType {
  const { protocol, searchString } = spec;
  return searchString !== undefined && (protocol === 'HTTP' || protocol === 'HTTPS')
    ? `${protocol}_STR_MATCH`
    : protocol;
}

/** What a spec says of it: AWS makes two protocols out of one where the answer is searched. */
export function protocolOf({ type }: Pick<HealthCheckState, 'type'>): string {
  return type.replace(/_STR_MATCH$/, '');
}

/** That of a new check; TCP has none to fill in. */
export function portOf(spec: HealthCheckSpec): number | undefined {
  return spec.port ?? usualOf(spec.protocol).port;
}

/** ListHealthChecks' answer for one. */
export interface HealthCheckState {
  readonly id: string;
  readonly callerReference: string;
  /** Grows with each update; an update of another version is refused. */
  readonly version: number;
  readonly type: string;
  readonly fqdn: string | undefined;
  readonly ipAddress: string | undefined;
  readonly port: number | undefined;
  readonly path: string | undefined;
  readonly searchString: string | undefined;
  readonly interval: number | undefined;
  readonly failureThreshold: number | undefined;
  readonly measureLatency: boolean;
  readonly enableSni: boolean | undefined;
  readonly inverted: boolean;
  readonly disabled: boolean;
  readonly regions: readonly string[] | undefined;
  /** Made by us, by its caller reference, and its tags are not there: whoever made it did not get that far. */
  readonly untagged?: true;
  /** The whole description, for the before-image. */
  readonly description: Json;
}

export const traits = {
  type: 'route53/health-check',
  description: 'A Route 53 health check: of an endpoint, other checks, an alarm or a routing control.',
  schema,
  outputs: {
    id: { description: 'Id', onReplace: 'new' },
  },
  // It has no name by which several playbooks could mean the same one; a record may name a shared one by its id.
  shareable: false,
  ownable: true,
  locators: [],
  toldBy: ['fqdn', 'ipAddress', 'path', 'port', 'childHealthChecks', 'alarmIdentifier', 'routingControlArn'],
  containers: [],
  // UpdateHealthCheck takes none of the first four, and can neither add nor take away an address [Route 53 API].
  immutable: ['protocol', 'interval', 'measureLatency', 'routingControlArn', 'ipAddress'],
  mustExist: ['childHealthChecks'],
  reuse: true,
  inert: false,
  // AWS deletes it under the records that name it, and their health is then anyone's guess [Route 53 API,
  // DeleteHealthCheck].
  heldBy: ['route53/record'],
  missedAs: ['NoSuchHealthCheck'],
  remedy: 'none',
  permissions: {
    read: ['route53:ListHealthChecks', 'route53:ListTagsForResources', 'route53:GetHealthCheckStatus'],
    write: [
      'route53:CreateHealthCheck',
      'route53:UpdateHealthCheck',
      'route53:DeleteHealthCheck',
      'route53:ChangeTagsForResource',
    ],
  },
} as const satisfies ComponentTraits<HealthCheckSpec>;
