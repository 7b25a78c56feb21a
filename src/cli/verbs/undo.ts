// relight undo: takes a run back. The inverse is a plan like any other: shown, asked for, journalled, itself undoable.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Known } from '../../assess/proof.ts';
import {
  asAskedAndWilling,
  lookBeforeUndo,
  playbookBeforeRun,
  planUndo,
  propose,
  type Assessed,
  type PlannedUndo,
} from '../../engine.ts';
import type { Forecast } from '../../forecast/forecast.ts';
import type { Playbook } from '../../playbook/model.ts';
import { planText } from '../../report/plan-text.ts';
import type { Place } from '../../report/place-text.ts';
import { readImage } from '../../run/journal/images.ts';
import { changesMadeIn, type Records } from '../../undo/changes-made.ts';
import { recall, type PastRun } from '../../undo/past.ts';
import { asRun, carryOut } from '../changing/carry-out.ts';
import { openKnownGood } from '../state/known-good.ts';
import { planAccepting } from '../changing/consenting.ts';
import { knownOf } from '../state/earlier-writes.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { forecastOf } from '../changing/forecast.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { inLockedSession } from '../state/locked-session.ts';
import type { LockOption } from '../state/locking.ts';
import {
  allowancesIn,
  excludedComponents,
  refuseUnknown,
  retypedWords,
  whereWords,
  type AllowanceOptions,
  type ApprovalOptions,
  type GlobalOptions,
} from '../options.ts';
import { notifying, type Endings, type NotifyOption } from '../notify/run-end.ts';
import { patienceFor } from '../changing/patience.ts';
import { planExitCode } from './plan.ts';
import { chainOf, readableIn, recordsOf } from '../state/run-chain.ts';
import { findRun } from '../state/run-store.ts';
import { insistOnSandbox, wasSameKind } from '../state/same-place.ts';
import { openCliSession, readPlaybook, stateDirectoryOf, type CliSession } from '../place/session.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText, linesText } from '../../util/shown.ts';

export type UndoOptions = GlobalOptions &
  ApprovalOptions &
  AllowanceOptions &
  LockOption &
  NotifyOption & {
    readonly endings?: Endings;
    /** The playbook, where it is not the file that the run names. */
    readonly playbook?: string | undefined;
    /** Show the plan and change nothing. */
    readonly dryRun?: boolean;
    /** The run has no end in its journal, and nothing works on it any more. */
    readonly cutOff?: boolean;
  };

export function undo(name: string, options: UndoOptions, io: Io): Promise<ExitCode> {
  return notifying(options, io, (told) => asRun(() => takeBack(name, { ...options, ...told }, io)));
}

async function takeBack(name: string, options: UndoOptions, io: Io): Promise<ExitCode> {
  const directory = join(stateDirectoryOf(options, io), 'runs');
  const run = findRun(directory, name);
  const records = recordsOf(run);
  const others = readableIn(directory, io);
  const chain = chainOf(records, others);
  if (changesMadeIn(chain).size === 0) return nothingDone(run.runId, options, io);
  await insistOnSandbox(records[0], options, io);
  refuseUnlessOver(records, others, options);

  const playbook = playbookOf(records, options, io);
  const excluded = excludedComponents(options, playbook);
  const { accepting, allowDowntime } = allowancesIn(options, playbook);
  refuseUnknown('--approve', options.approve, playbook);
  const again = commandFor(run.runId, options);
  const past = pastOf(chain, others, excluded, directory, again);
  refuseOtherTypes(past, playbook, chain, options);
  const before = playbookBeforeRun(playbook, past);
  const plannedIn = (cli: CliSession, ran: PastRun, seen: Assessed, known: Known | undefined): Promise<PlannedUndo> =>
    planAccepting(accepting, options, io, async (accepted) => {
      const request = { excluded, allowDowntime, accepted, ...(known === undefined ? {} : { known }) };
      const [draft, willing] = asAskedAndWilling(cli.session, request);
      const planned = (each: typeof request): PlannedUndo => planUndo(cli.session, seen, playbook, ran, each);
      const knowing = await lookBeforeUndo(seen, [planned(draft), planned(willing)]);
      return planUndo(cli.session, knowing, playbook, ran, request);
    });
  const foretell = (cli: CliSession, { assessed, plan, session }: PlannedUndo): Promise<Forecast | undefined> =>
    forecastOf({ ...cli, session }, { observations: assessed.observations }, plan, { verify: false });
  if (options.dryRun === true) {
    const cli = await openCliSession(before, 'read', options, io);
    refuseElsewhere(records, cli.place);
    const { plan, forecast } = await propose(cli.session, {
      kind: 'undo',
      known: (assessed) => knownOf(cli, assessed),
      plan: (assessed, known) => plannedIn(cli, past, assessed, known),
      forecast: (planned) => foretell(cli, planned),
    });
    const { endpoint, sandbox } = cli.place;
    const json = { ...plan, forecast: forecast ?? null, sandbox, endpoint };
    io.out(options.json === true ? jsonText(json) : planText(plan, cli.paint, forecast));
    return planExitCode(plan);
  }
  return inLockedSession(before, 'undo', options, io, (locked) => {
    // While the lock was waited for, somebody else may have taken the run back.
    const now = readableIn(directory);
    refuseUnlessOver(records, now, options);
    const ran = pastOf(chain, now, excluded, directory, again);
    const { cli } = locked;
    refuseElsewhere(records, cli.place);
    return carryOut(
      {
        kind: 'undo',
        patience: patienceFor(excluded, options, io),
        keeper: openKnownGood(cli, { ahead: false }),
        plan: (assessed, known) => plannedIn(cli, ran, assessed, known),
        forecast: (planned) => foretell(cli, planned),
      },
      locked,
      { ...options, verify: false },
      io,
    );
  });
}

