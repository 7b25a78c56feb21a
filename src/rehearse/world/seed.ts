// Makes the world that a playbook presumes: the things it names and does not own, in a sandbox. It uses the very engine
// that recovers: shared components are deployed as if they were owned.
import type { AccessOptions } from '../../aws/access.ts';
import type { Presumption } from '../../components/contract.ts';
import { execute, look, openSession, planFrom } from '../../engine.ts';
import { refusalText } from '../../guard/guard.ts';
import { typeOf } from '../../observe/observe.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import { createMemoryJournal } from '../../run/journal/journal.ts';
import type { Prober } from '../../run/probe/probe.ts';

/** What a sandbox has to hold before anything can be deployed into it. */
export type SeedItem =
  | Exclude<Presumption, { readonly kind: 'outside' }>
  | { readonly kind: string & {} }
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'alias'; readonly alias: string };

/** Account, alias, networks, certificates and zones that the playbook's specs take for granted, each once. */
export function presumedBy(playbook: Playbook): readonly SeedItem[] {
  const items: SeedItem[] = [{ kind: 'account', account: playbook.target.account }];
  if (playbook.target.alias !== undefined) items.push({ kind: 'alias', alias: playbook.target.alias });
  for (const component of [...playbook.components.values(), ...sharedPart(playbook).components.values()]) {
    const presumed = typeOf(component, playbook.types).rehearsal.presumes(component.spec);
    items.push(...presumed.map((each) => (each.kind === 'outside' ? each.item : each)));
  }
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** The playbook's shared components as a playbook of their own, fit to be deployed. */
function sharedPart(playbook: Playbook): Playbook {
  const components = new Map<string, Component>();
  for (const component of playbook.components.values()) {
    if (component.shared) components.set(component.id, { ...component, shared: false, spec: standIn(component) });
  }
  return {
    ...playbook,
    metadata: { ...playbook.metadata, name: 'seeded-prerequisites' },
    recovery: { ...playbook.recovery, maxDeletes: undefined },
    root: undefined,
    components,
    verify: [],
  };

  function standIn(component: Component): unknown {
    const others = [...playbook.components.values()].filter((each) => each.id !== component.id);
    return typeOf(component, playbook.types).rehearsal.standIn(component, others);
  }
}

/**
 * Deploys the playbook's shared components where they are missing, and returns their ids. The presumed things must be
 * there already.
 *
 * @param access with `mode: 'change'`; only ever that of a sandbox
 * @throws Error naming the component when one cannot be deployed
 */
export async function deployShared(
  playbook: Playbook,
  access: AccessOptions,
  prober: Prober,
): Promise<readonly string[]> {
  const opened = await openSession(sharedPart(playbook), access);
  if (opened.kind === 'refused') throw new Error(refusalText(opened.mismatches));
  if (opened.kind === 'no-identity') throw new Error(opened.failure.message);
  const { session } = opened;
  const assessed = await look(session);
  // What is there is somebody's: of another playbook in the same world, or made by hand.
  const there = [...assessed.assessments.values()].filter((each) => each.present && each.settling === null);
  const plan = planFrom(session, assessed, { kind: 'repair', excluded: new Set(there.map((each) => each.id)) });
  const unseen = plan.components.find((each) => each.disposition === 'blocked');
  if (unseen !== undefined) throw new Error(`${unseen.id} cannot be seeded: ${unseen.because}`);
  if (plan.steps.length === 0) return [];
  const report = await execute(session, assessed, plan, {
    openJournal: (sink) => createMemoryJournal('seed', access.clock, sink),
    prober,
    verify: false,
    stop: new AbortController().signal,
  });
  const failed = report.steps.find((step) => step.error !== null);
  if (failed !== undefined) throw new Error(`${failed.component} cannot be seeded: ${failed.error?.message ?? ''}`);
  return plan.steps.map((step) => step.component);
}
