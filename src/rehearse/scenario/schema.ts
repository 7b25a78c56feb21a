// The shape of a rehearsal file. Strict: a key that is not named here is a mistake. The descriptions end up in the JSON
// Schema that editors show, and docs/rehearsals.md explains each word.
import { z } from 'zod';
import { verdicts } from '../../assess/assessment.ts';
import { componentIdPattern, apiVersion, duration, namePattern } from '../../playbook/schema.ts';
import { faultSchemaFor, servicesWith, type Services } from '../../sandbox/index.ts';
import { darkName, expectedDark } from '../disaster/darkness.ts';
import { pieceStates } from '../disaster/disaster.ts';
import { outcomes } from '../report/outcome.ts';

const componentId = z.string().regex(componentIdPattern, { error: 'expected the id of a component' });
const pieceState = z.enum(pieceStates);
const strategy = z.enum(['repair', 'rebuild', 'teardown']);

const caller = z
  .strictObject({
    account: z
      .string({ error: 'expected 12 digits' })
      .regex(/^\d{12}$/, { error: 'expected 12 digits' })
      .describe('Account that the credentials belong to.'),
    alias: z.string().min(3).max(63).optional().describe("That account's alias."),
  })
  .describe("Where the operator's credentials lead; the playbook's own account unless told.");

const darkEntry = z
  .string({ error: `expected ${expectedDark}` })
  .max(512)
  .refine((text) => darkName(text) !== undefined, { error: `expected ${expectedDark}` });

const commandWords = z.strictObject({
  strategy: strategy.optional().describe("repair, rebuild or teardown; the playbook's unless told."),
  attempts: z
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe('How often the command is typed, at most: again while it has not done all.'),
  untilIdle: z
    .boolean()
    .default(false)
    .describe('The command is typed again also after a success, until nothing is left to do.'),
  pause: duration({ zero: true }).prefault('30s').describe('How long after its end the command is typed again.'),
  exclude: z.array(componentId).default([]).describe('Components that are left alone: --exclude.'),
  accept: z
    .array(z.string().min(1))
    .default([])
    .describe('What is let happen although something speaks against it, such as dns:ownership: --accept.'),
  allowDowntime: z.boolean().default(true).describe('Pieces that serve may be taken down: --allow-downtime.'),
  caller: caller.optional(),
  dieAfter: z
    .int()
    .min(1)
    .optional()
    .describe('The process dies right after so many journal records; the command is typed again at once.'),
  maxDeletes: z.int().min(0).optional().describe("In the place of the playbook's own limit, for this rehearsal."),
  savedPlan: z
    .strictObject({
      set: z
        .record(componentId, pieceState)
        .default({})
        .describe('Brings components into a state once the plan is saved, before it is run.'),
      twice: z.boolean().default(false).describe('It is run a second time.'),
    })
    .optional()
    .describe('A plan is saved first, and the command runs it: --plan.'),
});

const command = commandWords.refine(
  ({ attempts, dieAfter, savedPlan, untilIdle }) =>
    savedPlan === undefined || (attempts === 1 && !untilIdle && dieAfter === undefined),
  { error: 'expected no attempts, untilIdle or dieAfter: a saved plan is run once, or twice', path: ['savedPlan'] },
);

const happenings = ['set', 'fault', 'calm', 'recover', 'kill'] as const;

const exitCode = z.int().min(0).max(5);
const outcome = z.enum(outcomes);
const verdictMap = z.record(componentId, z.enum(verdicts));
const count = z.int().min(0);

