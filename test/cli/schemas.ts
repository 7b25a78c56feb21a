// The JSON that the commands print, as others rely on it. Strict where the interface is ours to keep small; every field
// named here must be there, with this shape.
import { z } from 'zod';
import { certificateSchema } from '../../src/prove/certificate/certificate-schema.ts';
import { promises } from '../../src/prove/promises/promises.ts';

const consentWord = z.string().regex(/^[a-z][a-z0-9-]*:(ownership|referrers|unseen|cascade|loss|effect)$/);
const identity = z.strictObject({
  account: z.string().regex(/^\d{12}$/),
  alias: z.string().nullable(),
  region: z.string(),
  arn: z.string().startsWith('arn:aws'),
});
const playbook = z.strictObject({
  name: z.string(),
  digest: z.string().regex(/^(sha256:)?[0-9a-f]{64}$/),
  file: z.string(),
});
const verdict = z.enum(['unknown', 'foreign', 'missing', 'settling', 'orphaned', 'drifted', 'unhealthy', 'healthy']);
const difference = z.strictObject({
  path: z.string(),
  desired: z.json(),
  actual: z.json(),
  kind: z.enum(['changed', 'dangling']),
  immutable: z.boolean(),
});
const assessment = z.strictObject({
  id: z.string(),
  type: z.string().regex(/^[a-z0-9]+\/[a-z-]+$/),
  shared: z.boolean(),
  verdict,
  reasons: z.array(z.strictObject({ kind: z.string(), text: z.string().min(1) })),
  differences: z.array(difference),
  cause: z.string().nullable(),
  leftover: z
    .strictObject({
      owner: z.string(),
      fits: z.boolean(),
      disposition: z.enum(['keep', 'replace']),
      because: z.string(),
    })
    .nullable(),
  protected: z.boolean(),
  found: z.string().nullable(),
  present: z.boolean(),
  settling: z.enum(['coming', 'going']).nullable(),
  stuck: z.boolean(),
});

const effect = z.enum(['none', 'interrupts', 'exposes', 'loses']);
const count = z.int().nonnegative();
const action = z.enum(['wait', 'delete', 'create', 'update', 'verify']);
const totals = z.strictObject({
  steps: count,
  deletes: count,
  seconds: z.number().nonnegative(),
  criticalPath: z.array(z.string()),
});

/** A place in a file. */
const placed = { file: z.string(), line: z.int().positive(), column: z.int().positive() };

const diagnostics = z.array(
  z.strictObject({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    expected: z.string().optional(),
    suggestion: z.string().optional(),
    notes: z.array(z.string()).optional(),
    file: z.string(),
    line: z.int().positive(),
    column: z.int().positive(),
    length: z.int().nonnegative(),
  }),
);

const party = z.strictObject({ name: z.string(), file: z.string() });
const holds = z.enum(['recovery', 'running']);

const dependence = z.strictObject({
  from: party,
  to: party,
  holds,
  text: z.string(),
  evidence: z
    .array(
      z.strictObject({
        kind: z.string(),
        what: z.string(),
        component: z.string().nullable(),
        holds,
        because: z.string().nullable(),
        ...placed,
        provides: z.strictObject({ name: z.string(), ...placed }),
      }),
    )
    .min(1),
});

/** What concerns all files together. */
const together = {
  circles: z.array(z.strictObject({ text: z.string(), steps: z.array(dependence).min(1) })),
  ownedTwice: z.array(
    z.strictObject({
      type: z.string(),
      piece: z.string(),
      owners: z.array(z.strictObject({ playbook: z.string(), component: z.string(), ...placed })).min(2),
    }),
  ),
  dependences: z.array(dependence),
};

const validated = { file: z.string(), valid: z.boolean(), diagnostics };

export const validateJson = z.strictObject({ version: z.literal(1), ...validated, ...together });

/** Of several files. */
export const validateAllJson = z.strictObject({
  version: z.literal(1),
  valid: z.boolean(),
  files: z.array(z.strictObject(validated)).min(2),
  ...together,
});

export const statusJson = z.strictObject({
  version: z.literal(1),
  playbook,
  identity,
  environment: z.string().nullable(),
  sandbox: z.boolean(),
  endpoint: z.string().nullable(),
  observedAt: z.iso.datetime(),
  components: z.array(assessment).min(1),
  awsCalls: count,
});

