// route53/health-check: what a playbook may say of one, and what AWS tells.
import type { HealthCheckType } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { port, text } from '../kit/schema.ts';

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
  .strictObject({
    protocol: z.enum(['HTTP', 'HTTPS', 'TCP']),
    fqdn: text({ max: 255 }).optional().describe('Domain name that is checked; with ipAddress, the Host header.'),
    ipAddress: text().optional().describe('Address that is checked, instead of what the name resolves to.'),
    port: port().optional().describe('80 for HTTP and 443 for HTTPS when it is not told.'),
    path: text({ pattern: /^\/.{0,254}$/, expected: 'a path that starts with /' }).optional(),
    searchString: text({ max: 255 }).optional().describe('Text that the first 5120 bytes of the answer must hold.'),
    interval: z
      .union([z.literal(10), z.literal(30)])
      .default(30)
      .describe('Seconds between two checks of one checker.'),
    failureThreshold: z.number().int().min(1).max(10).default(3).describe('Checks in a row that change the status.'),
    measureLatency: z.boolean().optional(),
    enableSni: z.boolean().optional().describe('Sends the host name in the TLS greeting; true for HTTPS unless told.'),
    inverted: z.boolean().default(false).describe('Healthy when the endpoint is not.'),
    disabled: z.boolean().default(false).describe('Not checked, and taken for healthy.'),
    regions: z.array(z.enum(checkerRegions)).min(3).optional().describe('Where checkers are; all when not told.'),
  })
  .refine((spec) => spec.fqdn !== undefined || spec.ipAddress !== undefined, {
    error: 'expected fqdn or ipAddress',
    path: ['fqdn'],
  })
  .refine((spec) => spec.protocol !== 'TCP' || spec.port !== undefined, {
    error: 'expected a port, as the protocol is TCP',
    path: ['port'],
  })
  .refine((spec) => spec.protocol !== 'TCP' || (spec.path === undefined && spec.searchString === undefined), {
    error: 'expected neither path nor searchString, as the protocol is TCP',
    path: ['path'],
  })
  .refine((spec) => spec.protocol !== 'TCP' || spec.fqdn === undefined || spec.ipAddress === undefined, {
    error: 'expected fqdn or ipAddress, not both, as the protocol is TCP',
    path: ['ipAddress'],
  });

export type HealthCheckSpec = z.infer<typeof schema>;

/** AWS makes two protocols out of one where the answer is searched. */
export function awsType(spec: HealthCheckSpec): HealthCheckType {
  if (spec.protocol === 'TCP') return 'TCP';
  return spec.searchString === undefined ? spec.protocol : `${spec.protocol}_STR_MATCH`;
}

/** AWS fills it in [Route 53 API, HealthCheckConfig]; TCP has none to fill in. */
export function portOf(spec: HealthCheckSpec): number | undefined {
  return spec.port ?? (spec.protocol === 'HTTPS' ? 443 : spec.protocol === 'HTTP' ? 80 : undefined);
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
  description: 'A Route 53 health check of an endpoint.',
  schema,
  outputs: {
    id: { description: 'Id', onReplace: 'new' },
  },
  // It has no name by which several playbooks could mean the same one; a record may name a shared one by its id.
  shareable: false,
  ownable: true,
  locators: [],
  containers: [],
  // UpdateHealthCheck takes none of the first three, and can neither add nor take away an address [Route 53 API].
  immutable: ['protocol', 'interval', 'measureLatency', 'ipAddress'],
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
