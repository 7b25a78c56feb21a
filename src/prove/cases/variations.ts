// What else can go wrong during a recovery, tried on a few disasters that stand for the others: a crash after each journal
// record, a lost answer at each change, one more loss at several instants, another operator. Pure.
import { consentWord } from '../../plan/consent.ts';
import type { Strategy } from '../../plan/plan.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { ServiceName } from '../../sandbox/index.ts';
import type { Case } from './case.ts';
import type { Outcome } from '../promises/outcome.ts';

/** Instants of one more loss, as shares of the time that the recovery takes without it. */
const instants = [0.02, 0.4, 0.9];
/** Instants at which another operator comes. */
const arrivals = [0.02, 0.5];

/** Of a whole proof; of a quick one, one. */
const mostRepresentatives = 6;

export interface VariationCounts {
  readonly representatives: number;
  readonly crashes: number;
  readonly lostAnswers: number;
  readonly losses: number;
  readonly rivals: number;
  /** The same recovery where the playbook allows a delete less. */
  readonly limits: number;
  /** Saved plans that are stale when they are run, or run twice. */
  readonly savedPlans: number;
  /** Saved plans that were to be tried, and of which none was run before. */
  readonly savedPlansNotRun: number;
}

/**
 * Cases that stand for the others. By repair: an owner lost, everything lost, the sub-state and the single loss with the
 * longest plans. By rebuild: nothing lost and yet rebuilt, and an owner lost.
 */
export function representativesOf(
  outcomes: readonly Outcome[],
  playbook: Playbook,
  quick: boolean,
): readonly Outcome[] {
  const usable = outcomes.filter((each) => each.result === 'healed' && each.changes.length > 0);
  const by = (strategy: Strategy): readonly Outcome[] => usable.filter((each) => each.tried.strategy === strategy);
  const owners = new Set([...playbook.components.values()].flatMap((each) => each.ownedBy ?? []));
  const ownerIn = (these: readonly Outcome[]): Outcome | undefined =>
    these.find((each) => sizeOf(each) === 1 && isLoss(each) && owners.has(Object.keys(each.tried.disaster)[0] ?? ''));
  const [repairs, rebuilds] = [by('repair'), by('rebuild')];
  const singles = repairs.filter((each) => sizeOf(each) === 1);
  const most = Math.max(0, ...repairs.map(sizeOf));
  const picked = quick
    ? [ownerIn(repairs)]
    : [
        ownerIn(repairs),
        repairs.find((each) => isLoss(each) && sizeOf(each) === most),
        longest(singles.filter((each) => !isLoss(each))),
        longest(singles.filter(isLoss)),
        rebuilds.find((each) => sizeOf(each) === 0),
        ownerIn(rebuilds),
      ];
  return [...new Set(picked)].filter((each) => each !== undefined);
}

function sizeOf({ tried }: Outcome): number {
  return Object.keys(tried.disaster).length;
}

function isLoss({ tried }: Outcome): boolean {
  return Object.values(tried.disaster).every((state) => state === 'lost');
}

function longest(outcomes: readonly Outcome[]): Outcome | undefined {
  return outcomes.reduce<Outcome | undefined>(
    (best, each) => (best === undefined || each.steps > best.steps ? each : best),
    undefined,
  );
}

