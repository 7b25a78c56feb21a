// The JSON of a certificate. docs/cli.md explains it.
import { z } from 'zod';
import { pieceStates } from '../../rehearse/disaster/disaster.ts';

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
    /** None in certificates of versions that did not play them. */
    hindered: z.strictObject({ singles: whole, pairs: whole }).optional(),
    /** Pairs that are not counted, since one of the two did not come about beside the other. */
    unfallen: whole.optional(),
    /** Of `verify`: how many there are, how many clients ask meanwhile, and for how many of these any answer is right. */
    probes: z.strictObject({ all: whole, asked: whole, byAnyAnswer: whole }).optional(),
    twists: z.strictObject({
      representatives: whole,
      crashes: whole,
      lostAnswers: whole,
      losses: whole,
      rivals: whole,
      /** None in certificates of versions that did not play them. */
      limits: whole.optional(),
      savedPlans: whole.optional(),
      savedPlansNotRun: whole.optional(),
    }),
    accepting: whole,
    /** With enough counter-examples: `statement` tells what was played, the numbers what would have been. */
    endedEarly: z.boolean(),
  }),
  runs: z.strictObject({
    total: whole,
    /** Of `total`, what came to a situation from which recovery had been played: shown equal, not played again. */
    shownEqual: whole.optional(),
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
