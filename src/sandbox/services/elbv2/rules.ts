// Rules of listeners: tried by priority, the default one last.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { actionsFrom, actionsOutput, associate } from './actions.ts';
import { conditionsOf, conditionsOutput } from './conditions.ts';
import { invalid, numberOf, pageOf, recordsOf, requiredText, textOf, textsOf } from './input.ts';
import { atMost } from './limits.ts';
import { listener, loadBalancer, rule } from './find.ts';
import { actionsOf, orderedRules } from './lookup.ts';
import { childArn } from './names.ts';
import { checkRedirects } from './redirects.ts';
import { elbv2Of, type RuleRecord } from './store.ts';
import { tagsOf } from './tags.ts';
import { unverifiedTexts } from './unverified.ts';

function output(local: RegionData, record: RuleRecord): Output {
  return {
    RuleArn: record.arn,
    Priority: record.priority === null ? 'default' : String(record.priority),
    Conditions: conditionsOutput(record.conditions),
    Actions: actionsOutput(actionsOf(local, record)),
    IsDefault: record.priority === null,
    Transforms: record.transforms ?? [],
  };
}

/** Rewrites of host and URL, told as they were given: at most one of each kind. */
function transformsOf(input: Input): Pick<RuleRecord, 'transforms'> {
  const given = recordsOf(input, 'Transforms') ?? [];
  const kinds = given.map((each) => requiredText(each, 'Type'));
  if (new Set(kinds).size < kinds.length) throw invalid(unverifiedTexts.transformTwice);
  return given.length === 0 ? {} : { transforms: structuredClone(given) };
}

function inUse(priority: number): AwsError {
  return new AwsError('PriorityInUse', `Priority '${String(priority)}' is currently in use`);
}

/** Not idempotent, unlike the other creates: the priority is taken. */
export function createRule(input: Input, context: CallContext): Output {
  const { local, world } = context;
  const parent = listener(local, requiredText(input, 'ListenerArn'));
  const balancer = loadBalancer(local, parent.loadBalancer);
  const priority = numberOf(input, 'Priority', 1, 50_000);
  if (priority === undefined) throw invalid('A priority must be specified');
  const conditions = conditionsOf(input);
  const actions = actionsFrom(input, 'Actions', balancer, parent.protocol, local);
  checkRedirects(actions, parent);
  const tags = tagsOf(input);
  const existing = orderedRules(local, parent);
  if (existing.some((other) => other.priority === priority)) throw inUse(priority);
  const count = balancer.listeners.reduce((sum, arn) => sum + (elbv2Of(local).listeners[arn]?.rules.length ?? 0), 0);
  atMost('rules-per-application-load-balancer', count + 1, 'TooManyRules');
  const arn = childArn(parent.arn.replace(':listener/', ':listener-rule/'), 'listener-rule', world.hex(16));
  const record: RuleRecord = { arn, listener: parent.arn, priority, conditions, actions, tags, ...transformsOf(input) };
  elbv2Of(local).rules[arn] = record;
  parent.rules.push(arn);
  associate(arn, balancer.arn, { from: [], to: actions }, context);
  return { Rules: [output(local, record)] };
}

export function describeRules(input: Input, { local }: CallContext): Output {
  const arns = textsOf(input, 'RuleArns') ?? [];
  const listenerArn = textOf(input, 'ListenerArn');
  if (arns.length > 0 === (listenerArn !== undefined)) {
    throw invalid('You must specify either rule ARNs or a listener ARN');
  }
  const found =
    listenerArn === undefined
      ? [...new Set(arns)].map((arn) => rule(local, arn))
      : orderedRules(local, listener(local, listenerArn));
  const page = pageOf(found, (item) => item.arn, input);
  return { Rules: page.items.map((item) => output(local, item)), NextMarker: page.next };
}

export function modifyRule(input: Input, context: CallContext): Output {
  const { local } = context;
  const record = rule(local, requiredText(input, 'RuleArn'));
  if (record.priority === null) {
    throw new AwsError('OperationNotPermitted', `Default rule '${record.arn}' cannot be modified`);
  }
  const parent = listener(local, record.listener);
  const balancer = loadBalancer(local, parent.loadBalancer);
  const conditions = recordsOf(input, 'Conditions') === undefined ? record.conditions : conditionsOf(input);
  const actions =
    recordsOf(input, 'Actions') === undefined
      ? record.actions
      : actionsFrom(input, 'Actions', balancer, parent.protocol, local, record.actions);
  checkRedirects(actions, parent);
  associate(record.arn, balancer.arn, { from: record.actions, to: actions }, context);
  record.conditions = conditions;
  record.actions = actions;
  if (textOf(input, 'ResetTransforms') === 'true') delete record.transforms;
  else Object.assign(record, transformsOf(input));
  return { Rules: [output(local, record)] };
}

export function deleteRule(input: Input, context: CallContext): Output {
  const { local } = context;
  const record = rule(local, requiredText(input, 'RuleArn'));
  if (record.priority === null) {
    throw new AwsError('OperationNotPermitted', `Default rule '${record.arn}' cannot be deleted`);
  }
  const parent = listener(local, record.listener);
  associate(record.arn, parent.loadBalancer, { from: record.actions, to: [] }, context);
  parent.rules = parent.rules.filter((arn) => arn !== record.arn);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
  delete elbv2Of(local).rules[record.arn];
  return {};
}

/** All or nothing; rules may swap their priorities in one call. */
export function setRulePriorities(input: Input, { local }: CallContext): Output {
  const pairs = (recordsOf(input, 'RulePriorities') ?? []).map((item) => ({
    record: rule(local, requiredText(item, 'RuleArn')),
    priority: numberOf(item, 'Priority', 1, 50_000),
  }));
  const after = new Map<string, number>();
  for (const { record, priority } of pairs) {
    if (record.priority === null) {
      throw new AwsError('OperationNotPermitted', `Default rule '${record.arn}' cannot be modified`);
    }
    if (priority === undefined) throw invalid('A priority must be specified');
    after.set(record.arn, priority);
  }
  for (const { record } of pairs) {
    const priority = after.get(record.arn) ?? 0;
    const taken = orderedRules(local, listener(local, record.listener)).some(
      (other) => other !== record && (after.get(other.arn) ?? other.priority) === priority,
    );
    if (taken) throw inUse(priority);
  }
  for (const { record } of pairs) record.priority = after.get(record.arn) ?? record.priority;
  return { Rules: pairs.map(({ record }) => output(local, record)) };
}
