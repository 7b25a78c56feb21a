// The command line: verbs and their options. Each verb is a file; this one only wires them.
import { Command, CommanderError } from 'commander';
import { AnotherPlace } from '../aws/endpoints/answer-place.ts';
import { graphFormats } from '../graph/picture.ts';
import { policyPurposes } from '../permissions/policy.ts';
import { version } from '../version.ts';
import type { AdoptOptions } from './verbs/adopt.ts';
import type { ApproveOptions } from './verbs/approve.ts';
import type { CompareOptions } from './verbs/compare.ts';
import type { DoctorOptions } from './verbs/doctor.ts';
import { exitCodes, UserError, type ExitCode } from './exit.ts';
import { redactingOutput } from './terminal/redacting-output.ts';
import { policyFormats, rehearsalFormats, reportFormats } from './formats.ts';
import type { Io } from './terminal/io.ts';
import { machineFailure } from './terminal/machine-failure.ts';
import type { Surroundings } from './surroundings.ts';
import type { LockOptions } from './verbs/lock.ts';
import {
  addAllowanceOptions,
  addApprovalOptions,
  addAwsOptions,
  addAloneOption,
  addLockOption,
  addNotifyOption,
  addOutputOptions,
  addPairOptions,
  addPlaybookOptions,
  addReachOptions,
  addStateOptions,
  addTypesOption,
  loadNamedTypes,
  repeated,
  positiveNumber,
  positiveWhole,
  wholeNumber,
  type ApprovalOptions,
  type GlobalOptions,
} from './options.ts';
import type { PermissionsOptions } from './verbs/permissions.ts';
import type { KnownGoodOptions } from './verbs/known-good.ts';
import type { NotifyVerbOptions } from './verbs/notify.ts';
import type { PlanOptions } from './verbs/plan.ts';
import type { RehearseOptions } from './verbs/rehearse.ts';
import type { ProveCommandOptions } from './verbs/prove.ts';
import type { RecoverOptions } from './changing/recover-playbook.ts';
import { addScans } from './program-scans.ts';
import type { RunReportOptions, RunsOptions } from './verbs/runs.ts';
import type { ServeCommandOptions } from './verbs/sandbox.ts';
import type { FaultOptions } from './place/sandbox-fault.ts';
import type { UndoOptions } from './verbs/undo.ts';
import { bugText } from './terminal/bug.ts';
import { jsonText } from '../util/shown.ts';

/**
 * Runs one command and returns the exit code. Only bugs are thrown.
 *
 * @param around what scans and watches have around them; the machine's own unless told
 */
export async function runCli(argv: readonly string[], terminal: Io, around?: Surroundings): Promise<ExitCode> {
  const answered = { yet: false };
  const io = redactingOutput(terminal, argv, () => {
    answered.yet = true;
  });
  let exitCode: ExitCode = exitCodes.fine;
  const program = makeProgram(
    io,
    (code) => {
      exitCode = code;
    },
    around,
  );
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    const error =
      thrown instanceof AnotherPlace
        ? new UserError(`refused: wrong place: ${thrown.message}. Nothing was changed.`, exitCodes.refused)
        : (machineFailure(thrown) ?? thrown);
    if (error instanceof UserError) {
      if (error.message !== '') io.err(`${error.message}\n`);
      if (argv.includes('--json') && !answered.yet) io.out(errorJson(error));
      return error.exitCode;
    }
    if (error instanceof CommanderError && error.code === 'commander.version')
      io.err(nodeNotice(process.versions.node));
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.error;
    io.err(bugText(error));
    return exitCodes.error;
  }
}

/** A script that asked for JSON gets some, whatever came in the way. */
function errorJson({ details, exitCode, message }: UserError): string {
  const result = exitCode === exitCodes.refused ? 'refused' : 'error';
  return jsonText({ version: 1, result, exitCode, reason: message, ...details });
}

/** Node 20 reached its end of life on 2026-04-30; AWS SDK versions published after the first week of 2027 need 22. */
function nodeNotice(node: string): string {
  return Number.parseInt(node, 10) >= 22
    ? ''
    : `note: Node ${node} is past its end of life, and the AWS SDK of 2027 needs Node 22: plan to upgrade\n`;
}

