// What a piece is or was, as the base that a playbook is laid over. Pure.
import type { ComponentType, Json, Tags } from '../components/contract.ts';
import { sameJson } from '../util/json.ts';
import { idAt } from './ids.ts';
import { layOver, settingsIn } from './overlay.ts';
import { segmentsOf } from '../util/path-mask.ts';
import { isAt, type Place } from './paths.ts';
import { isBelow } from '../util/paths.ts';
import { rulesOf } from './rules.ts';

/** Outputs by component, as they were when something was written down. */
export type OutputsThen = ReadonlyMap<string, OutputsOf>;

/** Of one component. */
export type OutputsOf = Readonly<Record<string, string | undefined>>;

/**
 * Where a base comes from. `piece`: it is there. `remains`: it is gone, and AWS still describes it. `run`: an unfinished run
 * wrote it down before it deleted it. `known-good`: it was like this when the whole service was healthy.
 */
export type BaseSource = 'piece' | 'remains' | 'run' | 'known-good';

export interface Base {
  readonly source: BaseSource;
  /** Milliseconds since the epoch: when it was like this. */
  readonly at: number;
  /** In a playbook's words; values, not templates. */
  readonly spec: unknown;
  /** What it has and no spec can say, or nobody could read, a few words each. */
  readonly notRepresented: readonly string[];
  /** Fields that nobody tells of it any more, and that it may have had; none unless told. */
  readonly forgotten?: readonly string[];
  /** Undefined where the kind of resource carries no tags. */
  readonly tags: Tags | undefined;
  /** What it may name of other pieces. */
  readonly outputs: OutputsThen;
  /** Top-level fields that the state says nothing true of, and that are left out of the spec. */
  readonly passing?: readonly string[];
  /** Settings that are not as in the piece's known good, by their paths; undefined where none is known. */
  readonly unlike?: readonly string[];
  /** Ids that it may name of pieces that are gone and have no others yet. */
  readonly stale?: readonly string[];
  /** The known good that is to be laid over the piece as it is, where the user prefers it. */
  readonly preferred?: unknown;
  /** Settings that the piece had and that were not written down, by their paths: where it is kept, no secret may stand. */
  readonly withheld?: readonly string[];
}

/** A piece as it was written down. */
export interface Recalled {
  readonly source: Extract<BaseSource, 'run' | 'known-good'>;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly spec: unknown;
  readonly state: unknown;
  readonly captured: Json | null;
  readonly tags: Tags | undefined;
  readonly outputs: OutputsThen;
  /** Set where it was written down in a playbook's words: of the state and of what was captured nothing is known then. */
  readonly worded?: Pick<Base, 'spec' | 'notRepresented'> & { readonly withheld: readonly string[] };
}

/** By component, the newest first. */
export type Memory = ReadonlyMap<string, readonly Recalled[]>;

export interface Described extends Pick<Base, 'source' | 'at' | 'tags' | 'outputs'> {
  /** By which the piece was found. */
  readonly spec: unknown;
  readonly state: unknown;
  /** What `undo.capture` told, where it was asked. */
  readonly captured: Json | undefined;
}

export function baseOf(type: ComponentType, piece: Described): Base {
  const { source, at, tags, outputs } = piece;
  const { forgotten = [], notRepresented, spec } = type.undo.specOf(piece.spec, piece.state, piece.captured);
  const plain = type.settings.plainly(spec);
  const passing = type.settings.passing(piece.state);
  const base = { source, at, spec: without(plain, passing), notRepresented, tags, outputs };
  return {
    ...base,
    ...(passing.length === 0 ? {} : { passing }),
    ...(forgotten.length === 0 ? {} : { forgotten }),
  };
}

/** The base of an update that leaves alone what it does not send: what no spec can say stays by itself. */
export function fieldBase(
  type: ComponentType,
  piece: Pick<Described, 'at' | 'tags' | 'outputs' | 'spec' | 'state'>,
): Base {
  return { ...baseOf(type, { ...piece, source: 'piece', captured: undefined }), notRepresented: [] };
}

export function recalledBase(type: ComponentType, { captured, worded, ...piece }: Recalled): Base {
  if (worded !== undefined) {
    const { source, at, tags, outputs } = piece;
    return { ...worded, source, at, tags, outputs };
  }
  return baseOf(type, { ...piece, captured: captured ?? undefined });
}

/**
 * A base held against the known good of its piece: what its state says nothing true of is taken from there, and what is not alike
 * is told.
 *
 * @param prefer what is known good is laid over what there is
 * @param now the outputs that are known at present
 */
