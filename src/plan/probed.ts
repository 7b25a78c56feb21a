// What a probe needs of the playbook's pieces. Pure.
import { upstreamOf, type Graph } from '../graph/graph.ts';
import type { Outputs } from '../observe/observe.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Check, Component, Playbook } from '../playbook/model.ts';
import { canonicalName } from '../util/dns.ts';
import { unreachable } from '../util/unreachable.ts';
import type { PlannedComponent } from './plan.ts';

/** The components that a probe refers to, and those that bear the name that it asks. */
export function neededByProbe(
  check: Check,
  components: readonly Component[],
  outputs: ReadonlyMap<string, Outputs>,
): readonly string[] {
  const host = hostOf(resolveReferences(check, (id, output) => outputs.get(id)?.[output]));
  const isAsked = ({ id }: Component): boolean =>
    Object.values(outputs.get(id) ?? {}).some((name) => isNameOf(name, host));
  return [...check.references.map((each) => each.component), ...components.filter(isAsked).map((each) => each.id)];
}

/**
 * Components that the plan leaves as they are, in trouble, although something had to be done, and that a probe depends on: by
 * what it asks, what owns that, and what all of these need. It cannot be waited for until they answer.
 */
export function blockedBehind(
  check: Check,
  planned: readonly PlannedComponent[],
  {
    graph,
    outputs,
    playbook,
  }: { readonly graph: Graph; readonly outputs: ReadonlyMap<string, Outputs>; readonly playbook: Playbook },
): readonly string[] {
  const needed = neededByProbe(check, [...playbook.components.values()], outputs);
  const owners = needed.flatMap((id) => playbook.components.get(id)?.ownedBy ?? []);
  const concerned = new Set([...needed, ...owners, ...upstreamOf(graph, [...needed, ...owners])]);
  return planned
    .filter((each) => each.disposition === 'blocked' && each.verdict !== 'healthy' && concerned.has(each.id))
    .map((each) => each.id);
}

/** The name that a probe asks the world for; undefined where it cannot be told. */
function hostOf(check: Check): string | undefined {
  switch (check.kind) {
    case 'http':
      return URL.canParse(check.url) ? new URL(check.url).hostname : undefined;
    case 'dns':
      return check.recordName;
    case 'tcp':
      return check.host;
    default:
      return unreachable(check);
  }
}

/** Is it the host's name, however it is spelled, or one with a star that stands for it? */
function isNameOf(name: string | undefined, host: string | undefined): boolean {
  if (name === undefined || host === undefined) return false;
  const [own, wanted] = [canonicalName(name), canonicalName(host)];
  return own === wanted || (own.startsWith('*.') && wanted.endsWith(own.slice(1)));
}
