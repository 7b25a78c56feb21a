// elbv2/listener: what a playbook may say of one, and what AWS tells.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { actionFields, actionSecrets, answerWords, oneAction, oneActionError } from '../kit/elbv2-action-spec.ts';
import { isSecure } from '../kit/elbv2-actions.ts';
import { withMembers } from '../kit/members/schema.ts';
import { arn, port, text } from '../kit/schema.ts';
import { actions, inputPart } from './parts.ts';

const certificateArn = { pattern: /^arn:aws[a-z-]*:(acm|iam):/, expected: 'an ARN of acm or iam' };

export const schema = z
  .strictObject(
    withMembers(
      {
        loadBalancer: arn('elasticloadbalancing').describe('ARN of the load balancer.'),
        port: port().describe('Port on which it listens; one listener per port.'),
        protocol: z.enum(['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'GENEVE', 'QUIC', 'TCP_QUIC']).optional(),
        certificate: text(certificateArn).optional().describe('ARN of the default certificate; HTTPS and TLS only.'),
        certificates: z
          .array(text(certificateArn))
          .optional()
          .describe('ARNs of further certificates; another one found in AWS stays.'),
        sslPolicy: text().optional().describe('Name of the security policy; AWS chooses one when it is not told.'),
        attributes: z
          .record(z.string(), z.string())
          .optional()
          .describe('Attributes by their AWS keys; only those named are compared.'),
        ...actionFields(actions),
      },
      inputPart,
    ),
  )
  .refine(oneAction, { error: oneActionError, path: ['forwardTo'] })
  .refine((spec) => !isSecure(spec.protocol) || spec.certificate !== undefined, {
    error: 'expected a certificate, as the protocol is HTTPS or TLS',
    path: ['certificate'],
  })
  .refine((spec) => spec.protocol === undefined || isSecure(spec.protocol) || spec.certificate === undefined, {
    error: 'expected no certificate, as the protocol is neither HTTPS nor TLS',
    path: ['certificate'],
  });

export type ListenerSpec = z.infer<typeof schema>;

/** DescribeListeners' answer for one. */
export interface ListenerState {
  readonly arn: string;
  readonly loadBalancer: string;
  readonly port: number;
  readonly protocol: string;
  /** DescribeListeners names the default certificate only [ELB API]. */
  readonly certificate: string | undefined;
  readonly sslPolicy: string | undefined;
  readonly actions: readonly Action[];
  /** Beside the default one; undefined where nobody asked. */
  readonly certificates?: readonly string[] | undefined;
  /** Undefined where nobody asked. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** The whole description, for the before-image. */
  readonly description: Json;
}

export const traits = {
  type: 'elbv2/listener',
  description: 'A port on which a load balancer takes requests, and what it does with them.',
  schema,
  outputs: {
    // Its last part is new each time [ELB API].
    arn: { description: 'ARN', onReplace: 'new' },
  },
  shareable: true,
  ownable: true,
  requiredWhenOwned: ['protocol', [...answerWords, 'defaultActions']],
  locators: ['loadBalancer', 'port'],
  containers: ['loadBalancer'],
  // The port could be changed in place, but is what the listener is found by.
  immutable: ['loadBalancer', 'port'],
  mustExist: ['loadBalancer', 'forwardTo', 'forward', 'defaultActions', 'certificate', 'certificates'],
  reuse: true,
  inert: false,
  // Rules vanish with their listener [ELB API].
  heldBy: ['elbv2/listener-rule'],
  missedAs: ['ListenerNotFound'],
  traffic: { from: ['loadBalancer'], to: ['forwardTo', 'forward', 'defaultActions'] },
  sensitive: { spec: actionSecrets('defaultActions'), facts: [] },
  remedy: 'none',
  permissions: {
    read: [
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeListenerAttributes',
      'elasticloadbalancing:DescribeListenerCertificates',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetHealth',
    ],
    write: [
      'elasticloadbalancing:CreateListener',
      'elasticloadbalancing:ModifyListener',
      'elasticloadbalancing:ModifyListenerAttributes',
      'elasticloadbalancing:AddListenerCertificates',
      'elasticloadbalancing:RemoveListenerCertificates',
      'elasticloadbalancing:DeleteListener',
      'elasticloadbalancing:AddTags',
    ],
  },
} as const satisfies ComponentTraits<ListenerSpec>;