const meaning = z.enum(['new-id', 'same-id', 'drift', 'gone']);
const managedBy = z
  .array(
    z.union([
      z.strictObject({ tool: z.literal('terraform'), address: z.string(), state: z.string(), meaning }),
      z.strictObject({
        tool: z.literal('cloudformation'),
        stack: z.string(),
        stackId: z.string().nullable(),
        logicalId: z.string().nullable(),
        meaning,
      }),
    ]),
  )
  .min(1)
  .optional();

const refusal = z.strictObject({
  rule: z.enum(['maxDeletes', 'allowDowntime']),
  text: z.string(),
  components: z.array(z.string()),
});

const seconds = z.number().nonnegative();
const share = z.number().min(0).max(1);
const source = z.enum(['defaults', 'rehearsal', 'history']);
const quantiles = { p50Seconds: seconds, p95Seconds: seconds };
const sources = z.array(z.strictObject({ kind: source, runs: count, steps: count })).length(3);
const kindForecast = z.strictObject({
  ...quantiles,
  criticalPath: z.array(z.string()),
  objective: z.strictObject({ seconds, holds: z.enum(['yes', 'likely', 'no']), probability: share }).nullable(),
});
const forecast = z.strictObject({
  samples: z.int().positive(),
  seed: z.int(),
  kinds: z.strictObject({ repair: kindForecast, rebuild: kindForecast }),
  steps: z.array(
    z.strictObject({
      step: z.string(),
      ...quantiles,
      sources: z.array(z.strictObject({ kind: source, observations: count, share })).min(1),
      critical: share,
    }),
  ),
  sources,
  levers: z.array(
    z.strictObject({
      component: z.string(),
      path: z.string(),
      from: z.number(),
      to: z.number(),
      unit: z.enum(['s', '%']),
      ...quantiles,
      savedSeconds: z.number().positive(),
      savedAtP95Seconds: z.number(),
      cost: z.string().min(1),
    }),
  ),
  withoutApprovals: z.array(z.string()),
});
const forecastOutcome = z.strictObject({
  ...quantiles,
  sources,
  measuredSeconds: seconds.nullable(),
  waitedForPeopleSeconds: seconds,
  within: z.enum(['p50', 'p95', 'over']).nullable(),
});

const proofStatus = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('none') }),
  z.strictObject({ status: z.literal('stale'), changes: z.array(z.string()).min(1), provedAt: z.iso.datetime() }),
  z.strictObject({ status: z.literal('expired'), provedAt: z.iso.datetime(), validUntil: z.iso.datetime() }),
  z.strictObject({ status: z.literal('damaged'), file: z.string(), reason: z.string() }),
  z.strictObject({
    status: z.literal('valid'),
    provedAt: z.iso.datetime(),
    validUntil: z.iso.datetime(),
    runs: z.int().positive(),
    cover: z.array(z.string()).min(1),
    changes: z.array(z.string()),
  }),
]);

