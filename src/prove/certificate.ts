// The outcome of a proof as a value that is kept, and checked again before a recovery: for exactly which playbook, by
// which relight, over which states. Sealed: one that was edited is refused. Pure.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { tool } from '../engine.ts';
import { strategies, type Strategy } from '../plan/plan.ts';
import { canonicalJson, digestOf } from '../playbook/digest.ts';
import type { Playbook } from '../playbook/model.ts';
import { pieceStates, type Disaster } from '../rehearse/disaster.ts';
import { caseText } from './case.ts';
import { count } from '../util/words.ts';
import type { Outcome } from './outcome.ts';
import { promises } from './promises.ts';
import type { Proof } from './prove.ts';

const text = z.string();
const whole = z.int().min(0);
const seconds = z.number().min(0);
const instant = z.iso.datetime();
const strategy = z.enum(['repair', 'rebuild']);

/** `disaster`: with the strategy, as it is shown. */
const recovered = z.strictObject({ disaster: text, strategy, seconds });
const times = z.strictObject({ runs: whole, medianSeconds: seconds, worstSeconds: seconds });

/** The JSON of a certificate, version 1 of an interface; docs/cli.md explains each field. */
export const certificateSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('Proof'),
  playbook: z.strictObject({
    name: text,
    file: text,
    digest: text,
    account: text,
    region: text,
    /** A digest for each part, to tell what has changed since: `component service`, `recovery`, `param image`. */
    parts: z.record(text, text),
  }),
  tool: text,
  provedAt: instant,
  validUntil: instant,
  seed: z.int(),
  cover: z.strictObject({
    statement: z.array(text),
    strategies: z.array(strategy),
    owned: whole,
    losses: z.strictObject({
      kind: z.enum(['all', 'sample']),
      states: whole,
      upTo: whole.nullable(),
      random: whole,
    }),
    singles: whole,
    /** Single states that were not played, since the piece cannot be in them. */
    impossible: z.array(z.strictObject({ component: text, state: z.enum(pieceStates), because: text })),
    pairs: z.strictObject({ kind: z.enum(['all', 'near', 'none']), states: whole, byBoth: whole }),
    twists: z.strictObject({
      representatives: whole,
      crashes: whole,
      lostAnswers: whole,
      losses: whole,
      rivals: whole,
    }),
    accepting: whole,
    /** With enough counter-examples: `statement` tells what was played, the numbers what would have been. */
    endedEarly: z.boolean(),
  }),
  runs: z.strictObject({
    total: whole,
    healed: whole,
    /** Of `healed`, where nothing else went wrong: only when the command was typed a second time. */
    typedAgain: whole,
    /** Short of the goal, for a stated reason that the state deserves. */
    stopped: whole,
    /** It broke a promise: none, in a certificate. */
    broken: whole,
  }),
  recovery: z.strictObject({
    /** For each set of lost pieces, all recoveries that healed; null where none did by that strategy. */
    bySet: z.record(text, z.strictObject({ repair: times.nullable(), rebuild: times.nullable() })),
    /** The same by the number of pieces lost and by strategy, where nothing else went wrong; `worst` names the set. */
    byLost: z.array(times.extend({ lost: whole, strategy, worst: text })),
    worst: z.array(recovered),
    deepest: z.strictObject({ disaster: text, strategy, steps: z.array(text) }).nullable(),
    rtoSeconds: seconds.nullable(),
    /** Recoveries that healed with nothing else going wrong: those whose time is held against the objective. */
    timed: whole,
    overRto: whole,
    /** Those, longest first; at most 100. */
    missed: z.array(recovered),
  }),
  /** Why the recoveries that stopped did, most frequent first; one that had two reasons is counted for each. */
  stoppedBecause: z.array(z.strictObject({ reason: text, runs: whole, components: z.array(text) })),
  /** Of this machine: real seconds, seconds of CPU, and recoveries for each of them. */
  rate: z.strictObject({
    seconds,
    cpuSeconds: seconds,
    workers: whole,
    perSecond: seconds,
    perCpuSecond: seconds,
  }),
  promises: z.record(text, text),
  doesNotMean: z.array(text),
  seal: text,
});

export type Certificate = z.infer<typeof certificateSchema>;

/** So many recoveries that miss the objective are named. */
const mostMissed = 100;

/** How long a proof holds when nothing changes: AWS does, and so does relight's knowledge of it. */
export const validity = 30 * 24 * 60 * 60_000;

