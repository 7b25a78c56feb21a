// Compares what a spec says of actions with what AWS does with a request.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Difference } from '../contract.ts';
import { differsBelow } from './changing.ts';
import { field, said, sameJson, toJson } from './compare.ts';
import type { answerWords } from './elbv2-action-spec.ts';
import {
  actionKeys,
  actionsSaid,
  actionWords,
  earlierWords,
  plainActions,
  type ActionParts,
  type ActionSpec,
  type ActionsWord,
} from './elbv2-action-spec.ts';
import { answerInSpec, earlierInSpec, forwardedTo } from './elbv2-actions.ts';
import { saidDiff } from './members/diff.ts';
import { isMap } from './members/maps.ts';
import { fromOutput } from './members/output.ts';
import { wordOf as memberWord } from './members/part.ts';

/**
 * Nothing for what the spec does not say: an authentication, weights beside the group that it names. A spec that says AWS's
 * list of actions differs in that list.
 */
export function actionDifferences(
  spec: ActionSpec,
  actions: readonly Action[],
  parts: ActionParts,
  word: ActionsWord,
): readonly Difference[] {
  const listed = actionsSaid(spec, word);
  if (listed === undefined) return fieldDifferences(spec, actions, parts);
  if (fieldDifferences(plainActions(spec, word), actions, parts).length === 0) return [];
  const member = word === 'actions' ? 'Actions' : 'DefaultActions';
  const actual = fromOutput(parts.list, { [member]: actions })[memberWord(member)];
  return [{ path: word, desired: toJson(withoutSecrets(listed)), actual: toJson(withoutSecrets(actual)) }];
}

function fieldDifferences(spec: ActionSpec, actions: readonly Action[], parts: ActionParts): readonly Difference[] {
  return [...answerDifferences(spec, actions), ...earlierDifferences(spec, actions, parts)];
}

function answerDifferences(spec: ActionSpec, actions: readonly Action[]): readonly Difference[] {
  const { fixedResponse, forward, forwardTo, redirect } = spec;
  const actual = answerInSpec(actions);
  const isSaid =
    forwardTo !== undefined || forward !== undefined || fixedResponse !== undefined || redirect !== undefined;
  if (!isSaid) return [];
  const takers = forwardedTo(actions);
  const instead = (form: (typeof answerWords)[number], found: unknown): readonly Difference[] =>
    found === undefined ? [] : [{ path: form, desired: undefined, actual: toJson(found) }];
  const isForwarded = forwardTo !== undefined || forward !== undefined;
  return [
    ...(forwardTo === undefined || takers.includes(forwardTo)
      ? []
      : field('forwardTo', forwardTo, takers.length > 1 ? takers : takers[0])),
    ...forwardDifferences(forward, actions),
    ...(isForwarded || takers.length === 0 ? [] : instead('forwardTo', takers.length > 1 ? takers : takers[0])),
    ...(isForwarded ? [] : instead('forward', actual.forward)),
    // AWS fills in a content type that was not asked for, so only what the spec says is compared.
    ...(fixedResponse === undefined
      ? instead('fixedResponse', actual.fixedResponse)
      : said('fixedResponse', fixedResponse, actual.fixedResponse)),
    ...(redirect === undefined ? instead('redirect', actual.redirect) : said('redirect', redirect, actual.redirect)),
  ];
}

function forwardDifferences(forward: ActionSpec['forward'], actions: readonly Action[]): readonly Difference[] {
  if (forward === undefined) return [];
  const found = actions.find((action) => action.Type === 'forward');
  const { DurationSeconds, Enabled = false } = found?.ForwardConfig?.TargetGroupStickinessConfig ?? {};
  const groups = found?.ForwardConfig?.TargetGroups ?? (found === undefined ? [] : [found]);
  const weights = (list: readonly { readonly arn: string | undefined; readonly weight?: number | undefined }[]) =>
    Object.fromEntries(
      list.map(({ arn = '', weight = 1 }) => [arn, weight] as const).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
  const wanted =
    forward.targetGroups && weights(forward.targetGroups.map(({ targetGroupArn: arn, weight }) => ({ arn, weight })));
  const there = weights(
    groups.map((group) => ({ arn: group.TargetGroupArn, weight: 'Weight' in group ? group.Weight : undefined })),
  );
  const listed = (each: Readonly<Record<string, number>>): unknown =>
    Object.entries(each).map(([targetGroupArn, weight]) => ({ targetGroupArn, weight }));
  return [
    ...(wanted === undefined || sameJson(wanted, there)
      ? []
      : field('forward.targetGroups', listed(wanted), found === undefined ? undefined : listed(there))),
    ...said('forward.targetGroupStickinessConfig', forward.targetGroupStickinessConfig, {
      enabled: Enabled,
      durationSeconds: DurationSeconds,
    }),
  ];
}

function earlierDifferences(spec: ActionSpec, actions: readonly Action[], parts: ActionParts): readonly Difference[] {
  const there = earlierInSpec(actions, parts);
  const differences = earlierWords.flatMap((word): readonly Difference[] => {
    const wanted = spec[word];
    if (wanted === undefined) return [];
    const found = there[word];
    if (found === undefined) return [{ path: word, desired: toJson(withoutSecrets(wanted)), actual: undefined }];
    return saidDiff(parts[word], word, wanted, found, actionKeys);
  });
  // Places are relative: what counts is which comes first.
  const rank = (from: ActionSpec) => (word: (typeof earlierWords)[number]) => from[word]?.order ?? 0;
  const both = earlierWords.filter((word) => spec[word]?.order !== undefined && there[word]?.order !== undefined);
  const sequence = (from: ActionSpec) => both.toSorted((left, right) => rank(from)(left) - rank(from)(right));
  const [wanted, found] = [sequence(spec), sequence(there)];
  return [
    ...differences,
    ...wanted.flatMap((word, index) =>
      word === found[index] ? [] : field(`${word}.order`, index + 1, found.indexOf(word) + 1),
    ),
  ];
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (name === 'clientSecret' ? [] : [[name, withoutSecrets(each)]])),
  );
}

/** Whether an update is about what is done with a request. */
export function actionsDiffer(differences: readonly Difference[], word: ActionsWord): boolean {
  return actionWords(word).some((each) => differsBelow(differences, each));
}
