// A run's journal as it was found on disk -> its records. Pure. A line that was torn by the end of the process is left
// out and told; anything else that does not fit is damage, and a damaged journal is never half-read. Each line of a chained
// journal has to follow the one before to the last bit; journals of relight 0.1.0 have no chain, and prove nothing of that.
import { z } from 'zod';
import { effects } from '../../components/contract.ts';
import { verdicts } from '../../assess/assessment.ts';
import { sourceKinds } from '../../forecast/forecast.ts';
import { decisionKinds, planKinds, stepActions } from '../../plan/plan.ts';
import { chainedVersion, chainStart, follows, statedDigest } from './chain.ts';
import { approvalWays, runResults, type Integrity, type JournalRecord, type RunEvent } from './events.ts';

export type ReadJournal =
  | {
      readonly kind: 'sound';
      /** At least the `run-started` record. */
      readonly records: readonly [RunStarted, ...JournalRecord[]];
      /** The last line was cut off while it was written: what it would have said is not known. */
      readonly torn: boolean;
      readonly integrity: Integrity;
    }
  /** The process ended before the first line was whole, and so before anything was done. */
  | { readonly kind: 'empty' }
  | DamagedJournal;

/** `line` counts from 1, and `byte`, at which the line begins, from 0. */
export interface DamagedJournal {
  readonly kind: 'damaged';
  readonly line: number;
  readonly byte: number;
  readonly reason: string;
}

export type RunStarted = Extract<JournalRecord, { type: 'run-started' }>;

const text = z.string();
const step = { step: text };
const error = z.looseObject({ class: text, code: text, message: text });
const counts = {
  byOperation: z.record(text, z.number()),
  repeated: z.array(
    z.looseObject({ operation: text, class: text, code: text, count: z.number(), pausedSeconds: z.number() }),
  ),
};
const stepCalls = z.looseObject({ ...counts, looks: z.number() }).optional();