/** What a certificate does not say; docs/proof.md says more. */
export const doesNotMean: readonly string[] = [
  'that AWS itself behaves as the sandbox does: what is known of it, and from where, is in src/sandbox/SPEC.md',
  'that the application works: a probe asks what the playbook tells it to ask',
  'that states which were not played are recovered: see the cover',
  'that recovery times hold in AWS: they are the usual times of each kind of piece',
];

/**
 * What of a playbook a certificate is about, part by part; a field that is added to playbooks must be named here. Left out
 * is what cannot change a recovery: who the playbook belongs to and how it is described, where it is kept, and how young
 * its proof must be. Secret values are left out too, as in the playbook's digest.
 */
const partsBy: Readonly<Record<keyof Playbook, (playbook: Playbook) => Readonly<Record<string, unknown>>>> = {
  metadata: ({ metadata }) => ({ 'metadata.name': metadata.name }),
  objectives: ({ objectives }) => ({ objectives }),
  target: ({ target }) => ({ target }),
  params: ({ params, secrets }) =>
    Object.fromEntries(
      Object.entries(params).flatMap(([name, value]) => (secrets.params.has(name) ? [] : [[`param ${name}`, value]])),
    ),
  recovery: ({ recovery }) => ({ recovery }),
  guards: ({ guards }) => ({ guards: without(guards, ['requireProof']) }),
  lock: ({ lock }) => ({ lock }),
  root: ({ root }) => ({ root: root ?? null }),
  components: ({ components }) =>
    Object.fromEntries(
      [...components.values()].map((each) => [`component ${each.id}`, without(each, [...places, 'description'])]),
    ),
  verify: ({ verify }) => ({ verify: verify.map((each) => without(each, places)) }),
  file: () => ({}),
  digest: () => ({}),
  secrets: () => ({}),
};

/** Where something stands in the file does not matter. */
const places = ['position', 'references'];

/** Parts that a certificate knows and that leave the recoveries proved: what they are measured by, and where runs meet. */
export const leavesProved: ReadonlySet<string> = new Set(['objectives', 'lock']);