function nothingDone(runId: string, options: UndoOptions, io: Io): ExitCode {
  if (options.json !== true) io.out(linesText([`run ${runId} changed nothing: there is nothing to undo`]));
  else {
    const empty = { version: 1, runId: null, strategy: 'undo', result: 'succeeded', undoes: { run: runId } };
    io.out(jsonText({ ...empty, steps: [], blocked: [], awsCalls: 0, durationSeconds: 0 }));
  }
  return exitCodes.fine;
}

function refused(text: string): UserError {
  return new UserError(`refused: ${text}`, exitCodes.refused);
}

/** The command for a run, with the options of this one. */
function commandFor(runId: string, options: UndoOptions, more: readonly string[] = []): string {
  const { cutOff, dryRun, playbook } = options;
  const words = [
    ...(playbook === undefined ? [] : ['--playbook', playbook]),
    ...(cutOff === true ? ['--cut-off'] : []),
    ...(dryRun === true ? ['--dry-run'] : []),
    ...more,
  ];
  const unique = [...new Set(words)].map((each) => ` ${shellWord(each)}`);
  return `relight undo ${shellWord(runId)}${retypedWords(options)}${unique.join('')}`;
}

/** Only what has come to its end can be taken back, and only once. */
function refuseUnlessOver(records: Records, others: readonly Records[], options: UndoOptions): void {
  const { runId } = records[0];
  const later = others.find(([first]) => first.plan.resumes?.run === runId);
  if (later !== undefined) {
    throw refused(
      `run ${later[0].runId} went on with run ${runId}. Take back both: ${commandFor(later[0].runId, options)}`,
    );
  }
  const undoneIn = undoOf(runId, others);
  if (undoneIn !== undefined) {
    const { runId: by } = undoneIn[0];
    const changes = [...changesMadeIn([undoneIn])];
    const made = changes.filter(([, { before, last }]) => last === 'create' && before === undefined).map(([id]) => id);
    const loss = made.length === 0 ? '' : `, and delete ${made.join(', ')}, which it made again`;
    throw refused(
      `run ${runId} has been undone already, by run ${by}. To undo that one would do what ${runId} did once more${loss}. ` +
        `What that comes to is shown, and nothing changed, by: ${commandFor(by, options, ['--dry-run'])}`,
    );
  }
  if (records.some((each) => each.type === 'run-finished') || options.cutOff === true) return;
  const { undoes } = records[0].plan;
  if (undoes !== undefined) {
    throw refused(
      `run ${runId} is itself an undo and has not come to its end. Go on with it: ${commandFor(undoes.run, options)}. To take ` +
        `back what it did, once nothing works on it any more: ${commandFor(runId, options, ['--cut-off'])}`,
    );
  }
  throw refused(
    `run ${runId} has not come to its end: it may be going on still. Wait for it; or go on with it: ` +
      `relight runs resume ${shellWord(runId)}${whereWords(options)}. If it was cut off and nothing works on it any more: ` +
      commandFor(runId, options, ['--cut-off']),
  );
}

