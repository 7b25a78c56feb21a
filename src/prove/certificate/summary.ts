// A proof in numbers: what was played, what came of it, and how long it took. Pure.
import { toolFor } from '../../engine.ts';
import { strategies, type Strategy } from '../../plan/plan.ts';
import type { Playbook } from '../../playbook/model.ts';
import { isHindered, type Disaster } from '../../rehearse/disaster/disaster.ts';
import { groupBy } from '../../util/group-by.ts';
import { count } from '../../util/words.ts';
import { caseText } from '../cases/case.ts';
import type { Certificate } from './certificate-schema.ts';
import type { Outcome } from '../promises/outcome.ts';
import type { Proof } from '../prove.ts';

/** So many recoveries that miss the objective are named. */
const mostMissed = 100;

type Times = NonNullable<Certificate['recovery']['bySet'][string]['repair']>;

/** What a proof says in numbers, whether it found counter-examples or not. */
export type ProofSummary = Pick<
  Certificate,
  'tool' | 'seed' | 'cover' | 'runs' | 'recovery' | 'stoppedBecause' | 'rate'
>;

export function summaryOf(proof: Proof): ProofSummary {
  const { accepting, cover, cpuSeconds, endedEarly, outcomes, seed, twists, workers } = proof;
  const { rto } = proof.playbook.objectives;
  const rtoSeconds = rto === undefined ? null : rto / 1000;
  const healed = outcomes.filter((each) => each.result === 'healed');
  const plain = healed.filter((each) => each.tried.variation.kind === 'none');
  const slowest = plain.toSorted((left, right) => right.seconds - left.seconds);
  const missed = rtoSeconds === null ? [] : slowest.filter((each) => each.seconds > rtoSeconds);
  const deepest = longest(plain, (each) => each.deepest.length);
  const per = (seconds: number): number => (seconds > 0 ? rounded(outcomes.length / seconds) : 0);
  return {
    tool: toolFor(proof.playbook),
    seed,
    cover: {
      statement: [...(endedEarly ? simulatedText(proof) : coverText(proof, seed))],
      strategies: ['repair', 'rebuild'],
      ...cover,
      impossible: [...cover.impossible],
      hindered: { ...cover.hindered },
      probes: { ...cover.probes },
      twists,
      accepting,
      endedEarly,
    },
    runs: {
      total: outcomes.length,
      shownEqual: shownEqual(outcomes),
      healed: healed.length,
      typedAgain: plain.filter((each) => each.commands > 1).length,
      stopped: outcomes.filter((each) => each.result === 'stopped').length,
      broken: outcomes.filter((each) => each.result === 'broken').length,
    },
    recovery: {
      bySet: bySet(healed.filter((each) => losesOnly(each, proof.playbook))),
      byLost: [...byLost(plain.filter((each) => losesOnly(each, proof.playbook)))],
      worst: slowest.slice(0, 5).map(namedTime),
      deepest: deepest === undefined ? null : { ...named(deepest), steps: [...deepest.deepest] },
      rtoSeconds,
      timed: plain.length,
      overRto: missed.length,
      missed: missed.slice(0, mostMissed).map(namedTime),
    },
    stoppedBecause: [...stoppedBecause(outcomes)],
    rate: {
      seconds: rounded(proof.seconds),
      cpuSeconds: rounded(cpuSeconds),
      workers,
      perSecond: per(proof.seconds),
      perCpuSecond: per(cpuSeconds),
    },
  };
}

/** Those that came to where an earlier one had come to; whoever played them, the same. */
function shownEqual(outcomes: readonly Outcome[]): number {
  const futures = outcomes.flatMap(({ future }) => future ?? []);
  return futures.length - new Set(futures).size;
}

/** What was played, a line each. */
function coverText(
  { accepting, cover, twists }: Pick<Proof, 'cover' | 'twists' | 'accepting'>,
  seed: number,
): readonly string[] {
  const { hindered, losses, owned, pairs, singles } = cover;
  const lost =
    losses.kind === 'all'
      ? `each of the ${losses.states} states in which some of the ${owned} owned pieces are lost`
      : `${losses.states} of the 2^${owned} states in which some of the ${owned} owned pieces are lost: all with up to ` +
        `${losses.upTo ?? 0} lost or up to ${losses.upTo ?? 0} kept${losses.random === 0 ? '' : `, and ${losses.random} random ones (seed ${seed})`}`;
  const pairText = {
    all: `all ${pairs.states} pairs of such states and losses`,
    near: `${pairs.states} pairs of such states and losses, those of pieces that have to do with each other (one needs or owns the other, or both need the same)`,
    none: 'no pairs of them',
  }[pairs.kind];
  return [
    lost,
    `${singles} states of single pieces that are drifted, dangling, unhealthy, settling, foreign or unreadable, and losses of shared ones`,
    pairText,
    `${hindered.singles} states in which a change of a piece would be refused: it carries the tag that protects it, AWS would not delete it, something else deploys it, somebody else's piece stands in its place, or what it needs is gone; and ${hindered.pairs} of these with the loss of another piece that has to do with it`,
    `${pairs.states === pairs.byBoth ? 'each of the others by both strategies' : `each by both strategies, ${pairs.states - pairs.byBoth} of the pairs by repair alone, since a rebuild takes down both pieces whatever they say`}; ${accepting} once more with --accept for content in doubt`,
    `on ${twists.representatives === 1 ? '1 recovery that stands' : `${twists.representatives} recoveries that stand`} for the others: ${twists.crashes} crashes (after each journal record), ` +
      `${twists.lostAnswers} lost answers (at each change), ${twists.losses} further losses while it runs, ${twists.rivals} times another operator with the same command`,
    `${twists.limits} with a delete less allowed than it takes, ${savedPlanText(twists)}`,
    ...(cover.unfallen === 0
      ? []
      : [`not counted are ${count(cover.unfallen, 'pair')} of which one did not come about beside the other`]),
    probesText(cover.probes),
  ];
}