export const planJson = z.strictObject({
  version: z.literal(1),
  proof: proofStatus,
  playbook,
  identity,
  environment: z.string().nullable(),
  strategy: z.enum(['repair', 'rebuild', 'teardown', 'undo']),
  resumes: z
    .strictObject({
      run: z.string(),
      made: z.array(z.string()),
      deletes: z.array(z.string()),
      tokens: z.record(z.string(), z.string()),
      lingering: z.array(z.strictObject({ component: z.string(), until: z.string() })).optional(),
    })
    .nullable(),
  sandbox: z.boolean(),
  endpoint: z.string().nullable(),
  observedAt: z.iso.datetime(),
  summary: z.strictObject({
    create: count,
    update: count,
    replace: count,
    delete: count,
    wait: count,
    keep: count,
    unknown: count,
    blocked: count,
  }),
  components: z
    .array(
      assessment.extend({
        disposition: z.enum(['keep', 'wait', 'create', 'update', 'replace', 'delete', 'blocked', 'excluded']),
        because: z.string(),
        blockedBy: z.string().nullable(),
        consents: z
          .array(
            z.strictObject({
              reason: z.enum(['ownership', 'referrers', 'unseen', 'cascade', 'loss', 'effect']),
              subject: z.string().min(1),
              what: z.string().min(1),
              given: z.boolean(),
            }),
          )
          .min(1)
          .optional(),
        unchecked: z.array(z.string().min(1)).min(1).optional(),
        missedSeconds: count.optional(),
        managedBy,
        settings: z
          .strictObject({
            said: z.int().min(0),
            kept: z.array(z.string().min(1)),
            from: z.enum(['piece', 'remains', 'run', 'known-good', 'defaults']),
            knownAt: z.iso.datetime().optional(),
            lost: z.array(z.string().min(1)),
            unlike: z.array(z.string().min(1)).min(1).optional(),
            displaced: z.array(z.string().min(1)).min(1).optional(),
            leftOut: z.array(z.string().min(1)).min(1).optional(),
          })
          .optional(),
      }),
    )
    .min(1),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      component: z.string(),
      action,
      because: z.string().min(1),
      after: z.array(z.string()),
      before: z.string().nullable(),
      afterImage: z.json(),
      differences: z.array(difference),
      destructive: z.boolean(),
      effect,
      estimateSeconds: z.number().nonnegative(),
      remedy: z.literal('update').optional(),
    }),
  ),
  totals: z.strictObject({ repair: totals, rebuild: totals }),
  rtoSeconds: z.number().nullable(),
  refusals: z.array(refusal),
  accepted: z.array(consentWord),
  allowDowntime: z.boolean(),
  approvals: z.array(z.string()),
  awsCalls: count,
  forecast: forecast.nullable(),
});