function makeProgram(io: Io, done: (code: ExitCode) => void, around: Surroundings | undefined): Command {
  const program = new Command('relight')
    .description('Brings a dark AWS service back, in order.')
    .version(version, '-V, --version')
    .showHelpAfterError('(add --help for the options)')
    .addHelpText(
      'after',
      '\nExit codes: 0 fine · 1 error or bad usage · 2 drift or changes pending · 3 refused by a guard · ' +
        '4 something could not be seen · 5 the run failed or did only a part\n' +
        '\nWithout an AWS account: rehearse and prove ask for none; commands that look at AWS take --sandbox.',
    )
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .hook('preAction', (_program, command) => loadNamedTypes(command, io));

  addLooks(program, io, done, around);
  addRecoveries(program, io, done);
  addRehearse(program, io, done);
  addProve(program, io, done);
  addChecks(program, io, done);
  addRuns(program, io, done);
  addLock(program, io, done);
  addKnownGood(program, io, done);
  addNotify(program, io, done);
  addSandbox(program, io, done);
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  return program;
}

function addLooks(program: Command, io: Io, done: (code: ExitCode) => void, around: Surroundings | undefined): void {
  addPlaybookOptions(program.command('validate <playbook...>'))
    .description('check playbooks: all mistakes at once, and what concerns several of them; - reads standard input')
    .action(async (files: readonly string[], options: GlobalOptions) => {
      const { validate } = await import('./verbs/validate.ts');
      done(await validate(files, options, io));
    });
  addPlaybookOptions(program.command('graph <playbook>'))
    .description('show the dependency graph, its orders and its critical path')
    .option('--format <format>', graphFormats.join(', '))
    .action(async (file: string, options: GlobalOptions & { format?: string }) => {
      const { graph } = await import('./verbs/graph.ts');
      done(graph(file, options, io));
    });
  addAwsOptions(program.command('status <playbook>'))
    .description('look at every component and judge it')
    .action(async (file: string, options: GlobalOptions) => {
      const { status } = await import('./verbs/status.ts');
      done(await status(file, options, io));
    });
  addPairOptions(program.command('compare <left> <right>'))
    .description('what AWS says of two services, staging and production say: what differs and is not said to differ')
    .addOption(repeated('--map <left=right>', 'two ids that are one component; may be repeated'))
    .option('--out <file>', 'write the comparison to a page (.html), or to a .json file')
    .action(async (left: string, right: string, options: CompareOptions) => {
      const { compare } = await import('./verbs/compare.ts');
      done(await compare(left, right, options, io));
    });
  addScans(program, io, done, around);
  addAwsOptions(program.command('adopt <playbook> [component...]'))
    .description("record that pieces of which nothing proves it are the playbook's; changes none of them")
    .option('--list', 'show what was adopted')
    .option('--forget', 'take it back')
    .option('--yes', 'do not ask')
    .option('--confirm <playbook>', "with --yes, in production: the playbook's name")
    .action(async (file: string, ids: readonly string[], options: AdoptOptions) => {
      const { adopt } = await import('./verbs/adopt.ts');
      done(await adopt(file, ids, options, io));
    });
}

function addRecoveries(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addAllowanceOptions(addAwsOptions(program.command('plan <playbook>')))
    .description('show what a recovery would do, and why; changes nothing')
    .option('--strategy <strategy>', "repair or rebuild; default: the playbook's")
    .option('--out <file>', 'save the plan, to be run by recover --plan')
    .option('--anew', 'do not go on with an unfinished run: begin from scratch')
    .option('--plan-ttl <duration>', 'how long a saved plan may be run; default: 15m')
    .action(async (file: string, options: PlanOptions) => {
      const { plan } = await import('./verbs/plan.ts');
      done(await plan(file, options, io));
    });
  addNotifyOption(
    addAloneOption(
      addLockOption(addApprovalOptions(addAllowanceOptions(addAwsOptions(program.command('recover [playbook]'))))),
    ),
  )
    .description('plan, ask, and bring the service back in order')
    .option('--strategy <strategy>', "repair or rebuild; default: the playbook's")
    .option('--no-verify', "skip the playbook's probes (the components' own checks are made all the same)")
    .option('--anew', 'do not go on with an unfinished run: begin from scratch')
    .option('--plan <file>', 'run this saved plan, as it is; the playbook is the one it was made from')
    .action(async (file: string | undefined, options: RecoverOptions) => {
      const { recover } = await import('./verbs/recover.ts');
      done(await recover(file, options, io));
    });
  addNotifyOption(
    addAloneOption(
      addLockOption(addApprovalOptions(addAllowanceOptions(addAwsOptions(program.command('teardown <playbook>'))))),
    ),
  )
    .description('plan, ask, and take the service down in order; shared and protected pieces stay')
    .action(async (file: string, options: RecoverOptions) => {
      const { teardown } = await import('./verbs/recover.ts');
      done(await teardown(file, { ...options, verify: false }, io));
    });
  addNotifyOption(
    addAloneOption(
      addLockOption(addApprovalOptions(addAllowanceOptions(addAwsOptions(program.command('undo <run>'))))),
    ),
  )
    .description('plan, ask, and take back what a run did, as far as AWS lets it')
    .option('--playbook <file>', "the playbook; default: the run's")
    .option('--dry-run', 'show the plan and change nothing')
    .option('--cut-off', 'the run did not come to its end, and nothing works on it any more')
    .action(async (run: string, options: UndoOptions) => {
      const { undo } = await import('./verbs/undo.ts');
      done(await undo(run, options, io));
    });
}