/** As far as readers rely on it; what a later version adds within a record is let pass. */
const events = {
  'run-started': z.looseObject({
    version: z.union([z.literal(1), z.literal(chainedVersion)]),
    runId: text,
    tool: text,
    verify: z.boolean(),
    sandbox: z.boolean(),
    endpoint: text.optional(),
    plan: z.looseObject({
      version: z.literal(1),
      playbook: z.looseObject({ name: text, digest: text, file: text }),
      identity: z.looseObject({ account: text, alias: text.nullable(), region: text, arn: text }),
      environment: text.nullable(),
      strategy: z.enum(planKinds),
      accepted: z.array(text),
      allowDowntime: z.boolean(),
      approvals: z.array(text),
      undoes: z.looseObject({ run: text }).nullable().optional(),
      resumes: z
        .looseObject({
          run: text,
          made: z.array(text),
          asKnownGood: z.array(text).optional(),
          deletes: z.array(text),
          tokens: z.record(text, text),
          lingering: z.array(z.looseObject({ component: text, until: z.iso.datetime() })).optional(),
        })
        .nullable(),
      rtoSeconds: z.number().nullable(),
      totals: z.record(text, z.looseObject({ seconds: z.number() })),
      components: z.array(
        z.looseObject({
          id: text,
          type: text,
          shared: z.boolean(),
          verdict: z.enum(verdicts),
          disposition: z.enum(decisionKinds),
          because: text,
          blockedBy: text.nullable(),
          reasons: z.array(z.looseObject({ kind: text, text })),
          consents: z.array(z.looseObject({ reason: text, subject: text, what: text, given: z.boolean() })).optional(),
          settings: z.looseObject({ from: text }).optional(),
        }),
      ),
      steps: z.array(
        z.looseObject({
          id: text,
          component: text,
          action: z.enum(stepActions),
          because: text,
          after: z.array(text),
          before: text.nullable(),
          destructive: z.boolean(),
          // Version 0.1.0 told none.
          effect: z.enum(effects).optional(),
          estimateSeconds: z.number(),
        }),
      ),
    }),
    savedPlan: z.looseObject({ id: text, seal: text }).optional(),
    approval: z.looseObject({ how: z.enum(approvalWays), by: text, at: z.iso.datetime() }).optional(),
    forecast: z
      .looseObject({
        p50Seconds: z.number(),
        p95Seconds: z.number(),
        sources: z.array(z.looseObject({ kind: z.enum(sourceKinds), runs: z.number(), steps: z.number() })),
      })
      .optional(),
    edition: z.looseObject({ file: text, sameFile: text, digest: text.optional(), pieces: z.array(text) }).optional(),
    needs: z.record(text, z.array(text)).optional(),
  }),
  'identity-checked': z.looseObject({ account: text, arn: text }),
  'step-started': z.looseObject(step),
  'before-image': z.looseObject({
    ...step,
    file: text,
    digest: text.optional(),
    halfway: z.literal(true).optional(),
  }),
  'step-intended': z.looseObject({
    ...step,
    action: text,
    attempt: z.number(),
    token: text,
    lingerSeconds: z.number().optional(),
  }),
  'step-acted': z.looseObject({ ...step, receipt: z.looseObject({}) }),
  'step-retrying': z.looseObject({ ...step, error, inSeconds: z.number() }),
  'step-waiting': z.looseObject({ ...step, detail: text, until: z.iso.datetime().optional() }),
  'step-settled': z.looseObject({ ...step, after: z.looseObject({ file: text, digest: text }).optional() }),
  'step-verified': z.looseObject({
    ...step,
    detail: text,
    unchecked: z.literal(true).optional(),
    evidence: z
      .array(z.looseObject({ source: text, outcome: z.enum(['agrees', 'differs', 'unasked']), detail: text }))
      .optional(),
  }),
  'step-succeeded': z.looseObject({ ...step, note: text.optional(), calls: stepCalls }),
  'step-failed': z.looseObject({ ...step, error, calls: stepCalls, unchanged: z.literal(true).optional() }),
  'step-skipped': z.looseObject({ ...step, because: text, rootCauses: z.array(text) }),
  'approval-requested': z.looseObject({ component: text, until: text }),
  'approval-granted': z.looseObject({ component: text, by: text, how: text }),
  'approval-refused': z.looseObject({ component: text, by: text.nullable(), because: text }),
  'credentials-expired': z.looseObject({ origin: text, remedy: text, waitSeconds: z.number() }),
  'credentials-renewed': z.looseObject({ origin: text, arn: text }),
  'run-interrupted': z.looseObject({ reason: text }),
  'run-finished': z.looseObject({
    result: z.enum(runResults),
    awsCalls: z.number(),
    durationSeconds: z.number(),
    calls: z.looseObject(counts).optional(),
    explained: z.array(z.looseObject({ operation: text, why: text, of: z.array(text), count: z.number() })).optional(),
  }),
} satisfies Record<RunEvent['type'], z.ZodType>;

const head = z.looseObject({ seq: z.number(), at: z.iso.datetime(), type: text });

const closing = z.strictObject({
  seq: z.number(),
  at: z.iso.datetime(),
  type: z.literal('journal-closed'),
  records: z.number(),
  head: text,
  chain: text,
});

const lineBreak = 10;

/** A line without its line break, and where it begins. */
interface Line {
  readonly bytes: Uint8Array;
  readonly byte: number;
}

/** Reads a `journal.jsonl`. */
export function readJournal(content: string | Uint8Array): ReadJournal {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const { lines, rest } = linesOf(bytes);
  const damaged = (index: number, reason: string): DamagedJournal => ({
    kind: 'damaged',
    line: index + 1,
    byte: lines[index]?.byte ?? bytes.length - rest.length,
    reason,
  });
  const [beginning] = lines;
  if (beginning === undefined) return { kind: 'empty' };
  const first = recordOf(beginning.bytes, 0);
  if (typeof first === 'string') return damaged(0, first);
  if (first.type !== 'run-started') return damaged(0, `it begins with ${first.type} instead of run-started`);
  // Two signs, so that no damage to one of them makes a journal one of those that have no chain.
  const isChained = first.version === chainedVersion || statedDigest(beginning.bytes) !== undefined;
  const integrity: Integrity | Fault = isChained ? chainOf(lines, rest, first.runId) : { kind: 'unchained' };
  if (integrity.kind === 'fault') return damaged(integrity.index, integrity.reason);
  const records: JournalRecord[] = [];
  const end = integrity.kind === 'chained' && integrity.closed ? -1 : undefined;
  for (const [index, line] of lines.slice(1, end).entries()) {
    const record = recordOf(line.bytes, index + 1);
    if (typeof record === 'string') return damaged(index + 1, record);
    records.push(record);
  }
  // A write that was cut off may also leave zeroes where the file had grown already.
  return { kind: 'sound', records: [first, ...records], torn: rest.length > 0, integrity };
}

