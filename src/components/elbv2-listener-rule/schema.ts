// elbv2/listener-rule: what a playbook may say of one, and what AWS tells.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { actionFields, actionSecrets, answerWords, oneAction, oneActionError } from '../kit/elbv2-action-spec.ts';
import { isMap } from '../kit/members/maps.ts';
import { fromOutput } from '../kit/members/output.ts';
import { withMembers } from '../kit/members/schema.ts';
import { arn, text } from '../kit/schema.ts';
import type { Conditions } from './conditions.ts';
import { actions, inputPart, rulePart } from './parts.ts';

const values = (): z.ZodArray<z.ZodString> => z.array(text()).min(1);

const queryParts = z.array(z.strictObject({ key: text().optional(), value: text() })).min(1);

const conditions = z
  .strictObject({
    pathPattern: values().optional().describe('Paths, with * and ?.'),
    pathPatternRegex: values().optional().describe('Regular expressions of paths, instead of pathPattern.'),
    hostHeader: values().optional().describe('Host names, with * and ?.'),
    hostHeaderRegex: values().optional().describe('Regular expressions of host names, instead of hostHeader.'),
    httpRequestMethod: values().optional().describe('Methods, in capitals.'),
    sourceIp: values().optional().describe('CIDR blocks.'),
    sourceIpAddressType: text().optional().describe('ipv4 or ipv6; network load balancers.'),
    httpHeader: z
      .array(z.strictObject({ name: text(), values: values().optional(), regexValues: values().optional() }))
      .min(1)
      .optional()
      .describe('Headers by name; all of them must fit, each by one of its values or regular expressions.'),
    queryString: z
      .union([queryParts, z.array(queryParts).min(1)])
      .optional()
      .describe('Parts of the query; one of them must fit, or one of each list where there are several.'),
  })
  .refine((fields) => Object.values(fields).some((field) => field !== undefined), {
    error: 'expected at least one condition',
  });

export const schema = z
  .strictObject(
    withMembers(
      {
        listener: arn('elasticloadbalancing').describe('ARN of the listener.'),
        priority: z
          .number()
          .int()
          .min(1)
          .max(50_000)
          .describe('Place among the listener’s rules; the lowest is asked first.'),
        conditions: conditions
          .optional()
          .describe(
            'A request must meet all of them, each by one of its values; one of another field that is there stays.',
          ),
        ...actionFields(actions),
      },
      inputPart,
    ),
  )
  .refine(oneAction, { error: oneActionError, path: ['forwardTo'] });

export type ListenerRuleSpec = z.infer<typeof schema>;

/** DescribeRules' answer for one. */
export interface ListenerRuleState {
  readonly arn: string;
  readonly listener: string;
  readonly priority: number;
  readonly conditions: Conditions;
  readonly actions: readonly Action[];
  /** In words: the rule of somebody else at the priority that the spec says, where this one has another. */
  readonly placeTakenBy?: string | undefined;
  /** The whole description, for the before-image. */
  readonly description: Json;
}

/** All members of the input that a spec says by AWS's names, but for the actions. */
export function settingsOf({ description }: Pick<ListenerRuleState, 'description'>): Readonly<Record<string, Json>> {
  return isMap(description) ? fromOutput(rulePart, description) : {};
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
  requiredWhenOwned: ['conditions', [...answerWords, 'actions']],
  locators: ['listener', 'priority'],
  containers: ['listener'],
  immutable: ['listener'],
  mustExist: ['listener', 'forwardTo', 'forward', 'actions'],
  reuse: true,
  inert: false,
  heldBy: [],
  missedAs: ['RuleNotFound'],
  traffic: { from: ['listener'], to: ['forwardTo', 'forward', 'actions'] },
  sensitive: { spec: actionSecrets('actions'), facts: [] },
  remedy: 'none',
  permissions: {
    read: [
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetHealth',
    ],
    write: [
      'elasticloadbalancing:CreateRule',
      'elasticloadbalancing:ModifyRule',
      'elasticloadbalancing:SetRulePriorities',
      'elasticloadbalancing:DeleteRule',
      'elasticloadbalancing:AddTags',
    ],
  },
} as const satisfies ComponentTraits<ListenerRuleSpec>;
