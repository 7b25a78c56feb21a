// Looks at health checks: one listing of all, then the tags of those that may be meant, 10 a call.
import { ListHealthChecksCommand, ListTagsForResourcesCommand, type HealthCheck } from '@aws-sdk/client-route-53';
import { route53 } from '../../aws/services/route53.ts';
import { ownerOf, type Observation, type ReadContext, type Tags, type Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { allPages, chunks, unknownFrom, type Observations } from '../kit/observing.ts';
import { choose, type Candidate } from './choose.ts';
import { asksMore, isSameEndpoint } from './diff.ts';
import { isByRelight, referencePrefix } from './reference.ts';
import { idsPerCall } from './calls.ts';
import type { HealthCheckSpec, HealthCheckState } from './schema.ts';

export async function observe(
  targets: readonly Target<HealthCheckSpec>[],
  context: ReadContext,
): Promise<Observations<HealthCheckState>> {
  const answers = new Map<string, Observation<HealthCheckState>>();
  try {
    const states = await context.once('route53 health checks', () => allHealthChecks(context));
    const meant = targets.map((target) => ({ target, states: mayBe(target, states, context) }));
    const tags = await tagsOf([...new Set(meant.flatMap((each) => each.states.map((state) => state.id)))], context);
    for (const { target, states: found } of meant) answers.set(target.id, judge(target, found, tags, context));
  } catch (error) {
    for (const { id } of targets) answers.set(id, unknownFrom(error, context));
  }
  return answers;
}

/**
 * Ours by their caller reference or, when there is none, those that check the same endpoint; where none does, those that
 * others made and that ask all that the spec says and more.
 */
function mayBe(
  target: Target<HealthCheckSpec>,
  states: readonly HealthCheckState[],
  context: ReadContext,
): readonly HealthCheckState[] {
  const { spec } = target;
  const prefix = referencePrefix(ownerOf(target, context.scope));
  const made = states.filter((state) => state.callerReference.startsWith(prefix));
  if (made.length > 0) return made;
  const same = states.filter((state) => isSameEndpoint(spec, state));
  if (same.length > 0) return same;
  return states.filter((state) => !isByRelight(state.callerReference) && asksMore(spec, state));
}

function judge(
  target: Target<HealthCheckSpec>,
  states: readonly HealthCheckState[],
  tags: ReadonlyMap<string, TagAnswer>,
  context: ReadContext,
): Observation<HealthCheckState> {
  const candidates: Candidate[] = [];
  for (const state of states) {
    const answer = tags.get(state.id);
    if (answer?.kind === 'failed') return unknownFrom(answer.error, context);
    candidates.push({ state, tags: answer?.tags ?? {} });
  }
  return choose(target, candidates, context);
}

type TagAnswer = { readonly kind: 'told'; readonly tags: Tags } | { readonly kind: 'failed'; readonly error: unknown };

export async function tagsOf(ids: readonly string[], context: ReadContext): Promise<ReadonlyMap<string, TagAnswer>> {
  const result = new Map<string, TagAnswer>();
  await Promise.all(
    chunks(ids, idsPerCall).map(async (chunk) => {
      try {
        const answer = await context.limit(() =>
          context.aws
            .client(route53)
            .send(new ListTagsForResourcesCommand({ ResourceType: 'healthcheck', ResourceIds: [...chunk] })),
        );
        for (const { ResourceId, Tags: tags } of answer.ResourceTagSets ?? []) {
          const entries = (tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''] as const);
          result.set(ResourceId ?? '', { kind: 'told', tags: Object.fromEntries(entries) });
        }
      } catch (error) {
        for (const id of chunk) result.set(id, { kind: 'failed', error });
      }
    }),
  );
  return result;
}

export function allHealthChecks(context: ReadContext): Promise<readonly HealthCheckState[]> {
  return allPages(
    (each: HealthCheckState) => each.id,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(route53).send(new ListHealthChecksCommand({ Marker: marker })),
      );
      return {
        items: (answer.HealthChecks ?? []).map(stateOf),
        next: answer.IsTruncated === true ? answer.NextMarker : undefined,
      };
    },
  );
}

function stateOf(description: HealthCheck): HealthCheckState {
  const config = description.HealthCheckConfig;
  return {
    id: description.Id ?? '',
    callerReference: description.CallerReference ?? '',
    version: description.HealthCheckVersion ?? 0,
    type: config?.Type ?? '',
    fqdn: config?.FullyQualifiedDomainName,
    ipAddress: config?.IPAddress,
    port: config?.Port,
    path: config?.ResourcePath,
    searchString: config?.SearchString,
    interval: config?.RequestInterval,
    failureThreshold: config?.FailureThreshold,
    measureLatency: config?.MeasureLatency ?? false,
    enableSni: config?.EnableSNI,
    inverted: config?.Inverted ?? false,
    disabled: config?.Disabled ?? false,
    regions: config?.Regions,
    description: toJson(description),
  };
}