function linesOf(bytes: Uint8Array): { readonly lines: readonly Line[]; readonly rest: Uint8Array } {
  const lines: Line[] = [];
  let byte = 0;
  for (let end = bytes.indexOf(lineBreak); end >= 0; end = bytes.indexOf(lineBreak, byte)) {
    lines.push({ bytes: bytes.subarray(byte, end), byte });
    byte = end + 1;
  }
  return { lines, rest: bytes.subarray(byte) };
}

// --- The chain -------------------------------------------------------------------------------------------------------

interface Fault {
  readonly kind: 'fault';
  /** Of the line. */
  readonly index: number;
  readonly reason: string;
}

/** @param rest what follows the last line break */
function chainOf(lines: readonly Line[], rest: Uint8Array, runId: string): Integrity | Fault {
  const fault = (index: number, reason: string): Fault => ({ kind: 'fault', index, reason });
  let digest = chainStart(runId);
  for (const [index, { bytes }] of lines.entries()) {
    const stated = statedDigest(bytes);
    if (stated === undefined || !follows(digest, bytes, stated)) {
      const record = recordOf(bytes, index);
      // What is wrong with it in itself says more, where that can be told.
      return fault(
        index,
        typeof record === 'string' && !isClosing(bytes)
          ? record
          : 'its digest does not fit: this line, or one before it, is not as it was written',
      );
    }
    if (isClosing(bytes)) {
      const told = closingOf(bytes, index, digest);
      if (told !== undefined) return fault(index, told);
      if (index + 1 < lines.length || rest.length > 0) {
        return fault(index + 1, 'it follows the line that closes the journal: nothing may');
      }
      return { kind: 'chained', head: stated, closed: true };
    }
    digest = stated;
  }
  // A whole line and one byte more: a line break was written there.
  const last = rest.subarray(0, -1);
  const stated = statedDigest(last);
  if (stated !== undefined && follows(digest, last, stated)) {
    return fault(lines.length, 'the line break at its end is not as it was written');
  }
  return { kind: 'chained', head: digest, closed: false };
}

/** Told without parsing: by the member that no record begins with in this place. */
function isClosing(line: Uint8Array): boolean {
  const start = new TextDecoder().decode(line.subarray(0, 120));
  return /^\{"seq":\d+,"at":"[^"]*","type":"journal-closed",/.test(start);
}

/** What is wrong with a closing line; undefined when nothing is. */
function closingOf(line: Uint8Array, index: number, digest: string): string | undefined {
  const found = closing.safeParse(parsed(line));
  if (!found.success) return 'it closes the journal, but not as relight does';
  const { head: named, records, seq } = found.data;
  return seq === index + 1 && records === index && named === digest
    ? undefined
    : `it closes a journal of ${records} records, and ${index} stand before it`;
}

// --- A line ----------------------------------------------------------------------------------------------------------

/** Undefined when it is not JSON, or not text. */
function parsed(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line));
  } catch (problem) {
    if (problem instanceof SyntaxError || problem instanceof TypeError) return undefined;
    throw problem;
  }
}

/** The record, or what is wrong with the line. */
function recordOf(line: Uint8Array, index: number): JournalRecord | string {
  const value = parsed(line);
  if (value === undefined) return 'the line is not JSON: it was damaged or edited';
  const known = head.safeParse(value);
  if (!known.success) return 'the line is JSON, but no record of a run';
  const { seq, type } = known.data;
  if (seq !== index + 1)
    return `record ${index + 1} is expected here and ${seq} stands here: lines are missing or moved`;
  if (!isEventType(type)) return `the event ${type} is not known: the journal was written by a later relight`;
  const whole = events[type].safeParse(value);
  if (!whole.success) {
    const [issue] = whole.error.issues;
    return `${type}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  }
  // Checked above as far as readers rely on it.
  return value as JournalRecord;
}

function isEventType(type: string): type is RunEvent['type'] {
  return Object.hasOwn(events, type);
}