export function variedCases(
  representatives: readonly Outcome[],
  owned: readonly string[],
): { readonly cases: readonly Case[]; readonly counts: VariationCounts } {
  const counts = {
    representatives: representatives.length,
    crashes: 0,
    lostAnswers: 0,
    losses: 0,
    rivals: 0,
    limits: 0,
    savedPlans: 0,
    savedPlansNotRun: 0,
  };
  const cases = representatives.flatMap(({ changes, records, seconds, tried }) => {
    // The last record is the end of the run itself: whoever dies after it has done all.
    const crashes = upTo(Math.max(0, records - 1)).map((afterRecord): Case => ({
      ...tried,
      variation: { kind: 'crash', afterRecord },
    }));
    const lostAnswers = numbered(changes).map((change): Case => ({
      ...tried,
      variation: { kind: 'lost-answer', ...change },
    }));
    const losses = owned.flatMap((component) =>
      instants.map((share): Case => ({
        ...tried,
        variation: { kind: 'loss', component, at: Math.max(1, Math.round(share * seconds)) * 1000 },
      })),
    );
    const rivals = arrivals.map((share): Case => ({
      ...tried,
      variation: { kind: 'rival', at: Math.max(1, Math.round(share * seconds)) * 1000 },
    }));
    counts.rivals += rivals.length;
    counts.crashes += crashes.length;
    counts.lostAnswers += lostAnswers.length;
    counts.losses += losses.length;
    return [...crashes, ...lostAnswers, ...losses, ...rivals];
  });
  return { cases, counts };
}

/**
 * Recoveries that have to be refused: of the one that deletes most, with a delete less allowed; of one that has something to
 * delete or change, by a saved plan of which a piece has gone since, and by one that has been run.
 */
export function refusedCases(outcomes: readonly Outcome[]): {
  readonly cases: readonly Case[];
  readonly counts: Pick<VariationCounts, 'limits' | 'savedPlans'>;
} {
  const plain = outcomes.filter(
    ({ result, tried }) => result === 'healed' && tried.variation.kind === 'none' && tried.accepted.length === 0,
  );
  const most = plain.reduce<Outcome | undefined>(
    (best, each) => (each.deleted > (best?.deleted ?? 0) ? each : best),
    undefined,
  );
  const touching = plain.find(
    ({ standing, tried }) =>
      tried.strategy === 'repair' && Object.keys(tried.disaster).length === 1 && standing !== null,
  );
  const limits =
    most === undefined
      ? []
      : [{ ...most.tried, variation: { kind: 'limit', maxDeletes: most.deleted - 1 } } satisfies Case];
  const stale = touching?.standing ?? null;
  const savedPlans: readonly Case[] =
    touching === undefined || stale === null
      ? []
      : [
          { ...touching.tried, variation: { kind: 'stale-plan', component: stale } },
          { ...touching.tried, variation: { kind: 'used-plan' } },
        ];
  return { cases: [...limits, ...savedPlans], counts: { limits: limits.length, savedPlans: savedPlans.length } };
}

/** Of a recovery that nobody has seen yet: so many crashes and lost answers for each owned piece, roughly. */
const usualInterruptions = 8;

/**
 * How many cases come after those that are played as they are, told from the outcomes so far: for a representative that
 * has not been met yet, as many as for those that have.
 */
export function estimateLater(
  outcomes: readonly Outcome[],
  playbook: Playbook,
  { owned, quick }: { readonly owned: readonly string[]; readonly quick: boolean },
): number {
  const met = representativesOf(outcomes, playbook, quick);
  const lost = quick ? [] : owned;
  const { cases } = variedCases(met, lost);
  const usual = usualInterruptions * owned.length + instants.length * lost.length + arrivals.length;
  const forEach = met.length === 0 ? usual : cases.length / met.length;
  const refused = refusedCases(outcomes).cases.length;
  return (
    acceptingCases(outcomes).length +
    refused +
    Math.round(forEach * Math.max(met.length, quick ? 1 : mostRepresentatives))
  );
}

/** Disasters in which a piece's content is in doubt, recovered once more by an operator who accepts it. */
export function acceptingCases(outcomes: readonly Outcome[]): readonly Case[] {
  return outcomes.flatMap(({ tried, unproven }) =>
    unproven.length === 0 || tried.variation.kind !== 'none'
      ? []
      : [{ ...tried, accepted: unproven.map((id) => consentWord(id, 'ownership')) }],
  );
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Each change as the nth call of its operation. */
function numbered(
  changes: Outcome['changes'],
): readonly { readonly service: ServiceName; readonly operation: string; readonly nth: number }[] {
  const counts = new Map<string, number>();
  return changes.map(({ operation, service }) => {
    const nth = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, nth);
    return { service, operation, nth };
  });
}
