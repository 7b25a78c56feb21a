// elbv2/listener-rule: what a playbook may say of one, and what AWS tells.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { actionFields, oneAction, oneActionError } from '../kit/elbv2-actions.ts';
import { arn, text } from '../kit/schema.ts';
import type { Conditions } from './conditions.ts';

const values = (): z.ZodArray<z.ZodString> => z.array(text()).min(1);

const conditions = z
  .strictObject({
    pathPattern: values().optional().describe('Paths, with * and ?.'),
    hostHeader: values().optional().describe('Host names, with * and ?.'),
    httpRequestMethod: values().optional().describe('Methods, in capitals.'),
    sourceIp: values().optional().describe('CIDR blocks.'),
    httpHeader: z
      .array(z.strictObject({ name: text(), values: values() }))
      .min(1)
      .optional()
      .describe('Headers; all of them must fit.'),
    queryString: z
      .array(z.strictObject({ key: text().optional(), value: text() }))
      .min(1)
      .optional()
      .describe('Parts of the query; one of them must fit.'),
  })
  .refine((fields) => Object.values(fields).some((field) => field !== undefined), {
    error: 'expected at least one condition',
  });

export const schema = z
  .strictObject({
    listener: arn('elasticloadbalancing').describe('ARN of the listener.'),
    priority: z
      .number()
      .int()
      .min(1)
      .max(50_000)
      .describe('Place among the listener’s rules; the lowest is asked first.'),
    conditions: conditions.optional().describe('A request must meet all of them, each by one of its values.'),
    ...actionFields,
  })
  .refine(oneAction, { error: oneActionError, path: ['forwardTo'] });

export type ListenerRuleSpec = z.infer<typeof schema>;

/** DescribeRules' answer for one. */
export interface ListenerRuleState {
  readonly arn: string;
  readonly listener: string;
  readonly priority: number;
  readonly conditions: Conditions;
  readonly actions: readonly Action[];
  /** The whole description, for the before-image. */
  readonly description: Json;
}

export const traits = {
  type: 'elbv2/listener-rule',
  description: 'A rule of a listener: which requests it is for and what becomes of them.',
  schema,
  outputs: {
    // Its last part is new each time [ELB API].
    arn: { description: 'ARN', onReplace: 'new' },
  },
  shareable: true,
  ownable: true,
  requiredWhenOwned: ['conditions', ['forwardTo', 'fixedResponse', 'redirect']],
  locators: ['listener', 'priority'],
  containers: ['listener'],
  // The priority could be changed in place, but is what the rule is found by.
  immutable: ['listener', 'priority'],
  mustExist: ['listener', 'forwardTo'],
  reuse: true,
  inert: false,
  heldBy: [],
  missedAs: ['RuleNotFound'],
  traffic: { from: ['listener'], to: ['forwardTo'] },
  remedy: 'none',
  permissions: {
    read: ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTags'],
    write: [
      'elasticloadbalancing:CreateRule',
      'elasticloadbalancing:ModifyRule',
      'elasticloadbalancing:DeleteRule',
      'elasticloadbalancing:AddTags',
    ],
  },
} as const satisfies ComponentTraits<ListenerRuleSpec>;