function addChecks(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addLockOption(addAwsOptions(program.command('doctor <playbook>')))
    .description('check whether a recovery could begin: place, permissions, prerequisites, leftover runs')
    .action(async (file: string, options: DoctorOptions) => {
      const { doctor } = await import('./verbs/doctor.ts');
      done(await doctor(file, options, io));
    });
  addPlaybookOptions(program.command('permissions <playbook>'))
    .description('print the smallest IAM policy for a playbook')
    .option('--for <purpose>', policyPurposes.join(' or '), 'recover')
    .option('--format <format>', policyFormats.join(', '), 'iam-json')
    .option('--beyond', 'with what scans need that look for what is in no playbook')
    .option('--memory <place>', 'with what scans need that a team remembers: dynamodb://<table>')
    .option('--notify <file>', 'with what the topics of this file of receivers need')
    .action(async (file: string, options: PermissionsOptions) => {
      const { permissions } = await import('./verbs/permissions.ts');
      done(permissions(file, options, io));
    });
  addOutputOptions(program.command('approve <run> <component>'))
    .description('approve, or deny, a component that a run waits for; the run may be another process')
    .option('--deny', 'say no')
    .option('--state-dir <dir>', 'where runs are kept', '.relight')
    .action(async (run: string, component: string, options: ApproveOptions) => {
      const { approve } = await import('./verbs/approve.ts');
      done(approve(run, component, options, io));
    });
}

function addRehearse(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addPlaybookOptions(program.command('rehearse <file...>'))
    .description('play a disaster and its recovery in an embedded AWS: of a playbook, or as rehearsal files say')
    .addOption(repeated('--lose <component>', 'delete it by hand; may be repeated; the root unless told'))
    .addOption(repeated('--drift <component>', 'change a field of it by hand; may be repeated'))
    .addOption(repeated('--dangling <component>', 'let it refer to what is gone; may be repeated'))
    .addOption(repeated('--unhealthy <component>', 'let it be there and not work; may be repeated'))
    .addOption(repeated('--settling <component>', 'let AWS still be at work on it; may be repeated'))
    .addOption(repeated('--foreign <component>', "let it carry another playbook's tag; may be repeated"))
    .addOption(repeated('--guarded <component>', 'let it carry the tag that protects it; may be repeated'))
    .addOption(repeated('--held <component>', 'let AWS refuse to delete it; may be repeated'))
    .addOption(repeated('--handed-over <component>', 'let something else deploy it; may be repeated'))
    .addOption(repeated('--displaced <component>', "put somebody else's piece in its place; may be repeated"))
    .addOption(repeated('--wanting <component>', 'take away what it needs; may be repeated'))
    .addOption(repeated('--unreadable <component>', 'let AWS deny reading it; may be repeated'))
    .addOption(repeated('--dark <name>', 'let a name that others provide not answer while recovering; may be repeated'))
    .option(
      '--fault <fault>',
      "throttle:ecs:CreateService:1, targets-unhealthy:<service>, or '{ kind: ... }' as in a file; may be repeated",
      (fault: string, others: readonly string[]) => [...others, fault],
      [],
    )
    .option('--strategy <strategy>', "repair or rebuild; default: the playbook's")
    .option('--seed <n>', 'random durations of AWS, the same for the same seed', wholeNumber('--seed'))
    .option('--format <format>', rehearsalFormats.join(', '))
    .option('--out <file>', 'write the result to a file')
    .action(async (files: string[], options: RehearseOptions) => {
      const { rehearse } = await import('./verbs/rehearse.ts');
      done(await rehearse(files, options, io));
    });
}

