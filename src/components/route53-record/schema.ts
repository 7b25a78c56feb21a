// route53/record: what a playbook may say of one, and what AWS tells.
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import type { ComponentTraits } from '../contract.ts';
import { canonicalName } from '../../util/dns.ts';
import { withMembers } from '../kit/members/schema.ts';
import { hasReference, text } from '../kit/schema.ts';
import { mayEvaluate } from './alias-health.ts';
import { recordPart, routedBy } from './parts.ts';

/** SOA is left out: a zone has exactly one, and AWS writes it. */
const recordTypes = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DS',
  'HTTPS',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SPF',
  'SRV',
  'SSHFP',
  'SVCB',
  'TLSA',
  'TXT',
] as const;

const alias = z
  .strictObject({
    dnsName: text({ max: 1024 }).describe('DNS name of the load balancer or other AWS resource.'),
    hostedZoneId: text({ max: 32 }).describe('Its hosted zone id: an output of a load balancer.'),
    evaluateTargetHealth: z
      .boolean()
      .optional()
      .describe('Of a new record true unless told; of a CloudFront distribution always false.'),
  })
  .describe('Answers with the addresses of an AWS resource.');

// Limits: Route 53 API, ResourceRecordSet.
export const schema = z
  .strictObject(
    withMembers(
      {
        zone: text({ max: 255 }).describe('Domain name of the public hosted zone, or the id (Z...) of any.'),
        name: text({ max: 255 }).describe('Full domain name.'),
        type: z.enum(recordTypes),
        ttl: z
          .number()
          .int()
          .min(0)
          .max(2_147_483_647)
          .optional()
          .describe('Seconds that resolvers keep it; not for aliases.'),
        values: z.array(text()).min(1).max(400).optional().describe('Values; TXT values may be given without quotes.'),
        alias: alias.optional(),
        setIdentifier: text({ max: 128 })
          .optional()
          .describe('Tells apart the records of one name that are routed: one way of routing goes with it.'),
        weight: z.number().int().min(0).max(255).optional(),
        failover: z.enum(['PRIMARY', 'SECONDARY']).optional(),
        healthCheck: text({ max: 64 })
          .optional()
          .describe('Id of the health check that decides whether it is answered with.'),
        marker: z
          .strictObject({ playbook: z.string().regex(/^[a-z0-9-]+$/), component: z.string().regex(/^[a-z0-9-]+$/) })
          .optional()
          .describe('Put in by `ownership: marker`, and in no playbook.'),
      },
      recordPart,
    ),
  )
  .refine((spec) => spec.values === undefined || spec.alias === undefined, {
    error: 'expected values or alias, not both',
    path: ['alias'],
  })
  .refine((spec) => spec.values === undefined || spec.ttl !== undefined, {
    error: 'expected a ttl, as there are values',
    path: ['ttl'],
  })
  .refine((spec) => spec.alias === undefined || spec.ttl === undefined, {
    error: 'expected no ttl: an alias has that of its target',
    path: ['ttl'],
  })
  .superRefine((spec, context) => {
    const [routing, another] = routedBy(spec);
    if (routing === undefined) return;
    if (another !== undefined) {
      context.addIssue({ code: 'custom', message: `expected ${routing} or ${another}, not both`, path: [another] });
    }
    if (spec.setIdentifier === undefined) {
      const message = `expected setIdentifier together with ${routing}`;
      context.addIssue({ code: 'custom', message, path: ['setIdentifier'] });
    }
  })
  .refine(({ alias: target }) => target?.evaluateTargetHealth !== true || mayEvaluate(target), {
    error: 'expected false, or nothing: Route 53 does not look at the health of a CloudFront distribution',
    path: ['alias', 'evaluateTargetHealth'],
  })
  .refine((spec) => isZoneId(spec.zone) || hasReference(spec.zone + spec.name) || isWithin(spec.name, spec.zone), {
    error: 'expected a name within the zone',
    path: ['name'],
  });

export type RecordSpec = z.infer<typeof schema>;

export function isZoneId(zone: string): boolean {
  return /^Z[A-Z0-9]{1,31}$/.test(zone);
}

function isWithin(name: string, zone: string): boolean {
  const [inner, outer] = [canonicalName(name), canonicalName(zone)];
  return inner === outer || inner.endsWith(`.${outer}`);
}

/** ListResourceRecordSets' answer for one, and the zone it is in. */
export interface RecordState {
  readonly zone: { readonly id: string; readonly isPrivate: boolean };
  /** As AWS tells it, which is also what AWS wants to hear when the record is to be deleted. */
  readonly description: ResourceRecordSet;
  /** What stands under the name of its marker, whatever that says; left out where there is nothing. */
  readonly marker?: ResourceRecordSet;
}

export const traits = {
  type: 'route53/record',
  description: 'A DNS record, or one of several that are routed, in a Route 53 hosted zone.',
  schema,
  outputs: {
    fqdn: { description: 'Domain name, without a trailing dot', onReplace: 'same' },
    name: { description: 'Domain name, as the playbook spells it', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  requiredWhenOwned: [['values', 'alias']],
  locators: ['zone', 'name', 'type', 'setIdentifier'],
  containers: [],
  // A change is a DELETE and a CREATE in one atomic batch, so even the routing policy changes in place [Route 53 API,
  // ChangeResourceRecordSets].
  immutable: ['zone', 'name', 'type'],
  mustExist: ['healthCheck'],
  reuse: true,
  keepsName: true,
  inert: false,
  heldBy: [],
  traffic: { from: [], to: ['values', 'alias'] },
  listsReferrers: true,
  remedy: 'none',
  permissions: {
    read: [
      'route53:ListHostedZonesByName',
      'route53:GetHostedZone',
      'route53:ListResourceRecordSets',
      'route53:GetChange',
      'route53:TestDNSAnswer',
    ],
    // What answers where it leads (`leads`).
    readOwned: [
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetHealth',
    ],
    write: ['route53:ChangeResourceRecordSets'],
  },
} as const satisfies ComponentTraits<RecordSpec>;
