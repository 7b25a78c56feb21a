// Actions of listeners and rules: read, checked, told as AWS tells them, and their hold on target groups.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { unreachable } from '../../../util/unreachable.ts';
import { wakeServices } from '../ecs/wake.ts';
import { Entries } from '../../protocol/values.ts';
import { booleanOf, invalid, numberOf, recordOf, recordsOf, requiredText, textOf } from './input.ts';
import { atMost } from './limits.ts';
import { redirectOf } from './redirects.ts';
import { elbv2Of, type ActionRecord, type LoadBalancerRecord, type TargetGroupRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

function forwardOf(item: Input, order: number | null): ActionRecord {
  const config = recordOf(item, 'ForwardConfig');
  const single = textOf(item, 'TargetGroupArn');
  const groups = recordsOf(config ?? {}, 'TargetGroups')?.map((group) => ({
    arn: requiredText(group, 'TargetGroupArn'),
    weight: numberOf(group, 'Weight', 0, 999) ?? 1,
  }));
  const targetGroups = groups ?? (single === undefined ? [] : [{ arn: single, weight: 1 }]);
  if (targetGroups.length === 0) throw invalid("A target group must be specified for an action of type 'forward'");
  if (single !== undefined && (targetGroups.length > 1 || targetGroups[0]?.arn !== single)) {
    throw invalid('TargetGroupArn and ForwardConfig name different target groups');
  }
  const stickiness = recordOf(config ?? {}, 'TargetGroupStickinessConfig');
  // "You must specify this value when enabling target group stickiness" [ELB API, TargetGroupStickinessConfig].
  if (stickiness !== undefined && booleanOf(stickiness, 'Enabled') === true) {
    if (stickiness['DurationSeconds'] === undefined) throw invalid(unverifiedTexts.stickinessDuration);
  }
  return {
    kind: 'forward',
    order,
    targetGroups,
    stickiness: {
      enabled: stickiness === undefined ? false : (booleanOf(stickiness, 'Enabled') ?? false),
      durationSeconds: stickiness === undefined ? null : (numberOf(stickiness, 'DurationSeconds', 1, 604_800) ?? null),
    },
  };
}

/** [ELB API, FixedResponseActionConfig] */
const contentTypes: readonly string[] = [
  ...['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'],
];

function fixedResponseOf(item: Input, order: number | null): ActionRecord {
  const config = recordOf(item, 'FixedResponseConfig');
  if (config === undefined) {
    // By analogy with redirects.
    const text = "For actions of type 'fixed-response', you must specify the following fields: 'FixedResponseConfig'";
    throw new AwsError('InvalidLoadBalancerAction', text);
  }
  const contentType = textOf(config, 'ContentType');
  if (contentType !== undefined && !contentTypes.includes(contentType)) {
    throw new AwsError('InvalidLoadBalancerAction', unverifiedTexts.contentType(contentType));
  }
  const statusCode = requiredText(config, 'StatusCode');
  if (!/^[245]\d\d$/.test(statusCode)) throw invalid(`'${statusCode}' is not a 2XX, 4XX or 5XX status`);
  return {
    kind: 'fixed-response',
    order,
    statusCode,
    contentType: contentType ?? null,
    messageBody: textOf(config, 'MessageBody') ?? null,
  };
}

/** The API reference's defaults of both kinds of authentication. */
const session = {
  SessionCookieName: 'AWSELBAuthSessionCookie',
  SessionTimeout: '604800',
  OnUnauthenticatedRequest: 'authenticate',
};

function authenticationOf(
  item: Input,
  order: number | null,
  kind: 'authenticate-oidc' | 'authenticate-cognito' | 'jwt-validation',
  member: string,
  defaults: Readonly<Record<string, string>>,
): ActionRecord {
  const config = recordOf(item, member);
  if (config === undefined) throw invalid(`${member} must be specified for an action of type '${kind}'`);
  return { kind, order, config: structuredClone({ ...defaults, ...config }) };
}

function answers(action: ActionRecord): boolean {
  return action.kind === 'forward' || action.kind === 'redirect' || action.kind === 'fixed-response';
}

/** The members that belong to one type of action: with another they would say nothing. */
const configTypes: Readonly<Record<string, string>> = {
  TargetGroupArn: 'forward',
  ForwardConfig: 'forward',
  RedirectConfig: 'redirect',
  FixedResponseConfig: 'fixed-response',
  AuthenticateOidcConfig: 'authenticate-oidc',
  AuthenticateCognitoConfig: 'authenticate-cognito',
  JwtValidationConfig: 'jwt-validation',
};

function actionOf(item: Input): ActionRecord {
  const order = numberOf(item, 'Order', 1, 50_000) ?? null;
  const type = requiredText(item, 'Type');
  const foreign = Object.keys(configTypes).find((member) => item[member] !== undefined && configTypes[member] !== type);
  if (foreign !== undefined) {
    throw new AwsError('InvalidLoadBalancerAction', unverifiedTexts.foreignMember(foreign, type));
  }
  switch (type) {
    case 'forward':
      return forwardOf(item, order);
    case 'redirect':
      return redirectOf(item, order);
    case 'fixed-response':
      return fixedResponseOf(item, order);
    case 'authenticate-oidc':
      return authenticationOf(item, order, type, 'AuthenticateOidcConfig', { Scope: 'openid', ...session });
    case 'authenticate-cognito':
      return authenticationOf(item, order, type, 'AuthenticateCognitoConfig', { Scope: 'openid', ...session });
    case 'jwt-validation':
      return authenticationOf(item, order, type, 'JwtValidationConfig', {});
    default:
      throw invalid(`'${type}' is not a valid action type`);
  }
}

/** The action with its client secret, which AWS keeps where it is asked to, and needs [ELB API, AuthenticateOidcActionConfig]. */
function withSecret(action: ActionRecord, existing: readonly ActionRecord[]): ActionRecord {
  if (action.kind !== 'authenticate-oidc') return action;
  const { UseExistingClientSecret: keeps, ...config } = action.config;
  if (config['ClientSecret'] !== undefined) return { ...action, config };
  const [before] = existing.flatMap((each) => (each.kind === 'authenticate-oidc' ? [each.config] : []));
  if (before === undefined || String(keeps) !== 'true') throw invalid(unverifiedTexts.clientSecretNeeded);
  return { ...action, config: { ...config, ClientSecret: before['ClientSecret'] } };
}

/**
 * The actions of a request under `name`, checked against the load balancer they are for.
 *
 * @param existing those that they take the place of
 */
export function actionsFrom(
  input: Input,
  name: 'Actions' | 'DefaultActions',
  balancer: LoadBalancerRecord,
  protocol: string,
  local: RegionData,
  existing: readonly ActionRecord[] = [],
): ActionRecord[] {
  const items = recordsOf(input, name) ?? [];
  if (items.length === 0) throw invalid(unverifiedTexts.actionNeeded);
  const actions = items.map((item) => withSecret(actionOf(item), existing));
  if (actions.filter(answers).length > 1)
    throw invalid("Only one action of type 'forward', 'redirect' or 'fixed-response' can be specified");
  if (actions.length > 1) {
    if (new Set(actions.map(({ order }) => order ?? 0)).size < actions.length)
      throw invalid(unverifiedTexts.actionOrder);
    actions.sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  }
  const [last] = actions.slice(-1);
  if (last === undefined || !answers(last)) throw invalid(unverifiedTexts.lastAction);
  for (const { kind } of actions) {
    const authenticates = kind === 'authenticate-oidc' || kind === 'authenticate-cognito' || kind === 'jwt-validation';
    if (authenticates && protocol !== 'HTTPS') throw invalid(unverifiedTexts.authenticationNeedsHttps(kind));
  }
  for (const action of actions) {
    if (action.kind === 'forward') checkTargetGroups(action.targetGroups, balancer, protocol, local);
    else if (balancer.type === 'network')
      throw invalid(`Actions of type '${action.kind}' need an application load balancer`);
  }
  return actions;
}

const compatible: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTP', 'HTTPS'],
  HTTPS: ['HTTP', 'HTTPS'],
  TCP: ['TCP', 'TCP_UDP'],
  TLS: ['TCP', 'TLS'],
  UDP: ['UDP', 'TCP_UDP'],
  TCP_UDP: ['TCP_UDP'],
};

