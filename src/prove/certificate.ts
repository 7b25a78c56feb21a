// The outcome of a proof as a value that is kept, and checked again before a recovery: for exactly which playbook, by
// which relight, over which states. Sealed: one that was edited is refused. Pure.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../playbook/digest.ts';
import { pieceStates } from '../rehearse/disaster.ts';
import { promises } from './promises.ts';
import { partsOf } from './parts.ts';
import type { Proof } from './prove.ts';
import { summaryOf } from './summary.ts';

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
