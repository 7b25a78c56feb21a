// Which states of a playbook a proof plays: all of them where there are few enough pieces, else a sample whose strength
// is stated. Pure: the same playbook, seed and size give the same cases.
import type { Graph } from '../../graph/graph.ts';
import { strategies } from '../../plan/plan.ts';
import type { Playbook } from '../../playbook/model.ts';
import {
  disruptionsOf,
  isHindered,
  pieceStates,
  type Disaster,
  type PieceState,
} from '../../rehearse/disaster/disaster.ts';
import { cannotBe, toldOfNone } from '../../rehearse/disaster/injections.ts';
import { watchedOf } from '../../rehearse/world/watch.ts';
import { groupBy } from '../../util/group-by.ts';
import { seededRandom } from '../../util/random.ts';
import type { Outcome } from '../promises/outcome.ts';
import type { Case } from './case.ts';

export interface CoverOptions {
  /** Of the random states. */
  readonly seed: number;
  /** How many random states, where not all are played; undefined: 500, none of a quick proof. */
  readonly random?: number | undefined;
  /** Less of everything: losses of up to one piece and of all but one, no pairs, few interruptions. */
  readonly quick: boolean;
}

/** A state that a piece cannot be brought into. */
export interface Impossible {
  readonly component: string;
  readonly state: PieceState;
  readonly because: string;
}

/** What a proof covers, in numbers of different disasters; each is recovered by both strategies. */
export interface Cover {
  /** Components that the playbook owns. */
  readonly owned: number;
  readonly losses: {
    /** `all`: each of the 2^owned states; `sample`: those with up to `upTo` pieces lost, or kept, and `random` more. */
    readonly kind: 'all' | 'sample';
    readonly states: number;
    readonly upTo: number | null;
    readonly random: number;
  };
  /** Single pieces in another state than there or lost. */
  readonly singles: number;
  /** States that single pieces cannot be in, and why; `lost` is never one of them. */
  readonly impossible: readonly Impossible[];
  readonly pairs: {
    /** `near`: of pieces that refer to each other, have the same owner, or refer to the same piece. */
    readonly kind: 'all' | 'near' | 'none';
    readonly states: number;
    /** Played by both strategies, the others by repair alone. */
    readonly byBoth: number;
  };
  /** Something stands in the way of changing a piece: alone, and with the loss of another one that has to do with it. */
  readonly hindered: { readonly singles: number; readonly pairs: number };
  /** Pairs that are not counted: one of the two could not be brought about beside the other. */
  readonly unfallen: number;
  /** Of the probes of `verify`, those that clients ask meanwhile; `byAnyAnswer`: names of which any answer is right. */
  readonly probes: { readonly all: number; readonly asked: number; readonly byAnyAnswer: number };
}

/** More pieces than this have too many states for all to be played: 2^14 is 16,384. */
export const mostForAll = 14;
const upTo = 3;
/** A quick proof plays all losses of so few pieces. */
const mostForQuick = 6;
const usualRandom = 500;

export interface States {
  readonly cover: Cover;
  readonly disasters: readonly Disaster[];
}

interface Substate {
  readonly component: string;
  readonly state: PieceState;
}

export function statesOf(playbook: Playbook, graph: Graph, options: CoverOptions): States {
  const owned = graph.createOrder.filter((id) => playbook.components.get(id)?.shared === false);
  const most = options.quick ? 1 : upTo;
  const { drawn, losses } =
    owned.length <= (options.quick ? mostForQuick : mostForAll)
      ? { drawn: 0, losses: allLosses(owned) }
      : someLosses(owned, most, options);
  const all = losses.length === 2 ** owned.length;
  const [hindered, others] = parted(substatesOf(playbook, graph), ({ state }) => isHindered(state));
  const lostOnes = owned.map((component): Substate => ({ component, state: 'lost' }));
  const pairKind = options.quick ? 'none' : owned.length <= mostForAll ? 'all' : 'near';
  const pairs =
    pairKind === 'none' ? [] : pairsOf(others, lostOnes, pairKind === 'all' ? () => true : nearIn(playbook));
  const near = nearIn(playbook);
  const hinderedPairs = options.quick
    ? []
    : hindered.flatMap((each) =>
        lostOnes
          .filter(({ component }) => component !== each.component && near(each.component, component))
          .map((lost) => disasterOf([each, lost])),
      );
  return {
    cover: {
      owned: owned.length,
      losses: {
        kind: all ? 'all' : 'sample',
        states: losses.length,
        upTo: all ? null : most,
        random: all ? 0 : drawn,
      },
      singles: others.length,
      impossible: impossibleIn(playbook, graph),
      hindered: { singles: hindered.length, pairs: hinderedPairs.length },
      unfallen: 0,
      probes: watchedOf(playbook),
      pairs: {
        kind: pairKind,
        states: pairs.length,
        byBoth: pairs.filter((each) => mattersToRebuild(each, playbook)).length,
      },
    },
    disasters: [
      ...neighbouring(losses, graph),
      ...others.map((each) => disasterOf([each])),
      ...neighbouring(pairs, graph),
      ...hindered.map((each) => disasterOf([each])),
      ...neighbouring(hinderedPairs, graph),
    ],
  };
}

