// What AWS does with a request, as a listener or a rule tells it, in the words of a spec.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { toJson } from './compare.ts';
import {
  earlierKinds,
  earlierWords,
  type ActionParts,
  type ActionSpec,
  type EarlierSpec,
  type EarlierWord,
} from './elbv2-action-spec.ts';
import { isMap } from './members/maps.ts';
import { fromOutput } from './members/output.ts';

/** In the order in which AWS goes through them. */
export function inOrder(actions: readonly Action[]): readonly Action[] {
  return actions.toSorted((left, right) => (left.Order ?? 0) - (right.Order ?? 0));
}

/** The action that decides: the last one; an authentication may come before it [ELB API, Action.Order]. */
function decidingAction(actions: readonly Action[]): Action | undefined {
  return inOrder(actions).at(-1);
}

interface WeightedGroup {
  readonly targetGroupArn: string;
  readonly weight: number;
}

function groupsOf(action: Action | undefined): readonly WeightedGroup[] {
  if (action?.Type !== 'forward') return [];
  const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn }];
  return groups.map(({ TargetGroupArn = '', Weight = 1 }) => ({ targetGroupArn: TargetGroupArn, weight: Weight }));
}

/**
 * The target groups that an action sends requests to. One of weight 0 gets none: a blue/green deployment keeps the idle
 * group in the action so. A single group may be told in either form [captured: AWS answers with both].
 */
export function forwardedTo(actions: readonly Action[]): readonly string[] {
  return takersOf(groupsOf(decidingAction(actions)));
}

function takersOf(groups: readonly WeightedGroup[]): readonly string[] {
  const taking = groups.length === 1 ? groups : groups.filter((group) => group.weight !== 0);
  return taking.map((group) => group.targetGroupArn).sort();
}

/** Every target group that the actions name, whether it gets requests or not: AWS does not delete one of them. */
export function groupsNamed(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((action) => groupsOf(action).map((group) => group.targetGroupArn));
}

/** What AWS does with a request, as a spec says it. */
export function actionInSpec(actions: readonly Action[], parts: ActionParts): ActionSpec {
  return { ...answerInSpec(actions), ...earlierInSpec(actions, parts) };
}

/** What answers. A single group is told by `forwardTo` alone; `forward` tells what else there is to it. */
export function answerInSpec(actions: readonly Action[]): ActionSpec {
  const action = decidingAction(actions);
  const { FixedResponseConfig: fixed, RedirectConfig: to } = action ?? {};
  if (action?.Type === 'forward') return forwardInSpec(action);
  if (fixed !== undefined) {
    const { ContentType: contentType, MessageBody: body, StatusCode: status } = fixed;
    return { fixedResponse: toJson({ status, contentType, body }) as unknown as ActionSpec['fixedResponse'] };
  }
  if (to === undefined) return {};
  return {
    redirect: toJson({
      status: to.StatusCode,
      protocol: to.Protocol ?? '#{protocol}',
      host: to.Host ?? '#{host}',
      port: to.Port ?? '#{port}',
      path: to.Path ?? '/#{path}',
      query: to.Query ?? '#{query}',
    }) as unknown as ActionSpec['redirect'],
  };
}

function forwardInSpec(action: Action): ActionSpec {
  const groups = groupsOf(action);
  const takers = takersOf(groups);
  const { DurationSeconds, Enabled = false } = action.ForwardConfig?.TargetGroupStickinessConfig ?? {};
  const single = takers.length === 1 ? { forwardTo: takers[0] } : {};
  if (groups.length === 1 && !Enabled) return single;
  return {
    ...single,
    forward: {
      targetGroups: [...groups],
      ...(Enabled
        ? {
            targetGroupStickinessConfig: {
              enabled: true,
              ...(DurationSeconds === undefined ? {} : { durationSeconds: DurationSeconds }),
            },
          }
        : {}),
    },
  };
}

/** What comes before what answers; with its place where there are several. */
export function earlierInSpec(
  actions: readonly Action[],
  parts: ActionParts,
): Readonly<Partial<Record<EarlierWord, EarlierSpec>>> {
  const before = inOrder(actions).filter((action) => wordOf(action) !== undefined);
  return Object.fromEntries(
    before.flatMap((action, index): readonly (readonly [string, EarlierSpec])[] => {
      const word = wordOf(action);
      if (word === undefined) return [];
      const config = action[earlierKinds[word].config];
      const told = isMap(config) ? fromOutput(parts[word], config) : {};
      return [[word, { ...told, ...(before.length > 1 ? { order: index + 1 } : {}) }]];
    }),
  );
}

/** The spec's word for an action that comes before what answers. */
export function wordOf({ Type }: Action): EarlierWord | undefined {
  return earlierWords.find((word) => earlierKinds[word].type === Type);
}

/** What a listener's or rule's actions have and AWS never tells: it is lost when they are made again. */
export function actionBeyondSpec(actions: readonly Action[]): readonly string[] {
  return actions.some((action) => action.Type === 'authenticate-oidc')
    ? ['authenticateOidc.clientSecret, which AWS never tells']
    : [];
}

/** A few words: `forwards to deployer-api`. */
export function describeAction(actions: readonly Action[]): string {
  const action = decidingAction(actions);
  if (action?.Type !== 'forward') return action?.Type ?? 'no action';
  // arn:aws:elasticloadbalancing:region:account:targetgroup/<name>/<id>
  return `forwards to ${forwardedTo(actions)
    .map((group) => group.split('/').at(-2) ?? group)
    .join(' and ')}`;
}

/** True for protocols that need a certificate. */
export function isSecure(protocol: string | undefined): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}