export const savedPlanJson = planJson.extend({
  saved: z.strictObject({
    file: z.string(),
    id: z.string(),
    expiresAt: z.iso.datetime(),
    seal: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

const callCounts = {
  byOperation: z.record(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*:[A-Za-z0-9]+$/), z.int().positive()),
  repeated: z.array(
    z.strictObject({
      operation: z.string(),
      class: z.string(),
      code: z.string(),
      count: z.int().positive(),
      pausedSeconds: z.number().nonnegative(),
    }),
  ),
};
const stepError = z.strictObject({ class: z.string(), code: z.string(), message: z.string() });
const undoes = z.strictObject({
  run: z.string().min(1),
  earlier: z.array(z.string().min(1)).min(1).optional(),
  playbookChanged: z.boolean(),
  notRestored: z.array(z.strictObject({ component: z.string(), what: z.string(), because: z.string() })),
});

export const recoverJson = z.strictObject({
  version: z.literal(1),
  runId: z.string().min(1),
  tool: z.string().regex(/^relight \d/),
  playbook,
  identity,
  environment: z.string().nullable(),
  endpoint: z.string().nullable(),
  sandbox: z.boolean(),
  strategy: z.enum(['repair', 'rebuild', 'teardown', 'undo']),
  planHash: z.string().regex(/^[0-9a-f]{64}$/),
  savedPlan: z.strictObject({ id: z.string(), seal: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  resumes: z.string().nullable(),
  accepted: z.array(consentWord),
  approval: z
    .strictObject({
      how: z.enum(['typed-name', 'typed-yes', 'flags']),
      by: z.string().regex(/^.+@.+$/),
      at: z.iso.datetime(),
    })
    .nullable(),
  result: z.enum(['succeeded', 'partial', 'failed', 'refused']),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  interruption: z.string().nullable(),
  interruptions: z.array(z.strictObject({ at: z.iso.datetime(), reason: z.string() })),
  durationSeconds: z.number().nonnegative(),
  rtoSeconds: z.number().nullable(),
  objective: z.strictObject({
    seconds: z.number().nullable(),
    measuredSeconds: z.number().nonnegative().nullable(),
    met: z.boolean().nullable(),
  }),
  estimateSeconds: z.number().nonnegative(),
  forecast: forecastOutcome.nullable(),
  probed: z.boolean(),
  components: z.array(
    z.strictObject({
      id: z.string(),
      type: z.string(),
      shared: z.boolean(),
      verdict,
      disposition: z.enum(['keep', 'wait', 'create', 'update', 'replace', 'delete', 'blocked', 'excluded']),
      because: z.string(),
      needs: z.array(z.string()),
      outcome: z.enum([
        'kept',
        'created',
        'updated',
        'replaced',
        'deleted',
        'settled',
        'failed',
        'skipped',
        'cut-off',
        'blocked',
        'excluded',
      ]),
      missedSeconds: count.optional(),
      managedBy,
    }),
  ),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      component: z.string(),
      action,
      because: z.string(),
      after: z.array(z.string()),
      destructive: z.boolean(),
      effect,
      estimateSeconds: z.number().nonnegative(),
      status: z.enum(['succeeded', 'failed', 'skipped', 'running', 'pending']),
      startedAt: z.iso.datetime().nullable(),
      finishedAt: z.iso.datetime().nullable(),
      seconds: z.number().nullable(),
      phases: z.array(
        z.strictObject({
          kind: z.enum(['looking', 'waiting', 'acting', 'pausing', 'settling', 'verifying']),
          startedAt: z.iso.datetime(),
          seconds: z.number().positive().nullable(),
          detail: z.string().nullable(),
        }),
      ),
      attempts: count,
      retries: z.array(
        z.strictObject({ at: z.iso.datetime(), error: stepError, pauseSeconds: z.number().nonnegative() }),
      ),
      calls: z.strictObject({ ...callCounts, looks: count }).nullable(),
      detail: z.string().nullable(),
      note: z.string().nullable(),
      error: stepError.nullable(),
      evidence: z
        .array(
          z.strictObject({ source: z.string(), outcome: z.enum(['agrees', 'differs', 'unasked']), detail: z.string() }),
        )
        .optional(),
      rootCauses: z.array(z.string()),
      beforeImage: z.string().nullable(),
    }),
  ),
  approvals: z.array(
    z.strictObject({
      component: z.string(),
      status: z.enum(['requested', 'granted', 'refused']),
      by: z.string().nullable(),
      at: z.iso.datetime(),
      detail: z.string().nullable(),
    }),
  ),
  longestChain: z.array(z.string()),
  longestWaits: z.array(z.strictObject({ step: z.string(), for: z.string(), seconds: z.number().positive() })).max(10),
  removed: z.array(
    z.strictObject({
      component: z.string(),
      step: z.string(),
      at: z.iso.datetime().nullable(),
      what: z.string().nullable(),
      beforeImage: z.string().nullable(),
      accepted: z.array(z.string()).min(1).optional(),
    }),
  ),
  leftUndone: z.array(
    z.strictObject({
      kind: z.enum(['failed', 'cut-off', 'skipped', 'not-begun', 'blocked', 'excluded']),
      component: z.string(),
      step: z.string().nullable(),
      because: z.string().min(1),
      rootCauses: z.array(z.string()),
    }),
  ),
  undoes: undoes.optional(),
  blocked: z.array(
    z.strictObject({ component: z.string(), because: z.string(), accept: z.array(consentWord).min(1).optional() }),
  ),
  awsCalls: count,
  calls: z.strictObject(callCounts).nullable(),
});

/** A past run: the same, and where its journal lies. */
const integrityJson = z.union([
  z.strictObject({ kind: z.literal('unchained') }),
  z.strictObject({ kind: z.literal('chained'), head: z.string().regex(/^[0-9a-f]{64}$/), closed: z.boolean() }),
]);

export const runJson = recoverJson.extend({
  journal: z.strictObject({ place: z.string(), torn: z.boolean(), integrity: integrityJson }),
});

export const runsJson = z.strictObject({
  version: z.literal(1),
  directory: z.string(),
  runs: z.array(
    z.union([
      z.strictObject({
        runId: z.string(),
        journal: z.enum(['sound', 'torn']),
        playbook: z.strictObject({ name: z.string(), file: z.string() }),
        account: z.string().regex(/^\d{12}$/),
        region: z.string(),
        environment: z.string().nullable(),
        endpoint: z.string().nullable(),
        sandbox: z.boolean(),
        strategy: z.enum(['repair', 'rebuild', 'teardown', 'undo']),
        result: z.enum(['succeeded', 'partial', 'failed', 'refused']).nullable(),
        startedAt: z.iso.datetime(),
        finishedAt: z.iso.datetime().nullable(),
        durationSeconds: z.number().nonnegative(),
        objective: recoverJson.shape.objective,
      }),
      z.strictObject({ runId: z.string(), journal: z.literal('empty') }),
      z.strictObject({
        runId: z.string(),
        journal: z.literal('damaged'),
        line: z.int().positive(),
        byte: z.int().nonnegative(),
        reason: z.string().min(1),
      }),
      z.strictObject({ runId: z.string(), journal: z.literal('unreadable'), reason: z.string().min(1) }),
    ]),
  ),
});

/** `relight runs verify`. */
export const verifyJson = z.strictObject({
  version: z.literal(1),
  directory: z.string(),
  runs: z.array(
    z.strictObject({
      runId: z.string(),
      verdict: z.enum(['verified', 'open', 'not-verified', 'empty', 'damaged', 'unreadable']),
      detail: z.string().min(1),
      head: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
      line: z.int().positive().nullable(),
      byte: z.int().nonnegative().nullable(),
      images: z.strictObject({ checked: count, troubles: z.array(z.string()) }),
    }),
  ),
});

/** `relight approve`. */
export const approveJson = z.strictObject({
  version: z.literal(1),
  run: z.string().min(1),
  component: z.string(),
  decision: z.enum(['granted', 'denied']),
  by: z.string().regex(/^.+@.+$/),
  at: z.iso.datetime(),
});

/** Nothing to run: the same head, no run id, and the probes instead of steps. */
export const callsJson = z.strictObject({
  version: z.literal(1),
  runId: z.string().min(1),
  awsCalls: count,
  /** Null of a run whose journal does not tell. */
  explained: z
    .array(
      z.strictObject({
        operation: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*:[A-Za-z0-9]+$/),
        why: z.enum(['identity', 'look', 'check', 'change', 'wait', 'settle', 'verify', 'other']),
        of: z.array(z.string().min(1)),
        count: z.int().positive(),
      }),
    )
    .nullable()
    .transform((told) => told ?? []),
});

export const emptyRunJson = z.strictObject({
  version: z.literal(1),
  runId: z.null(),
  playbook,
  identity,
  environment: z.string().nullable(),
  strategy: z.enum(['repair', 'rebuild', 'teardown', 'undo']),
  result: z.enum(['succeeded', 'failed']),
  steps: z.tuple([]),
  blocked: z.array(
    z.strictObject({ component: z.string(), because: z.string(), accept: z.array(consentWord).min(1).optional() }),
  ),
  probes: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  awsCalls: count,
  durationSeconds: z.literal(0),
});

export const refusedJson = z.strictObject({
  version: z.literal(1),
  runId: z.null(),
  result: z.literal('refused'),
  exitCode: z.literal(3),
  reason: z.string().startsWith('refused: '),
  moved: z
    .array(z.strictObject({ component: z.string(), path: z.string(), then: z.json(), now: z.json() }))
    .min(1)
    .optional(),
  apart: z
    .array(z.strictObject({ where: z.string(), path: z.string(), then: z.json(), now: z.json() }))
    .min(1)
    .optional(),
  refusals: z.array(refusal).min(1).optional(),
  steps: z.tuple([]),
  awsCalls: count,
  durationSeconds: z.literal(0),
});

export const graphJson = z.strictObject({
  version: z.literal(1),
  nodes: z.array(
    z.strictObject({
      id: z.string(),
      type: z.string(),
      shared: z.boolean(),
      owner: z.string().nullable(),
      wave: z.int().positive(),
      estimateSeconds: z.number(),
    }),
  ),
  edges: z.array(z.strictObject({ component: z.string(), needs: z.string(), because: z.array(z.string()) })),
  createOrder: z.array(z.string()),
  deleteOrder: z.array(z.string()),
  waves: z.array(z.array(z.string()).min(1)),
  criticalPath: z.strictObject({ components: z.array(z.string()), seconds: z.number() }),
});

const seen = z.array(z.strictObject({ component: z.string(), verdict, because: z.string().nullable() }));

export const rehearsalJson = z.strictObject({
  version: z.literal(1),
  tool: z.string().startsWith('relight '),
  playbook,
  target: z.strictObject({ account: z.string(), alias: z.string().nullable(), region: z.string() }),
  result: z.enum(['healed', 'refused', 'not-healed']),
  disaster: z.array(
    z.strictObject({
      component: z.string(),
      state: z.enum([
        'foreign',
        'guarded',
        'drifted',
        'dangling',
        'held',
        'handed-over',
        'displaced',
        'lost',
        'unhealthy',
        'settling',
        'wanting',
        'wanting-secret',
        'wanting-image',
        'wanting-parameter',
        'wanting-certificate',
        'wanting-security-group',
        'wanting-subnet',
        'unreadable',
      ]),
      what: z.string().nullable(),
      also: z.array(z.string()),
    }),
  ),
  startedAt: z.iso.datetime(),
  seconds: z.number().nonnegative(),
  rtoSeconds: z.number().nullable(),
  objective: z.enum(['met', 'missed']).nullable(),
  before: seen,
  plan: z.array(z.string()).nullable(),
  runs: z.array(
    z.strictObject({
      operator: count,
      strategy: z.enum(['repair', 'rebuild', 'teardown']).nullable(),
      from: z.number().nonnegative(),
      to: z.number().nonnegative(),
      outcome: z.enum(['succeeded', 'partial', 'failed', 'refused', 'turned-away', 'idle', 'blocked', 'killed']),
      exitCode: z.int().nullable(),
      reason: z.string().nullable(),
      steps: z.array(
        z.strictObject({
          id: z.string(),
          component: z.string(),
          action,
          status: z.enum(['succeeded', 'failed', 'skipped', 'running', 'pending']),
          because: z.string(),
          from: z.number().nullable(),
          to: z.number().nullable(),
          detail: z.string().nullable(),
        }),
      ),
    }),
  ),
  events: z.array(z.strictObject({ at: z.number().nullable(), text: z.string() })),
  faults: z.array(z.strictObject({ kind: z.string(), text: z.string(), at: z.number().nonnegative(), hits: count })),
  dark: z.array(
    z.strictObject({
      name: z.string(),
      waits: z.array(
        z.strictObject({ component: z.string().nullable(), because: z.array(z.string()).min(1), text: z.string() }),
      ),
    }),
  ),
  end: z.strictObject({
    healthy: z.boolean(),
    serving: z.boolean(),
    verdicts: seen,
    probes: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
    stepsLeft: z.array(z.string()),
  }),
  calls: z.strictObject({ total: count, changes: count, deletes: count, byOperation: z.record(z.string(), count) }),
});

export const rehearsalsJson = z.strictObject({
  version: z.literal(1),
  summary: z.strictObject({
    rehearsals: count,
    failed: count,
    badFiles: z.array(z.string()),
    seconds: z.number().nonnegative(),
  }),
  rehearsals: z.array(
    z.strictObject({
      file: z.string(),
      name: z.string(),
      holds: z.boolean(),
      expectations: z.array(
        z.strictObject({
          name: z.string(),
          line: z.int(),
          column: z.int(),
          holds: z.boolean(),
          diff: z.array(z.string()),
        }),
      ),
      report: rehearsalJson,
    }),
  ),
});

const proofSummary = certificateSchema.pick({
  tool: true,
  seed: true,
  cover: true,
  runs: true,
  recovery: true,
  stoppedBecause: true,
  rate: true,
});

export const proofJson = z.strictObject({
  version: z.literal(1),
  result: z.enum(['proved', 'broken', 'undeployable']),
  playbook: z.strictObject({ name: z.string(), file: z.string(), digest: z.string().regex(/^[0-9a-f]{64}$/) }),
  quick: z.boolean(),
  summary: proofSummary.nullable(),
  counterExamples: z.array(
    z.strictObject({
      promise: z.enum(Object.keys(promises)),
      components: z.array(z.string()),
      pieces: z.record(z.string(), z.string()).nullable(),
      strategy: z.enum(['repair', 'rebuild']),
      twist: z.string().nullable(),
      accepted: z.array(consentWord),
      recoveries: z.int().min(0),
      disaster: z.string(),
      expected: z.string(),
      seen: z.string(),
      said: z.array(z.string()),
      told: z.array(z.string()),
      look: z.array(z.string()),
      file: z.string().nullable(),
      replay: z.string(),
    }),
  ),
  certificate: z
    .strictObject({
      file: z.string(),
      page: z.string(),
      provedAt: z.iso.datetime(),
      validUntil: z.iso.datetime(),
      seal: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .nullable(),
});

/** What a proof has found, without how quickly. */
export function foundIn(json: string): { readonly workers: number | undefined; readonly found: unknown } {
  const { counterExamples, summary } = proofJson.parse(JSON.parse(json));
  return { workers: summary?.rate.workers, found: { counterExamples, summary: { ...summary, rate: null } } };
}