/** Those that begin with the same disruptions come together: what these bring about is made once. */
function neighbouring(disasters: readonly Disaster[], { deleteOrder }: Graph): readonly Disaster[] {
  const places = new Map(
    deleteOrder.flatMap((id, place) =>
      pieceStates.map((state, rank) => [`${state} ${id}`, rank * deleteOrder.length + place]),
    ),
  );
  const falling = disasters.map((disaster) => ({
    disaster,
    places: disruptionsOf(disaster, deleteOrder).map(
      ({ component, state }) => places.get(`${state} ${component}`) ?? 0,
    ),
  }));
  return falling
    .toSorted((left, right) => {
      const apart = left.places.findIndex((place, index) => place !== right.places[index]);
      return apart === -1
        ? left.places.length - right.places.length
        : (left.places[apart] ?? 0) - (right.places[apart] ?? -1);
    })
    .map(({ disaster }) => disaster);
}

/** A cover without the states that did not come about: they have shown nothing. */
export function coverOf(cover: Cover, outcomes: readonly Pick<Outcome, 'tried' | 'unfallen'>[]): Cover {
  const plain = outcomes.filter(({ tried }) => tried.variation.kind === 'none' && tried.accepted.length === 0);
  const disasters = groupBy(
    plain.filter(({ unfallen }) => unfallen.length > 0),
    ({ tried }) => JSON.stringify(tried.disaster),
  );
  const missed = [...disasters.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { tried, unfallen } = first;
    const states = Object.values(tried.disaster);
    return [{ unfallen, isSingle: states.length === 1, isHindered: states.some(isHindered), times: group.length }];
  });
  const count = (isSingle: boolean, hindered: boolean): number =>
    missed.filter((each) => each.isSingle === isSingle && each.isHindered === hindered).length;
  const singles = missed.flatMap((each) => (each.isSingle ? each.unfallen : []));
  const twice = missed.filter((each) => !each.isSingle && !each.isHindered && each.times === strategies.length);
  const { hindered, impossible, pairs } = cover;
  return {
    ...cover,
    singles: cover.singles - count(true, false),
    impossible: [...impossible, ...singles],
    hindered: { singles: hindered.singles - count(true, true), pairs: hindered.pairs - count(false, true) },
    unfallen: count(false, true) + count(false, false),
    pairs: { ...pairs, states: pairs.states - count(false, false), byBoth: pairs.byBoth - twice.length },
  };
}

function parted<Item>(
  items: readonly Item[],
  isFirst: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(isFirst), items.filter((each) => !isFirst(each))];
}

/** Every disaster by both strategies, pairs that are all one to a rebuild by repair alone; nothing else goes wrong. */
export function plainCases(disasters: readonly Disaster[], playbook: Playbook): readonly Case[] {
  return disasters.flatMap((disaster) =>
    strategies
      .filter((strategy) => (strategy === 'repair' ? mattersToRepair(disaster) : mattersToRebuild(disaster, playbook)))
      .map((strategy): Case => ({ disaster, strategy, variation: { kind: 'none' }, accepted: [] })),
  );
}

/** What a rebuild takes down, whatever it says and however it does. */
const takenDown: ReadonlySet<PieceState> = new Set(['drifted', 'dangling', 'unhealthy']);

/**
 * False for two owned pieces of which one is drifted, dangling or unhealthy and the other is so too, or lost: a rebuild
 * deletes what is there, and each of the two has been seen with it alone.
 */
function mattersToRebuild(disaster: Disaster, playbook: Playbook): boolean {
  const pieces = Object.entries(disaster);
  if (pieces.length < 2 || pieces.every(([, state]) => state === 'lost')) return true;
  // Alone it has stood in the way of all that a rebuild does.
  if (pieces.some(([, state]) => isHindered(state))) return false;
  return pieces.some(
    ([id, state]) => playbook.components.get(id)?.shared !== false || !(takenDown.has(state) || state === 'lost'),
  );
}

/** False where nothing is amiss and something would only stand in the way of putting it right. */
function mattersToRepair(disaster: Disaster): boolean {
  const states = Object.values(disaster);
  return states.length === 0 || states.some((each) => each === 'displaced' || !isHindered(each));
}

