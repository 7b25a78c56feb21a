// What a spec says of actions, in the form in which AWS takes it.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refusal } from './changing.ts';
import {
  earlierKinds,
  earlierWords,
  plainActions,
  type ActionParts,
  type ActionSpec,
  type ActionsWord,
  type EarlierWord,
} from './elbv2-action-spec.ts';
import { actionInSpec, wordOf } from './elbv2-actions.ts';
import { toInput } from './members/input.ts';

export interface ActionsWanted {
  /** What the spec says; with `whole`, all of it. */
  readonly spec: ActionSpec;
  readonly whole: boolean;
  /** What is there, where the piece is there. */
  readonly existing?: readonly Action[];
  readonly word: ActionsWord;
}

/**
 * All actions of a spec, in AWS's form and order. Unless the spec is whole, what it does not say is as it is there.
 *
 * @returns undefined when there is nothing that answers
 * @throws Error when an action cannot be made, since AWS does not tell its client secret
 */
export function toAwsActions(parts: ActionParts, wanted: ActionsWanted): Action[] | undefined {
  const { existing = [] } = wanted;
  const said = plainActions(wanted.spec, wanted.word);
  const spec = wanted.whole ? said : withExisting(said, actionInSpec(existing, parts));
  const answer = answerOf(spec);
  if (answer === undefined) return undefined;
  const earlier = earlierWords
    .filter((word) => spec[word] !== undefined)
    .toSorted((left, right) => (spec[left]?.order ?? 0) - (spec[right]?.order ?? 0))
    .map((word) => earlierOf(word, spec, parts, existing));
  if (earlier.length === 0) return [answer];
  return [...earlier, answer].map((action, index) => ({ ...action, Order: index + 1 }));
}

function withExisting(said: ActionSpec, there: ActionSpec): ActionSpec {
  const isForwarded = said.forwardTo !== undefined || said.forward !== undefined;
  const isAnswered = said.fixedResponse !== undefined || said.redirect !== undefined;
  const stays = (word: string): boolean => {
    if (word === 'forwardTo' || word === 'forward') return !isAnswered;
    return word === 'fixedResponse' || word === 'redirect' ? !isAnswered && !isForwarded : true;
  };
  return { ...Object.fromEntries(Object.entries(there).filter(([word]) => stays(word))), ...said };
}

function answerOf(spec: ActionSpec): Action | undefined {
  if (spec.forwardTo !== undefined || spec.forward !== undefined) return forwardOf(spec);
  if (spec.fixedResponse !== undefined) {
    const { status, contentType, body } = spec.fixedResponse;
    return {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: status, ContentType: contentType, MessageBody: body },
    };
  }
  if (spec.redirect === undefined) return undefined;
  const { status = 'HTTP_301', protocol, host, port, path, query } = spec.redirect;
  return {
    Type: 'redirect',
    RedirectConfig: { StatusCode: status, Protocol: protocol, Host: host, Port: port, Path: path, Query: query },
  };
}

function forwardOf({ forward, forwardTo }: ActionSpec): Action {
  const { targetGroupStickinessConfig: stickiness, targetGroups } = forward ?? {};
  if (targetGroups === undefined && stickiness === undefined) return { Type: 'forward', TargetGroupArn: forwardTo };
  const groups = targetGroups ?? (forwardTo === undefined ? [] : [{ targetGroupArn: forwardTo }]);
  return {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: aimedAt(forwardTo, groups).map(({ targetGroupArn, weight }) => ({
        TargetGroupArn: targetGroupArn,
        Weight: weight,
      })),
      ...(stickiness === undefined
        ? {}
        : {
            TargetGroupStickinessConfig: {
              Enabled: stickiness.enabled,
              DurationSeconds: stickiness.durationSeconds,
            },
          }),
    },
  };
}

type Groups = NonNullable<NonNullable<ActionSpec['forward']>['targetGroups']>;

/**
 * Groups of which the wanted one gets requests. Where it gets some, they stay as they are. An idle one gets all the weight
 * and the others become idle; one that is not among them takes the place of those that get requests.
 */
function aimedAt(forwardTo: string | undefined, groups: Groups): Groups {
  if (forwardTo === undefined) return groups;
  const weightOf = (arn: string): number | undefined => {
    const found = groups.find((group) => group.targetGroupArn === arn);
    return found && (found.weight ?? 1);
  };
  const own = weightOf(forwardTo);
  if (own !== undefined && (own > 0 || groups.length === 1)) return groups;
  const total = Math.min(
    groups.reduce((sum, group) => sum + (group.weight ?? 1), 0),
    999,
  );
  if (own === 0) {
    return groups.map((group) => ({ ...group, weight: group.targetGroupArn === forwardTo ? Math.max(total, 1) : 0 }));
  }
  const idle = groups.filter((group) => group.weight === 0);
  return [{ targetGroupArn: forwardTo, weight: Math.max(total, 1) }, ...idle];
}

function earlierOf(word: EarlierWord, spec: ActionSpec, parts: ActionParts, existing: readonly Action[]): Action {
  const { config, type } = earlierKinds[word];
  return { Type: type, [config]: { ...toInput(parts[word], spec[word] ?? {}), ...secretOf(word, spec, existing) } };
}

/** AWS never tells a client secret, and keeps the one it has when asked to [ELB API, AuthenticateOidcActionConfig]. */
function secretOf(word: EarlierWord, spec: ActionSpec, existing: readonly Action[]): object {
  if (word !== 'authenticateOidc') return {};
  const secret = spec.authenticateOidc?.['clientSecret'];
  if (secret !== undefined) return { ClientSecret: secret };
  if (existing.some((action) => wordOf(action) === word)) return { UseExistingClientSecret: true };
  throw refusal(
    'ValidationError',
    'AWS does not tell the client secret of an OIDC action: to make the action again, the playbook has to say authenticateOidc.clientSecret',
  );
}