/** The run that took this one back, unless that one has been taken back itself. */
function undoOf(runId: string, runs: readonly Records[]): Records | undefined {
  return runs
    .filter(([first]) => first.plan.undoes?.run === runId)
    .filter((records) => records.some((each) => each.type === 'run-finished' && each.result === 'succeeded'))
    .find(([first]) => undoOf(first.runId, runs) === undefined);
}

function playbookOf(records: Records, options: UndoOptions, io: Io): Playbook {
  const [{ plan, runId }] = records;
  const file = options.playbook ?? plan.playbook.file;
  if (!existsSync(pathIn(io, file))) {
    throw new UserError(
      `${file}: no such file; run ${runId} was made with it. Elsewhere: ${commandFor(runId, { ...options, playbook: undefined })} --playbook <file>`,
    );
  }
  const playbook = readPlaybook(file, options, io);
  if (playbook.metadata.name === plan.playbook.name) return playbook;
  throw refused(
    `run ${runId} is one of playbook ${plan.playbook.name}, and ${file} is ${playbook.metadata.name}. ` +
      `Nothing was changed. Give the right one: ${commandFor(runId, { ...options, playbook: undefined })} --playbook <file>`,
  );
}

function pastOf(
  chain: readonly [...Records[], Records],
  others: readonly Records[],
  excluded: ReadonlySet<string>,
  directory: string,
  again: string,
): PastRun {
  const runIds = new Set(chain.map(([first]) => first.runId));
  // Whether it reached its end or not, what an undo began is not somebody else's doing.
  const begunUndos = others.filter(([first]) => runIds.has(first.plan.undoes?.run ?? ''));
  const recalled = recall(chain, (mention) => readImage(join(directory, mention.runId), mention, again), {
    excluded,
    begunUndos: begunUndos.filter(([first]) => undoOf(first.runId, others) === undefined),
  });
  if (recalled.kind === 'sound') return recalled.past;
  throw new UserError(
    `what was there before cannot be told:\n${recalled.troubles.map((each) => `  ${each}`).join('\n')}`,
  );
}

/** Every piece must have its place in the playbook: order, references and protection come from there. */
function refuseOtherTypes(past: PastRun, playbook: Playbook, chain: readonly Records[], options: UndoOptions): void {
  const typeThen = new Map(chain.flatMap(([{ plan }]) => plan.components.map((each) => [each.id, each.type] as const)));
  const others = [...past.pieces.keys()].filter((id) => playbook.components.get(id)?.type !== typeThen.get(id));
  if (others.length === 0) return;
  const file = options.playbook ?? playbook.file;
  throw refused(
    `${file} does not have ${others.join(', ')} as run ${past.runId} knew ${others.length === 1 ? 'it' : 'them'}. ` +
      `Nothing was changed. Give the playbook as it was then: ${commandFor(past.runId, { ...options, playbook: undefined })} --playbook <file>`,
  );
}

function refuseElsewhere([first]: Records, place: Place): void {
  const { endpoint = null, plan, runId, sandbox } = first;
  const there = `account ${plan.identity.account}, ${plan.identity.region}`;
  if (plan.identity.account !== place.account || plan.identity.region !== place.region) {
    throw refused(
      `run ${runId} was one in ${there}; this is account ${place.account}, ${place.region}. Nothing was changed.`,
    );
  }
  if (wasSameKind(first, place)) return;
  if (sandbox === place.sandbox) {
    const word = (one: string | null): string => (one === null ? 'AWS itself' : `the endpoint ${one}`);
    throw refused(
      `run ${runId} was one at ${word(endpoint)}, and this is ${word(place.endpoint)}. Nothing was changed.`,
    );
  }
  throw refused(
    sandbox
      ? `run ${runId} was one in a sandbox, and this is none. Nothing was changed. Add --sandbox, or the sandbox's endpoint.`
      : `run ${runId} was one in AWS itself, and this is a sandbox. Nothing was changed.`,
  );
}