function addProve(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addPlaybookOptions(program.command('prove <playbook>'))
    .description('play every state that its pieces can be in, and certify that it recovers; or find what breaks it')
    .option('--quick', 'play only a part: single losses, nothing random, no pairs; no certificate')
    .option('--seed <n>', 'draws the random states, where there are too many for all', wholeNumber('--seed'), 1)
    .option(
      '--random <n>',
      'so many random states, where there are too many for all (default: 500; with --quick 0)',
      wholeNumber('--random'),
    )
    .option('--exhaustive', 'play each recovery to its end, also where another has shown what comes of it')
    .option('--workers <n>', 'threads; default: one for each core', positiveWhole('--workers'))
    .option('--out <file>', 'write the certificate here too, as .json or .html')
    .option('--state-dir <dir>', 'where certificates and counter-examples are kept', '.relight')
    .action(async (file: string, options: ProveCommandOptions) => {
      const { proveCommand } = await import('./verbs/prove.ts');
      done(await proveCommand(file, options, io));
    });
}

function addRuns(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const runs = program.command('runs').description('past runs: what they did, and going on with one');
  addNotifyOption(
    addAloneOption(addLockOption(addApprovalOptions(addAllowanceOptions(addAwsOptions(runs.command('resume <run>')))))),
  )
    .description('go on with a run that did not reach its end')
    .option('--no-verify', "skip the playbook's probes (the components' own checks are made all the same)")
    .action(async (run: string, options: RecoverOptions) => {
      const { resumeRun } = await import('./verbs/resume.ts');
      done(await resumeRun(run, options, io));
    });
  addStateOptions(runs.command('list'))
    .description('past runs in the state directory, latest first')
    .action(async (options: RunsOptions) => {
      const { runsList } = await import('./verbs/runs.ts');
      done(runsList(options, io));
    });
  addStateOptions(runs.command('show <run>'))
    .description('what a run did, and what is known of it; <run> is an id, the beginning of one, or last')
    .action(async (run: string, options: RunsOptions) => {
      const { runsShow } = await import('./verbs/runs.ts');
      done(runsShow(run, options, io));
    });
  addStateOptions(runs.command('calls <run>'))
    .description('every call to AWS of a run: what it was for, and for which steps')
    .action(async (run: string, options: RunsOptions) => {
      const { runsCalls } = await import('./verbs/runs-calls.ts');
      done(runsCalls(run, options, io));
    });
  addStateOptions(runs.command('report <run>'))
    .description('the evidence of a run, as Markdown, JSON, or one HTML file')
    .option('--format <format>', `${reportFormats.join(', ')}; default: as the name of --out ends, else md`)
    .option('--out <file>', 'write it to this file')
    .action(async (run: string, options: RunReportOptions) => {
      const { runsReport } = await import('./verbs/runs.ts');
      done(runsReport(run, options, io));
    });
  addStateOptions(runs.command('verify [run]'))
    .description('whether journals and images are as they were written; of all runs unless one is named')
    .action(async (run: string | undefined, options: RunsOptions) => {
      const { runsVerify } = await import('./verbs/runs-verify.ts');
      done(runsVerify(run ?? 'all', options, io));
    });
  for (const command of runs.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}

function addLock(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const lock = program.command('lock').description("a playbook's lock: who holds it, and making them stop");
  addLockOption(addAwsOptions(lock.command('show <playbook>')))
    .description('tell whether a run is at work, and whose')
    .action(async (file: string, options: LockOptions) => {
      const { lockShow } = await import('./verbs/lock.ts');
      done(await lockShow(file, options, io));
    });
  addLockOption(addApprovalOptions(addAwsOptions(lock.command('break <playbook>'))))
    .description('make the run that holds the lock stop, and wait until it has or its lease has run out')
    .action(async (file: string, options: LockOptions & ApprovalOptions) => {
      const { lockBreak } = await import('./verbs/lock.ts');
      done(await lockBreak(file, options, io));
    });
  for (const command of lock.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}

function addKnownGood(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const knownGood = program
    .command('known-good')
    .description('what a service was when all of it was healthy: settings to make lost pieces again with');
  addAwsOptions(knownGood.command('list <playbook>'))
    .description('the versions that are kept, newest first')
    .action(async (file: string, options: GlobalOptions) => {
      const { knownGoodList } = await import('./verbs/known-good.ts');
      done(await knownGoodList(file, options, io));
    });
  addAwsOptions(knownGood.command('show <playbook> [component]'))
    .description("what a version says, in a playbook's words")
    .option('--of <version>', 'this version instead of the newest')
    .action(async (file: string, component: string | undefined, options: KnownGoodOptions) => {
      const { knownGoodShow } = await import('./verbs/known-good.ts');
      done(await knownGoodShow(file, component, options, io));
    });
  addAwsOptions(knownGood.command('forget <playbook>'))
    .description('forget a version, or all of them')
    .option('--of <version>', 'this version')
    .option('--all', 'all versions')
    .action(async (file: string, options: KnownGoodOptions & { readonly all?: boolean }) => {
      const { knownGoodForget } = await import('./verbs/known-good.ts');
      done(await knownGoodForget(file, options, io));
    });
  for (const command of knownGood.commands)
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}

function addNotify(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const notify = program.command('notify').description('telling people: trying receivers, and what waits for them');
  addReachOptions(notify.command('test <file>'))
    .description('send every receiver of a file a test, and tell what each answered')
    .action(async (file: string, options: NotifyVerbOptions) => {
      const { notifyTest } = await import('./verbs/notify.ts');
      done(await notifyTest(file, options, io));
    });
  addReachOptions(notify.command('flush <file>'))
    .description('send what waits')
    .option('--set-aside', 'what was set aside, too')
    .action(async (file: string, options: NotifyVerbOptions) => {
      const { notifyFlush } = await import('./verbs/notify.ts');
      done(await notifyFlush(file, options, io));
    });
  addReachOptions(notify.command('status <file>'))
    .description('tell what waits, for whom and why')
    .action(async (file: string, options: NotifyVerbOptions) => {
      const { notifyStatus } = await import('./verbs/notify.ts');
      done(notifyStatus(file, options, io));
    });
  for (const command of notify.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}

function addSandbox(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const sandbox = program
    .command('sandbox')
    .description('the embedded AWS: serve it, fill it, break it, empty it (a served one when AWS_ENDPOINT_URL is set)');
  addTypesOption(sandbox.command('serve'))
    .description('serve an embedded AWS on this machine, for the aws CLI and any SDK')
    .option('--port <n>', 'port; 0 takes a free one', portNumber, 4566)
    .option('--dns-port <n>', 'port of its name servers; 0 takes a free one', portNumber, 0)
    .option('--state <file>', 'keep the world in this file')
    .option('--speed <n>', 'AWS seconds per second', positiveNumber('--speed'), 1)
    .option('--faults <file>', 'begin with the faults of this YAML or JSON file')
    .option('--token-file <file>', 'answer its own endpoints only to who has the token of this file; made when missing')
    .option('--no-durable', 'answer changes before they are on disk')
    .action(async (options: ServeCommandOptions) => {
      const { sandboxServe } = await import('./verbs/sandbox.ts');
      done(await sandboxServe(options, io));
    });
  addAwsOptions(sandbox.command('seed <playbook>'))
    .description('make the world that a playbook presumes: shared components and the ids it names')
    .action(async (file: string, options: GlobalOptions) => {
      const { sandboxSeed } = await import('./verbs/sandbox.ts');
      done(await sandboxSeed(file, options, io));
    });
  addAwsOptions(sandbox.command('break <playbook> <component...>'))
    .description('delete pieces the way an operator does by hand')
    .option('--no-wait', 'do not wait until they are gone')
    .action(async (file: string, ids: string[], options: GlobalOptions & { wait: boolean }) => {
      const { sandboxBreak } = await import('./verbs/sandbox.ts');
      done(await sandboxBreak(file, ids, options, io));
    });
  addAwsOptions(sandbox.command('lose <kind> <id>'))
    .description('take away what a playbook presumes: a role, an image, a secret, a subnet')
    .action(async (kind: string, id: string, options: GlobalOptions) => {
      const { sandboxLose } = await import('./verbs/sandbox-lose.ts');
      done(await sandboxLose(kind, id, options, io));
    });
  addAwsOptions(sandbox.command('fault [file]'))
    .description('set what goes wrong, as a YAML or JSON file lists it; without a file, show what is set')
    .option('--add', 'in addition to what is set')
    .option('--clear', 'all is well again')
    .action(async (file: string | undefined, options: FaultOptions) => {
      const { sandboxFault } = await import('./place/sandbox-fault.ts');
      done(await sandboxFault(file, options, io));
    });
  addAwsOptions(sandbox.command('reset'))
    .description('empty it')
    .action(async (options: GlobalOptions) => {
      const { sandboxReset } = await import('./verbs/sandbox.ts');
      done(await sandboxReset(options, io));
    });
  for (const command of sandbox.commands)
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new UserError(`--port ${text}: expected 0 to 65535`);
  return port;
}
