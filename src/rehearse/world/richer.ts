// A world richer than its playbook: pieces have settings that the playbook does not say, as in AWS they do.
import { ownerTags } from '../../components/contract.ts';
import { look, openSession, type Assessed, type Session } from '../../engine.ts';
import { observePieces } from '../../observe/bases.ts';
import { readContext } from '../../observe/context.ts';
import { typeOf } from '../../observe/observe.ts';
import type { Component } from '../../playbook/model.ts';
import { resolveReferences } from '../../playbook/expressions.ts';
import { describedPlainly } from '../../settings/described.ts';
import { layOver, settingsIn } from '../../settings/overlay.ts';
import { rulesOf } from '../../settings/rules.ts';
import type { Memory, Recalled } from '../../settings/base.ts';
import { toJson } from '../../util/json.ts';
import { opened, type Harness } from './harness.ts';

/** By component, by path. */
export type Settings = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

export interface Richness {
  /** What pieces have beyond the playbook. */
  readonly beyond: Settings;
  /** What `relight status` would have written down of the healthy service. */
  readonly knownGood: Memory;
}

/** Gives every piece of a deployed world settings beyond its playbook, and lets what depends on it follow. */
export async function enrich(harness: Harness): Promise<Richness> {
  const session = opened(await openSession(harness.playbook, harness.operatorAccess('change')));
  const { observations } = await look(session);
  session.observeContext.aws.gate.openForChanges();
  const beyond = new Map<string, ReadonlyMap<string, unknown>>();
  const owned = ownedIn(session);
  for (const component of owned) {
    // Who is protected would not follow.
    if (owned.some((each) => each.protect && (each === component || refersTo(each, component)))) continue;
    // Nor does one that AWS lets somebody else deploy.
    if (owned.some((each) => refusesToFollow(each, component, session, observations))) continue;
    const type = typeOf(component, session.types);
    const seen = observations.byId.get(component.id);
    if (seen?.kind !== 'present') continue;
    const spec = resolveReferences(component.spec, (id, output) => observations.outputs.get(id)?.[output]);
    const said = type.settings.plainly(spec);
    const described = describedPlainly(type, spec, seen.state);
    const rules = rulesOf(type);
    const richer = type.rehearsal.richer?.(layOver(described, said, rules).value);
    if (richer === undefined) continue;
    const context = {
      ...readContext(session.observeContext),
      token: `richer-${component.id}`.slice(0, 36),
      tags: { ...seen.tags, [ownerTags.playbook]: harness.playbook.metadata.name, [ownerTags.component]: component.id },
    };
    await type.update(
      { id: component.id, spec: richer, whole: true },
      seen.state,
      type.diff(richer, seen.state),
      context,
    );
    const { kept } = layOver(richer, said, rules);
    const known = settingsIn(described, rules);
    const values = settingsIn(richer, rules);
    beyond.set(component.id, new Map(kept.filter((path) => !known.has(path)).map((path) => [path, values.get(path)])));
  }
  const brought = await harness.attempt({ kind: 'repair' });
  if (brought.kind === 'ran' && brought.report.result !== 'succeeded') {
    throw new Error(`a world richer than the playbook does not come to rest: ${brought.report.result}`);
  }
  harness.wire.length = 0;
  const looking = opened(await openSession(harness.playbook, harness.operatorAccess('read')));
  return { beyond, knownGood: await knownGoodOf(looking, await look(looking)) };
}

function refusesToFollow(
  { id, references, type: name }: Component,
  component: Component,
  { types }: Session,
  { byId }: Assessed['observations'],
): boolean {
  const seen = byId.get(id);
  if (seen?.kind !== 'present') return false;
  const paths = references.filter((each) => each.component === component.id).map(({ path }) => path);
  return paths.length > 0 && types.get(name)?.safety.refuses?.(seen.state, paths) !== undefined;
}

function refersTo({ references }: Component, { id }: Component): boolean {
  return references.some((each) => each.component === id);
}

function ownedIn({ playbook, graph }: Session): readonly Component[] {
  return graph.createOrder.flatMap((id) => {
    const component = playbook.components.get(id);
    return component === undefined || component.shared ? [] : [component];
  });
}

/** What `relight status` would write down of a healthy service. */
export async function knownGoodOf(session: Session, { observations }: Assessed): Promise<Memory> {
  const owned = ownedIn(session);
  const pieces = await observePieces(owned, observations, session.observeContext);
  return new Map(
    owned.flatMap((component): readonly (readonly [string, readonly Recalled[]])[] => {
      const seen = observations.byId.get(component.id);
      const piece = pieces.get(component.id);
      if (seen?.kind !== 'present' || piece === undefined) return [];
      const { at, state, tags } = seen;
      const { captured = null, spec } = piece;
      const { outputs } = observations;
      return [[component.id, [{ source: 'known-good', at, spec, state, captured, tags, outputs }]]];
    }),
  );
}

/** All settings of the pieces that were looked at, for those of which something is known beyond the playbook. */
export async function settingsSeen(session: Session, { observations }: Assessed, beyond: Settings): Promise<Settings> {
  const asked = [...beyond.keys()].flatMap((id) => session.playbook.components.get(id) ?? []);
  const pieces = await observePieces(asked, observations, session.observeContext);
  return new Map(
    asked.flatMap((component) => {
      const type = typeOf(component, session.types);
      const seen = observations.byId.get(component.id);
      const piece = pieces.get(component.id);
      if (seen?.kind !== 'present' || piece === undefined) return [];
      const described = describedPlainly(type, piece.spec, seen.state, piece.captured);
      return [[component.id, settingsIn(toJson(described), rulesOf(type))] as const];
    }),
  );
}