function without(value: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** A digest of each part: `component service`, `recovery`, `param image`. */
export function partsOf(playbook: Playbook): Readonly<Record<string, string>> {
  const digest = (value: unknown): string => digestOf(playbook.secrets.redactor.text(canonicalJson(value)));
  const parts = Object.values(partsBy).flatMap((each) => Object.entries(each(playbook)));
  return Object.fromEntries(parts.map(([name, value]) => [name, digest(value)]));
}

/** One digest of all that must be as it was when it was proved. */
export function provedDigest(playbook: Playbook): string {
  return digestOf(Object.fromEntries(Object.entries(partsOf(playbook)).filter(([name]) => !leavesProved.has(name))));
}

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
  const plain = healed.filter((each) => each.tried.twist.kind === 'none');
  const slowest = plain.toSorted((left, right) => right.seconds - left.seconds);
  const missed = rtoSeconds === null ? [] : slowest.filter((each) => each.seconds > rtoSeconds);
  const deepest = longest(plain, (each) => each.deepest.length);
  const per = (seconds: number): number => (seconds > 0 ? rounded(outcomes.length / seconds) : 0);
  return {
    tool,
    seed,
    cover: {
      statement: [...(endedEarly ? playedText(proof) : coverText(proof, seed))],
      strategies: ['repair', 'rebuild'],
      ...cover,
      impossible: [...cover.impossible],
      twists,
      accepting,
      endedEarly,
    },
    runs: {
      total: outcomes.length,
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

/**
 * The certificate of a proof that found no counter-example.
 *
 * @param now milliseconds since the epoch
 */
export function certify(proof: Proof, now: number): Certificate {
  const { digest, file, metadata, target } = proof.playbook;
  const { account, region } = target;
  return sealed({
    version: 1,
    kind: 'Proof',
    playbook: { name: metadata.name, file, digest, account, region, parts: partsOf(proof.playbook) },
    provedAt: new Date(now).toISOString(),
    validUntil: new Date(now + validity).toISOString(),
    ...summaryOf(proof),
    promises,
    doesNotMean: [...doesNotMean],
  });
}

/** What was played, a line each. */
export function coverText(
  { accepting, cover, twists }: Pick<Proof, 'cover' | 'twists' | 'accepting'>,
  seed: number,
): readonly string[] {
  const { losses, owned, pairs, singles } = cover;
  const lost =
    losses.kind === 'all'
      ? `each of the ${losses.states} states in which some of the ${owned} owned pieces are lost`
      : `${losses.states} of the 2^${owned} states in which some of the ${owned} owned pieces are lost: all with up to ` +
        `${losses.upTo ?? 0} lost or up to ${losses.upTo ?? 0} kept${losses.random === 0 ? '' : `, and ${losses.random} drawn by lot (seed ${seed})`}`;
  const pairText = {
    all: `all ${pairs.states} pairs of such states and losses`,
    near: `${pairs.states} pairs of such states and losses, those of pieces that have to do with each other (one needs or owns the other, or both need the same)`,
    none: 'no pairs of them',
  }[pairs.kind];
  return [
    lost,
    `${singles} states of single pieces that are drifted, dangling, unhealthy, settling, foreign or unreadable, and losses of shared ones`,
    pairText,
    `${pairs.states === pairs.byBoth ? 'each by both strategies' : `each by both strategies, ${pairs.states - pairs.byBoth} of the pairs by repair alone, since a rebuild takes down both pieces whatever they say`}; ${accepting} once more with --accept for content in doubt`,
    `on ${twists.representatives === 1 ? '1 recovery that stands' : `${twists.representatives} recoveries that stand`} for the others: ${twists.crashes} crashes (after each journal record), ` +
      `${twists.lostAnswers} lost answers (at each change), ${twists.losses} further losses while it runs, ${twists.rivals} times another operator with the same command`,
  ];
}

/** What was played of all that a proof plays, where it ended early: a line each. */
function playedText({ counterExamples, cover, outcomes, playbook }: Proof): readonly string[] {
  const { losses, pairs, singles } = cover;
  const plain = outcomes.filter(({ tried }) => tried.twist.kind === 'none' && tried.accepted.length === 0);
  const lost = plain.filter((each) => losesOnly(each, playbook));
  const others = plain.filter((each) => !losesOnly(each, playbook));
  const single = others.filter((each) => Object.keys(each.tried.disaster).length === 1).length;
  const later = outcomes.length - plain.length;
  return [
    `only a part, for it ended with ${count(counterExamples.length, 'counter-example')}:`,
    `${lost.length} of ${2 * losses.states} recoveries of losses of owned pieces`,
    `${single} of ${2 * singles} of single pieces in another state, and of losses of shared ones`,
    ...(pairs.kind === 'none'
      ? []
      : [`${others.length - single} of ${pairs.states + pairs.byBoth} of pairs of such states and losses`]),
    `${later === 0 ? 'none' : later} with --accept, or with something else going wrong on the way`,
  ];
}

function named({ tried }: Outcome): { readonly disaster: string; readonly strategy: Strategy } {
  return { disaster: caseText(tried), strategy: tried.strategy };
}

function namedTime(outcome: Outcome): z.infer<typeof recovered> {
  return { ...named(outcome), seconds: outcome.seconds };
}

/** Only pieces of the playbook's own are lost; nothing else is amiss before the recovery begins. */
function losesOnly({ tried }: Outcome, { components }: Playbook): boolean {
  return Object.entries(tried.disaster).every(
    ([id, state]) => state === 'lost' && components.get(id)?.shared === false,
  );
}

function grouped<Key>(outcomes: readonly Outcome[], keyOf: (outcome: Outcome) => Key): ReadonlyMap<Key, Outcome[]> {
  const groups = new Map<Key, Outcome[]>();
  for (const outcome of outcomes) {
    const key = keyOf(outcome);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [outcome]);
    else group.push(outcome);
  }
  return groups;
}

/** Of a group that is not empty. */
function timesOf(group: readonly Outcome[]): z.infer<typeof times> {
  const sorted = group.map((each) => each.seconds).sort((left, right) => left - right);
  return {
    runs: group.length,
    medianSeconds: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    worstSeconds: sorted.at(-1) ?? 0,
  };
}

function bySet(outcomes: readonly Outcome[]): Certificate['recovery']['bySet'] {
  const sets = grouped(outcomes, ({ tried }) => lostText(tried.disaster));
  return Object.fromEntries(
    [...sets].map(([set, group]) => {
      const by = grouped(group, ({ tried }) => tried.strategy);
      const timesBy = (each: Strategy): z.infer<typeof times> | null => {
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
      ...grouped(
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

function sealed(body: Omit<Certificate, 'seal'>): Certificate {
  return { ...body, seal: sealOf(body) };
}

function sealOf(body: Omit<Certificate, 'seal'>): string {
  return createHash('sha256').update(canonicalJson(body)).digest('hex');
}

/** Reads a certificate; a text saying what is wrong with it when it is none, or was edited. */
export function readCertificate(content: string): Certificate | string {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return 'it is not JSON: it was cut off or damaged';
  }
  const read = certificateSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return `it is no certificate of this relight: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  }
  const { seal, ...body } = read.data;
  return sealOf(body) === seal ? read.data : 'its seal does not fit: it was edited or damaged';
}