function checkTargetGroups(
  groups: readonly { arn: string }[],
  balancer: LoadBalancerRecord,
  protocol: string,
  local: RegionData,
): void {
  atMost(`target-groups-per-action-on-${balancer.type}-load-balancer`, groups.length, 'TooManyActions');
  const elsewhere: string[] = [];
  for (const { arn } of groups) {
    const group = elbv2Of(local).targetGroups[arn];
    if (group === undefined) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
    if (group.vpc !== null && group.vpc !== balancer.vpc) {
      throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.targetGroupVpc(arn));
    }
    if (group.protocol !== null && compatible[protocol]?.includes(group.protocol) === false) {
      throw new AwsError('IncompatibleProtocols', unverifiedTexts.targetGroupProtocol(group.protocol, protocol));
    }
    if (Object.values(group.usedBy).some((user) => user !== balancer.arn)) elsewhere.push(arn);
  }
  if (elsewhere.length > 0) {
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${elsewhere.join(', ')}`,
    );
  }
}

/** As CreateListener and DescribeRules were seen to echo it: a single group is told both ways. */
export function actionsOutput(actions: readonly ActionRecord[]): Output[] {
  return actions.map((action) => {
    const order = action.order ?? undefined;
    switch (action.kind) {
      case 'forward':
        return {
          Type: 'forward',
          TargetGroupArn: action.targetGroups.length === 1 ? action.targetGroups[0]?.arn : undefined,
          Order: order,
          ForwardConfig: {
            TargetGroups: action.targetGroups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight })),
            TargetGroupStickinessConfig: {
              Enabled: action.stickiness.enabled,
              DurationSeconds: action.stickiness.durationSeconds ?? undefined,
            },
          },
        };
      case 'redirect':
        return {
          Type: 'redirect',
          Order: order,
          RedirectConfig: {
            Protocol: action.protocol,
            Port: action.port,
            Host: action.host,
            Path: action.path,
            Query: action.query,
            StatusCode: action.statusCode,
          },
        };
      case 'fixed-response':
        return {
          Type: 'fixed-response',
          Order: order,
          FixedResponseConfig: {
            MessageBody: action.messageBody ?? undefined,
            StatusCode: action.statusCode,
            ContentType: action.contentType ?? undefined,
          },
        };
      case 'authenticate-oidc':
        return { Type: action.kind, Order: order, AuthenticateOidcConfig: configOutput(action.config) };
      case 'authenticate-cognito':
        return { Type: action.kind, Order: order, AuthenticateCognitoConfig: configOutput(action.config) };
      case 'jwt-validation':
        return { Type: action.kind, Order: order, JwtValidationConfig: action.config };
      default:
        return unreachable(action);
    }
  });
}

/** AWS never tells a client secret again. */
function configOutput(config: Readonly<Record<string, unknown>>): Output {
  const parameters = config['AuthenticationRequestExtraParams'] as Record<string, string> | undefined;
  return {
    ...config,
    ClientSecret: undefined,
    AuthenticationRequestExtraParams: parameters === undefined ? undefined : new Entries(parameters),
  };
}

function groupsOf(actions: readonly ActionRecord[]): Set<string> {
  const arns = new Set<string>();
  for (const action of actions) if (action.kind === 'forward') for (const { arn } of action.targetGroups) arns.add(arn);
  return arns;
}

/** Ends a listener's or rule's hold on a target group; from the last one on, its targets are unused. */
function release(group: TargetGroupRecord, user: string, { local, now }: CallContext): void {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
  delete group.usedBy[user];
  if (Object.keys(group.usedBy).length > 0) return;
  group.attachedAt = null;
  group.detachedAt = now;
  // Nobody waits for the connections of a group without a load balancer: draining ends.
  for (const target of Object.values(group.targets)) {
    if (target.drainedAt !== null && target.drainedAt > now) target.drainedAt = now;
  }
  wakeServices(local, group.arn, now);
}

function hold(group: TargetGroupRecord, user: string, balancer: string, { local, now }: CallContext): void {
  group.usedBy[user] = balancer;
  if (group.attachedAt !== null) return;
  group.attachedAt = now;
  group.detachedAt = null;
  wakeServices(local, group.arn, now);
}

/** Moves the hold of one listener or rule on target groups from its old actions to its new ones. */
export function associate(
  user: string,
  balancer: string,
  change: { from: readonly ActionRecord[]; to: readonly ActionRecord[] },
  context: CallContext,
): void {
  const before = groupsOf(change.from);
  const after = groupsOf(change.to);
  for (const arn of after) {
    const group = elbv2Of(context.local).targetGroups[arn];
    if (group !== undefined && !before.has(arn)) hold(group, user, balancer, context);
  }
  for (const arn of before) {
    const group = elbv2Of(context.local).targetGroups[arn];
    if (group !== undefined && !after.has(arn)) release(group, user, context);
  }
}