export function besideKnownGood(
  type: ComponentType,
  base: Base,
  known: Recalled | undefined,
  prefer: boolean,
  now: (component: string) => OutputsOf | undefined,
): Base {
  if (known === undefined) return base;
  const remembered = repointed(recalledBase(type, known), now);
  const { spec: good, withheld = [] } = remembered;
  const filled = { ...withGaps(type, base, remembered), outputs: outputsOfBoth(base.outputs, known.outputs) };
  if (prefer) return preferring(type, { ...filled, preferred: good });
  const [there, then] = [filled.spec, good].map((each) => settingsIn(each, rulesOf(type)));
  const paths = new Set([...(there?.keys() ?? []), ...(then?.keys() ?? [])]);
  const isWithheld = (path: string): boolean => withheld.some((each) => isBelow(path, each) || isBelow(each, path));
  return {
    ...filled,
    unlike: [...paths].filter((path) => !sameJson(there?.get(path), then?.get(path)) && !isWithheld(path)),
  };
}

/** What was written down, or what is gone and still described, names pieces by the ids that they had then. */
export function outputsOfBoth(own: OutputsThen, then: OutputsThen): OutputsThen {
  const ids = new Set([...own.keys(), ...then.keys()]);
  return new Map(
    [...ids].map((id) => {
      const told = Object.entries(own.get(id) ?? {}).filter(([, value]) => value !== undefined);
      return [id, { ...then.get(id), ...Object.fromEntries(told) }];
    }),
  );
}

/** What a state says nothing true of, and what AWS no longer tells of a piece that is gone, is taken from its known good. */
function withGaps(type: ComponentType, base: Base, good: Base): Base {
  if (base.source !== 'remains') return { ...base, spec: withFields(base.spec, good.spec, base.passing ?? []) };
  const { forgotten = [], ...rest } = base;
  const unsaid = good.notRepresented.filter((each) => forgotten.some((name) => isBelow(each, name)));
  const told = [...settingsIn(base.spec, rulesOf(type)).keys()];
  const missing = (good.withheld ?? []).filter(
    (path) => !told.some((each) => isBelow(path, each) || isBelow(each, path)),
  );
  return {
    ...rest,
    spec: layOver(good.spec, base.spec, rulesOf(type)).value,
    notRepresented: [...base.notRepresented, ...unsaid],
    ...(missing.length === 0 ? {} : { withheld: missing }),
  };
}

/** With the known good, where it is preferred, laid over the piece as it is. */
export function preferring(type: ComponentType, base: Base): Base {
  if (base.preferred === undefined) return base;
  return { ...base, spec: layOver(base.spec, base.preferred, rulesOf(type)).value };
}

function withFields(spec: unknown, other: unknown, names: readonly string[]): unknown {
  if (names.length === 0 || typeof spec !== 'object' || typeof other !== 'object' || other === null) return spec;
  const there = Object.entries(other).filter(([name]) => names.includes(name));
  return { ...Object.fromEntries(there), ...spec };
}

/** A value without what stands at some places. */
function without(value: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0) return value;
  const patterns = paths.map(segmentsOf);
  const walk = (part: unknown, place: Place): unknown => {
    if (Array.isArray(part)) return part.map((each, index) => walk(each, [...place, index]));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).flatMap(([name, each]) => {
        const at = [...place, name];
        return patterns.some((pattern) => isAt(at, pattern)) ? [] : [[name, walk(each, at)]];
      }),
    );
  };
  return walk(value, []);
}

/**
 * A base that names other pieces as they are called now: ids that are new since it was written down take the place of the
 * old ones.
 *
 * @param now the outputs that are known at present
 */
export function repointed(base: Base, now: (component: string) => OutputsOf | undefined): Base {
  const moved: (readonly [string, string])[] = [];
  const stale = [...(base.stale ?? [])];
  for (const [id, then] of base.outputs) {
    const present = now(id) ?? {};
    for (const [name, old] of Object.entries(then)) {
      const value = present[name];
      if (old !== undefined && value !== undefined && old !== value && old.length >= shortestId)
        moved.push([old, value]);
      if (old !== undefined && value === undefined && old.length >= shortestId) stale.push(old);
    }
  }
  if (moved.length + stale.length === 0) return base;
  const last = lastRepointed.get(base);
  if (last !== undefined && sameJson([last.moved, last.stale], [moved, stale])) return last.base;
  const pointed = { ...base, spec: moved.length === 0 ? base.spec : renamed(base.spec, moved), stale };
  lastRepointed.set(base, { moved, stale, base: pointed });
  return pointed;
}

type Moved = readonly (readonly [string, string])[];

/** Steps ask for the same with every look. */
const lastRepointed = new WeakMap<
  Base,
  { readonly moved: Moved; readonly stale: readonly string[]; readonly base: Base }
>();

/** What is shorter is no id that AWS made, and may stand anywhere by chance. */
const shortestId = 12;

/** Names of load balancers come back from Route 53 in lower case, and with `dualstack.` before them. */
function renamed(value: unknown, moved: readonly (readonly [string, string])[]): unknown {
  if (typeof value === 'string') {
    for (const [old, present] of moved) {
      const at = idAt(value, old);
      if (at >= 0) return value.slice(0, at) + present + value.slice(at + old.length);
    }
    return value;
  }
  if (Array.isArray(value)) return value.map((each) => renamed(each, moved));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, renamed(each, moved)]));
}