const then = z
  .strictObject({
    before: verdictMap.optional().describe('What the recovery sees first; components not named are healthy.'),
    plan: z.array(z.string().min(1)).optional().describe('Ids of the steps of the plan, in any order.'),
    outcome: outcome
      .optional()
      .describe("What came of the first operator's command, of its last try if it was typed again."),
    exit: exitCode.optional().describe('Exit code of that command.'),
    reason: z.string().min(1).optional().describe('Text that the reason of a refusal or failure contains.'),
    others: z
      .array(
        z.strictObject({
          outcome: outcome.optional(),
          exit: exitCode.optional(),
          reason: z.string().min(1).optional(),
        }),
      )
      .optional()
      .describe('What came of the commands that others typed, in the order of `when`.'),
    end: z
      .union([z.literal('healthy'), verdictMap])
      .optional()
      .describe('How the components are at the end; those not named are healthy.'),
    serving: z.boolean().optional().describe("Whether the playbook's probes pass at the end."),
    stepsLeft: z.array(z.string().min(1)).optional().describe('Steps that a second recovery would do.'),
    within: duration().optional().describe('Longest time that the recovery may take, in AWS time.'),
    calls: count.optional().describe('Most AWS calls.'),
    changes: count.optional().describe('Most calls that change something; 0: nothing is changed.'),
    deletes: count.optional().describe('Most calls that delete something.'),
    promises: z.literal('kept').optional().describe('All that relight prove checks holds.'),
    untouched: z.array(componentId).optional().describe('Components that no step changes.'),
  })
  .describe('What must hold.');

const schemas = new WeakMap<Services, ReturnType<typeof schemaWith>>();

/** A whole rehearsal file, of whose faults these services know. */
export function rehearsalSchemaFor(services = servicesWith()): ReturnType<typeof schemaWith> {
  let schema = schemas.get(services);
  if (schema === undefined) schemas.set(services, (schema = schemaWith(services)));
  return schema;
}

function schemaWith(services: Services) {
  const fault = faultSchemaFor(services);
  const given = z
    .strictObject({
      playbook: z.string().min(1).describe('The playbook, beside this file.'),
      params: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .default({})
        .describe('Parameters: --param.'),
      deployed: z.boolean().default(true).describe("False: nothing of the playbook's own is there yet."),
      pieces: z
        .record(componentId, pieceState)
        .default({})
        .describe('The state of each component that is not healthy when the recovery begins.'),
      faults: z.array(fault).max(100).default([]).describe('Faults in force from the beginning.'),
      dark: z.array(darkEntry).max(50).default([]).describe('Names that do not answer for the whole recovery: --dark.'),
      lock: z.boolean().default(false).describe('Commands take the lock of the playbook: one at a time.'),
    })
    .describe('How things are before the recovery.');

  const happening = z
    .strictObject({
      at: duration({ zero: true }).describe('How long after the recovery began; at 0s it comes first.'),
      set: z
        .record(componentId, pieceState)
        .optional()
        .describe('Brings components into a state, as `given.pieces` does.'),
      fault: fault.optional().describe('Sets a fault.'),
      calm: z.literal(true).optional().describe('Ends all faults.'),
      recover: command.optional().describe('Somebody else types a command.'),
      kill: z
        .strictObject({
          restart: duration({ zero: true })
            .optional()
            .describe('How long after it the command is typed again; never unless told.'),
        })
        .optional()
        .describe('Kills the process of the first operator'),
    })
    .refine((entry) => happenings.filter((kind) => entry[kind] !== undefined).length === 1, {
      error: `expected exactly one of ${happenings.slice(0, -1).join(', ')} and ${happenings.at(-1) ?? ''}`,
      when: ({ value, issues }) =>
        typeof value === 'object' && value !== null && issues.every((each) => each.code !== 'unrecognized_keys'),
    });

  return z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal('Rehearsal'),
    metadata: z.strictObject({
      name: z
        .string()
        .regex(namePattern, {
          error: 'expected lower-case letters, digits and hyphens, starting with a letter; at most 63',
        })
        .describe('What the test runner calls it.'),
      description: z.string().max(1000).optional(),
    }),
    given,
    recover: command.prefault({}).describe("The first operator's command."),
    when: z.array(happening).max(100).default([]).describe('What happens during the recovery.'),
    then,
  });
}

export type RehearsalFile = z.infer<ReturnType<typeof schemaWith>>;
export type CommandEntry = z.infer<typeof command>;
export type Expectations = RehearsalFile['then'];
