// A run's journal as it was found on disk -> its records. Pure. A line that was torn by the end of the process is left
// out and told; anything else that does not fit is damage, and a damaged journal is never half-read.
import { z } from 'zod';
import { verdicts } from '../assess/assessment.ts';
import { sourceKinds } from '../forecast/forecast.ts';
import { dispositions, planKinds, stepActions } from '../plan/plan.ts';
import { approvalWays, runResults, type JournalRecord, type RunEvent } from './events.ts';

export type ReadJournal =
  | {
      readonly kind: 'sound';
      /** At least the `run-started` record. */
      readonly records: readonly [RunStarted, ...JournalRecord[]];
      /** The last line was cut off while it was written: what it would have said is not known. */
      readonly torn: boolean;
    }
  /** The process ended before the first line was whole, and so before anything was done. */
  | { readonly kind: 'empty' }
  /** `line` counts from 1. */
  | { readonly kind: 'damaged'; readonly line: number; readonly reason: string };

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
    version: z.literal(1),
    runId: text,
    tool: text,
    verify: z.boolean(),
    sandbox: z.boolean(),
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
          disposition: z.enum(dispositions),
          because: text,
          blockedBy: text.nullable(),
          reasons: z.array(z.looseObject({ kind: text, text })),
          consents: z.array(z.looseObject({ reason: text, subject: text, what: text, given: z.boolean() })).optional(),
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
  'step-verified': z.looseObject({ ...step, detail: text }),
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
  }),
} satisfies Record<RunEvent['type'], z.ZodType>;

const head = z.looseObject({ seq: z.number(), at: z.iso.datetime(), type: text });

/** Reads the text of a `journal.jsonl`. */
export function readJournal(content: string): ReadJournal {
  const end = content.lastIndexOf('\n') + 1;
  // A write that was cut off may also leave zeroes where the file had grown already.
  const torn = content.length > end;
  const lines = content.slice(0, end).split('\n').slice(0, -1);
  const records: JournalRecord[] = [];
  for (const [index, line] of lines.entries()) {
    const record = recordOf(line, index);
    if (typeof record === 'string') return { kind: 'damaged', line: index + 1, reason: record };
    records.push(record);
  }
  const [first, ...rest] = records;
  if (first === undefined) return { kind: 'empty' };
  if (first.type !== 'run-started') {
    return { kind: 'damaged', line: 1, reason: `it begins with ${first.type} instead of run-started` };
  }
  return { kind: 'sound', records: [first, ...rest], torn };
}

/** The record, or what is wrong with the line. */
function recordOf(line: string, index: number): JournalRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (problem) {
    if (problem instanceof SyntaxError) return 'the line is not JSON: it was damaged or edited';
    throw problem;
  }
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