function savedPlanText({ savedPlans, savedPlansNotRun }: Proof['twists']): string {
  const never = savedPlansNotRun === 0 ? '' : `; ${savedPlansNotRun} more came to no run of a saved plan`;
  return savedPlans === 0
    ? `no saved plan was run${never}`
    : `${savedPlans} by saved plans that are stale or were run before${never}`;
}

function probesText({ all, asked, byAnyAnswer }: Proof['cover']['probes']): string {
  if (all === 0) return 'nobody asked the service meanwhile, since verify has no probes';
  const any = byAnyAnswer === 0 ? '' : `, ${byAnyAnswer} of them taking any answer of the name for the right one`;
  return `clients asked ${asked} of the ${count(all, 'probe')} of verify meanwhile${any}`;
}

/** What was played of all that a proof plays, where it ended early: a line each. */
function simulatedText({ counterExamples, cover, outcomes, playbook }: Proof): readonly string[] {
  const { hindered, losses, pairs, singles } = cover;
  const plain = outcomes.filter(({ tried }) => tried.variation.kind === 'none' && tried.accepted.length === 0);
  const lost = plain.filter((each) => losesOnly(each, playbook));
  const isHinderedCase = ({ tried }: Outcome): boolean => Object.values(tried.disaster).some(isHindered);
  const others = plain.filter((each) => !losesOnly(each, playbook) && !isHinderedCase(each));
  const standing = plain.filter(isHinderedCase).length;
  const single = others.filter((each) => Object.keys(each.tried.disaster).length === 1).length;
  const later = outcomes.length - plain.length;
  return [
    `only a part, for it ended with ${count(counterExamples.length, 'counter-example')}:`,
    `${lost.length} of ${2 * losses.states} recoveries of losses of owned pieces`,
    `${single} of ${2 * singles} of single pieces in another state, and of losses of shared ones`,
    ...(pairs.kind === 'none'
      ? []
      : [`${others.length - single} of ${pairs.states + pairs.byBoth} of pairs of such states and losses`]),
    `${standing === 0 ? 'none' : standing} of those of the ${hindered.singles + hindered.pairs} states in which a change would be refused`,
    `${later === 0 ? 'none' : later} with --accept, or with something else going wrong on the way`,
  ];
}

function named({ tried }: Outcome): { readonly disaster: string; readonly strategy: Strategy } {
  return { disaster: caseText(tried), strategy: tried.strategy };
}

function namedTime(outcome: Outcome): Certificate['recovery']['worst'][number] {
  return { ...named(outcome), seconds: outcome.seconds };
}

/** Only pieces of the playbook's own are lost; nothing else is amiss before the recovery begins. */
function losesOnly({ tried }: Outcome, { components }: Playbook): boolean {
  return Object.entries(tried.disaster).every(
    ([id, state]) => state === 'lost' && components.get(id)?.shared === false,
  );
}

/** Of a group that is not empty. */
function timesOf(group: readonly Outcome[]): Times {
  const sorted = group.map((each) => each.seconds).sort((left, right) => left - right);
  return {
    runs: group.length,
    medianSeconds: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    worstSeconds: sorted.at(-1) ?? 0,
  };
}

function bySet(outcomes: readonly Outcome[]): Certificate['recovery']['bySet'] {
  const sets = groupBy(outcomes, ({ tried }) => lostText(tried.disaster));
  return Object.fromEntries(
    [...sets].map(([set, group]) => {
      const by = groupBy(group, ({ tried }) => tried.strategy);
      const timesBy = (each: Strategy): Times | null => {
        const these = by.get(each);
        return these === undefined ? null : timesOf(these);
      };
      return [set, { repair: timesBy('repair'), rebuild: timesBy('rebuild') }];
    }),
  );
}

/** `service, cname`; `nothing` */
function lostText(disaster: Disaster): string {
  return Object.keys(disaster).join(', ') || 'nothing';
}

function byLost(outcomes: readonly Outcome[]): Certificate['recovery']['byLost'] {
  return strategies.flatMap((by) =>
    [
      ...groupBy(
        outcomes.filter((each) => each.tried.strategy === by),
        ({ tried }) => Object.keys(tried.disaster).length,
      ),
    ]
      .sort(([left], [right]) => left - right)
      .map(([lost, group]) => {
        const worst = longest(group, (each) => each.seconds);
        return { lost, strategy: by, ...timesOf(group), worst: lostText(worst?.tried.disaster ?? {}) };
      }),
  );
}

function stoppedBecause(outcomes: readonly Outcome[]): Certificate['stoppedBecause'] {
  const reasons = new Map<string, { runs: number; readonly components: Set<string> }>();
  for (const { because } of outcomes) {
    const counted = new Set<string>();
    for (const { component, reason } of because) {
      const known = reasons.get(reason) ?? { runs: 0, components: new Set() };
      reasons.set(reason, known);
      known.components.add(component);
      if (!counted.has(reason)) known.runs += 1;
      counted.add(reason);
    }
  }
  return [...reasons]
    .map(([reason, { components, runs }]) => ({ reason, runs, components: [...components].sort() }))
    .sort((left, right) => right.runs - left.runs || (left.reason < right.reason ? -1 : 1));
}

function longest(outcomes: readonly Outcome[], length: (outcome: Outcome) => number): Outcome | undefined {
  return outcomes.reduce<Outcome | undefined>(
    (best, each) => (best === undefined || length(each) > length(best) ? each : best),
    undefined,
  );
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
