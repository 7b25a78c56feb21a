// The whole of what a piece is to be: what its playbook says, laid over its base. Pure.
import type { ComponentType, Difference, Tags } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import { isBelow, overlaid, valueAt } from '../util/paths.ts';
import { sameJson, toJson } from '../util/json.ts';
import type { Base } from './base.ts';
import { describedPlainly } from './described.ts';
import { segmentsOf } from '../util/path-mask.ts';
import { idAt } from './ids.ts';
import { layOver, settingsIn, type Removed } from './overlay.ts';
import { rulesOf } from './rules.ts';

export interface Layered {
  /** What is sent. */
  readonly spec: unknown;
  /** Settings that the playbook does not say and that stay, by their paths. */
  readonly kept: readonly string[];
  /** What there was and will not be, although nobody said so: paths, or a few words. */
  readonly lost: readonly string[];
  /** What there is and has to make way for what the playbook says in its place, by its paths: a redirect for a forward. */
  readonly displaced: readonly string[];
  /** What the playbook takes away. */
  readonly removed: readonly Removed[];
}

/** @param words `secretValue, which nobody decrypted`: begins with a spec path, or is some words */
function isSaid(words: string, said: unknown): boolean {
  const place = segmentsOf(/^[\w.[\]-]+/.exec(words)?.[0] ?? '');
  return place.length > 0 && place.reduce(memberAt, said) !== undefined;
}

function memberAt(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** What was not written down of a piece and the playbook does not say either. */
function withheldIn({ withheld = [] }: Base, said: unknown, type: ComponentType): readonly string[] {
  if (withheld.length === 0) return [];
  const told = [...settingsIn(said, rulesOf(type)).keys()];
  return withheld.filter((path) => !told.some((each) => isBelow(path, each) || isBelow(each, path)));
}

/** What a piece on its way out says nothing true of any more, in words; it is gone whatever is done. */
export function goneIn({ passing = [] }: Pick<Base, 'passing'>): readonly string[] {
  return passing.map((name) => `${name}, as it was`);
}

type Laid = Pick<Component, 'exact' | 'cleared'>;

/** What was last laid over a base: steps ask for the same with every look. */
const lastLaid = new WeakMap<Base, { readonly component: Laying; readonly spec: unknown; readonly whole: Layered }>();

type Laying = Laid & Partial<Pick<Component, 'ignore'>>;

/** @param spec what the playbook says; references may stand as text */
export function layered(component: Laying, type: ComponentType, spec: unknown, base: Base | undefined): Layered {
  const last = base && lastLaid.get(base);
  if (last?.component === component && sameJson(last.spec, spec)) return last.whole;
  const whole = layOverBase(component, type, spec, base);
  if (base !== undefined) lastLaid.set(base, { component, spec, whole });
  return whole;
}

/**
 * What the playbook leaves to others stays where they have moved it, also in a piece that is made again: the target group to which
 * a deployment has led requests. What names a piece that is gone is as the playbook says.
 */
function leftToOthers(value: unknown, { spec, stale = [] }: Base, ignore: readonly string[]): unknown {
  const moved = ignore.filter((path) => {
    const there = valueAt(spec, path);
    return there !== undefined && !stale.some((id) => idAt(JSON.stringify(there), id) >= 0);
  });
  return moved.length === 0 ? value : overlaid(value, spec, moved);
}

function layOverBase(component: Laying, type: ComponentType, spec: unknown, base: Base | undefined): Layered {
  if (base === undefined) return { spec, kept: [], lost: [], displaced: [], removed: [] };
  const { exact, ignore = [] } = component;
  const said = type.settings.plainly(spec, base.spec);
  const cleared = clearedBy(component, type, spec);
  const laid = layOver(base.spec, said, rulesOf(type, { cleared, exact }));
  const value = leftToOthers(laid.value, base, ignore);
  const gone = goneIn(base).filter((each) => !isSaid(each, value));
  const parsed = type.traits.schema.safeParse(value);
  // What the playbook says is not lost, whatever form of it there is now.
  const forgotten = (base.forgotten ?? []).map((name) => `${name}, if it had any`);
  const unsaid = [...base.notRepresented, ...forgotten].filter((each) => !isSaid(each, said));
  const beyond = exact.includes('') ? [] : [...unsaid, ...withheldIn(base, said, type)];
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const why = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    const lost = [`what the playbook does not say (it cannot stand beside what it says: ${why})`, ...beyond, ...gone];
    return { spec, kept: [], lost, displaced: [], removed: laid.removed };
  }
  return {
    spec: value,
    kept: laid.kept,
    lost: [...beyond, ...gone],
    displaced: laid.displaced,
    removed: laid.removed,
  };
}

/** How many settings a playbook says. */
export function countSaid(type: ComponentType, spec: unknown): number {
  return layOver(spec, undefined, rulesOf(type)).kept.length;
}

/**
 * All that differs between what a playbook says and a piece: what the type finds, and what the playbook takes away and is
 * still there; less what it leaves to others.
 */
export function differencesIn(
  component: Pick<Component, 'exact' | 'cleared' | 'ignore'>,
  type: ComponentType,
  spec: unknown,
  state: unknown,
): readonly Difference[] {
  const found = type.diff(spec, state);
  const all = [...found, ...surplusIn(component, type, spec, state, found)];
  return component.ignore.length === 0
    ? all
    : all.filter(({ path }) => !component.ignore.some((ignored) => isBelow(path, ignored)));
}

/** What the playbook takes away: what is `null` in it, and what its type has words for. */
function clearedBy({ cleared }: Laid, type: ComponentType, spec: unknown): readonly string[] {
  return [...cleared, ...type.settings.takenAway(spec)];
}

function surplusIn(
  component: Laid,
  type: ComponentType,
  spec: unknown,
  state: unknown,
  found: readonly Difference[],
): readonly Difference[] {
  const { exact } = component;
  const cleared = clearedBy(component, type, spec);
  if (exact.length === 0 && cleared.length === 0) return [];
  const described = describedPlainly(type, spec, state);
  const said = type.settings.plainly(spec, described);
  const { removed } = layOver(described, said, rulesOf(type, { cleared, exact }));
  return removed
    .filter(({ path }) => !found.some((each) => isBelow(path, each.path) || isBelow(each.path, path)))
    .filter(({ actual, path }) => !type.settings.isUsual(path, actual, state))
    .map(({ path, actual }) => ({ path, desired: undefined, actual: toJson(actual) }));
}

/** Tags that a piece is made with beside relight's own; `leftOut`: those that only AWS may write. */
export function tagsKept(base: Base | undefined): { readonly tags: Tags; readonly leftOut: readonly string[] } {
  const all = Object.entries(base?.tags ?? {}).filter(([key]) => !key.startsWith('relight:'));
  return {
    tags: Object.fromEntries(all.filter(([key]) => !key.startsWith('aws:'))),
    leftOut: all.flatMap(([key]) => (key.startsWith('aws:') ? [key] : [])),
  };
}