function allLosses(owned: readonly string[]): readonly Disaster[] {
  const subsets = owned.reduceRight<readonly (readonly string[])[]>(
    (rest, id) => [...rest, ...rest.map((each) => [id, ...each])],
    [[]],
  );
  return subsets.map(lossOf);
}

/** `drawn`: how many of them by lot. */
function someLosses(
  owned: readonly string[],
  most: number,
  { quick, random = quick ? 0 : usualRandom, seed }: CoverOptions,
): { readonly losses: readonly Disaster[]; readonly drawn: number } {
  const lost = new Map<string, readonly string[]>();
  const add = (ids: readonly string[]): void => {
    lost.set(ids.join(' '), ids);
  };
  for (const few of subsetsUpTo(owned, most)) add(few);
  for (const few of subsetsUpTo(owned, most)) add(owned.filter((id) => !few.includes(id)));
  const draw = seededRandom(seed);
  const systematic = lost.size;
  const goal = Math.min(systematic + random, 2 ** owned.length);
  while (lost.size < goal) {
    // All sizes are as likely, for half of the pieces would be lost in nearly all states otherwise.
    const share = draw();
    add(owned.filter(() => draw() < share));
  }
  return { losses: [...lost.values()].map(lossOf), drawn: lost.size - systematic };
}

function subsetsUpTo(ids: readonly string[], most: number): readonly (readonly string[])[] {
  if (most === 0) return [[]];
  const smaller = subsetsUpTo(ids, most - 1);
  const position = new Map(ids.map((id, index) => [id, index]));
  const grown = smaller
    .filter((each) => each.length === most - 1)
    .flatMap((each) => ids.slice((position.get(each.at(-1) ?? '') ?? -1) + 1).map((id) => [...each, id]));
  return [...smaller, ...grown];
}

/** Everything that a single piece can be besides there; the losses of owned ones are counted elsewhere. */
function substatesOf(playbook: Playbook, { createOrder }: Graph): readonly Substate[] {
  return createOrder.flatMap((id) => {
    const component = playbook.components.get(id);
    if (component === undefined) return [];
    return pieceStates
      .filter(
        (state) =>
          (state !== 'lost' || component.shared) &&
          !(component.shared && isHindered(state)) &&
          cannotBe(component, state, playbook) === undefined,
      )
      .map((state) => ({ component: id, state }));
  });
}

function impossibleIn(playbook: Playbook, { createOrder }: Graph): readonly Impossible[] {
  return createOrder.flatMap((id) => {
    const component = playbook.components.get(id);
    if (component === undefined) return [];
    return pieceStates.flatMap((state): readonly Impossible[] => {
      if (component.shared && isHindered(state)) return [];
      const because = cannotBe(component, state, playbook);
      return because === undefined || because === toldOfNone ? [] : [{ component: id, state, because }];
    });
  });
}

function pairsOf(
  others: readonly Substate[],
  lostOnes: readonly Substate[],
  wanted: (left: string, right: string) => boolean,
): readonly Disaster[] {
  const pairs: Disaster[] = [];
  others.forEach((left, index) => {
    for (const right of [...others.slice(index + 1), ...lostOnes]) {
      if (left.component !== right.component && wanted(left.component, right.component)) {
        pairs.push(disasterOf([left, right]));
      }
    }
  });
  return pairs;
}

function disasterOf(substates: readonly Substate[]): Disaster {
  return Object.fromEntries(substates.map(({ component, state }) => [component, state]));
}

function lossOf(components: readonly string[]): Disaster {
  return Object.fromEntries(components.map((id) => [id, 'lost'] as const));
}

/** Pieces that have to do with each other: one needs the other, or both are owned by the same, or refer to the same. */
function nearIn(playbook: Playbook): (left: string, right: string) => boolean {
  const neighbours = new Map<string, ReadonlySet<string>>();
  for (const { dependsOn, id, ownedBy, references } of playbook.components.values()) {
    const own = ownedBy === undefined ? [] : [ownedBy];
    neighbours.set(id, new Set([id, ...own, ...dependsOn, ...references.map((each) => each.component)]));
  }
  const isShared = (id: string): boolean => playbook.components.get(id)?.shared === true;
  return (left, right) => {
    const [ofLeft, ofRight] = [neighbours.get(left), neighbours.get(right)];
    if (ofLeft === undefined || ofRight === undefined) return false;
    if (ofLeft.has(right) || ofRight.has(left)) return true;
    // A shared piece brings together all that use it: too many to be near.
    return [...ofLeft].some((id) => ofRight.has(id) && !isShared(id));
  };
}
