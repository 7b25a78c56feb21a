// Verbs that change AWS, and what stays of them: runs, locks, known good, receivers.
import type { Command } from 'commander';
import { type ExitCode } from '../exit.ts';
import { handbackTools, reportFormats } from '../formats.ts';
import type { Io } from '../terminal/io.ts';
import type { LockOptions } from '../verbs/lock.ts';
import {
  addAllowanceOptions,
  addApprovalOptions,
  addAwsOptions,
  addAloneOption,
  addLockOption,
  addNotifyOption,
  addReachOptions,
  addStateOption,
  addStateOptions,
  addTypesOption,
  ChoiceOption,
  pairOption,
  strategyOption,
  type ApprovalOptions,
  type GlobalOptions,
} from '../options.ts';
import type { HandbackOptions } from '../verbs/handback.ts';
import type { KnownGoodOptions } from '../verbs/known-good.ts';
import type { ImportOptions } from '../verbs/known-good-import.ts';
import type { NotifyVerbOptions } from '../verbs/notify.ts';
import type { PlanOptions } from '../verbs/plan.ts';
import type { RecoverOptions } from '../changing/recover-playbook.ts';
import type { RunReportOptions, RunsOptions } from '../verbs/runs.ts';
import type { UndoOptions } from '../verbs/undo.ts';

export function addRecoveries(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addStateOption(addAllowanceOptions(addAwsOptions(program.command('plan <playbook>'))))
    .description('show what a recovery would do, and why; changes nothing')
    .addOption(strategyOption())
    .option('--out <file>', 'save the plan, to be run by recover --plan')
    .option('--anew', 'do not go on with an unfinished run: begin from scratch')
    .option('--plan-ttl <duration>', 'how long a saved plan may be run; default: 15m')
    .action(async (file: string, options: PlanOptions) => {
      const { plan } = await import('../verbs/plan.ts');
      done(await plan(file, options, io));
    });
  addNotifyOption(
    addAloneOption(
      addLockOption(
        addApprovalOptions(addStateOption(addAllowanceOptions(addAwsOptions(program.command('recover [playbook]'))))),
      ),
    ),
  )
    .description('plan, ask, and bring the service back in order')
    .addOption(strategyOption())
    .option('--no-verify', "skip the playbook's probes (the components' own checks are made all the same)")
    .option('--anew', 'do not go on with an unfinished run: begin from scratch')
    .option('--plan <file>', 'run this saved plan, as it is; the playbook is the one it was made from')
    .action(async (file: string | undefined, options: RecoverOptions) => {
      const { recover } = await import('../verbs/recover.ts');
      done(await recover(file, options, io));
    });
  addNotifyOption(
    addAloneOption(
      addLockOption(
        addApprovalOptions(addStateOption(addAllowanceOptions(addAwsOptions(program.command('teardown <playbook>'))))),
      ),
    ),
  )
    .description('plan, ask, and take the service down in order; shared and protected pieces stay')
    .action(async (file: string, options: RecoverOptions) => {
      const { teardown } = await import('../verbs/recover.ts');
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
      const { undo } = await import('../verbs/undo.ts');
      done(await undo(run, options, io));
    });
}

export function addRuns(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const runs = program.command('runs').description('past runs: what they did, and going on with one');
  addNotifyOption(
    addAloneOption(addLockOption(addApprovalOptions(addAllowanceOptions(addAwsOptions(runs.command('resume <run>')))))),
  )
    .description('go on with a run that did not reach its end')
    .option('--no-verify', "skip the playbook's probes (the components' own checks are made all the same)")
    .action(async (run: string, options: RecoverOptions) => {
      const { resumeRun } = await import('../verbs/resume.ts');
      done(await resumeRun(run, options, io));
    });
  addStateOptions(runs.command('list'))
    .description('past runs in the state directory, latest first')
    .action(async (options: RunsOptions) => {
      const { runsList } = await import('../verbs/runs.ts');
      done(runsList(options, io));
    });
  addStateOptions(runs.command('show <run>'))
    .description('what a run did, and what is known of it; <run> is an id, the beginning of one, or last')
    .action(async (run: string, options: RunsOptions) => {
      const { runsShow } = await import('../verbs/runs.ts');
      done(runsShow(run, options, io));
    });
  addStateOptions(runs.command('calls <run>'))
    .description('every call to AWS of a run: what it was for, and for which steps')
    .action(async (run: string, options: RunsOptions) => {
      const { runsCalls } = await import('../verbs/runs-calls.ts');
      done(runsCalls(run, options, io));
    });
  addStateOptions(runs.command('report <run>'))
    .description('the evidence of a run, as Markdown, JSON, or one HTML file')
    .addOption(
      new ChoiceOption(
        '--format <format>',
        `${reportFormats.join(', ')}; default: as the name of --out ends, else md`,
        reportFormats,
      ),
    )
    .option('--out <file>', 'write it to this file')
    .action(async (run: string, options: RunReportOptions) => {
      const { runsReport } = await import('../verbs/runs.ts');
      done(runsReport(run, options, io));
    });
  addStateOptions(runs.command('verify [run]'))
    .description('whether journals and images are as they were written; of all runs unless one is named')
    .action(async (run: string | undefined, options: RunsOptions) => {
      const { runsVerify } = await import('../verbs/runs-verify.ts');
      done(runsVerify(run ?? 'all', options, io));
    });
  for (const command of runs.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}

export function addHandback(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addTypesOption(addStateOptions(program.command('handback <run>')))
    .description('what Terraform or CloudFormation has to be told of a run: imports with the new ids; asks nobody')
    .addOption(new ChoiceOption('--to <tool>', handbackTools.join(' or '), handbackTools))
    .option('--state <file>', 'terraform: the state, or what terraform show -json printed; default: terraform.tfstate')
    .addOption(pairOption('--address', 'component=address', 'terraform: the address of a piece; may be repeated'))
    .option('--template <file>', "cloudformation: the stack's template in JSON, to write those that it takes from it")
    .option('--stack <name>', 'cloudformation: this stack, where there are several')
    .option('--out <file>', 'write the import blocks, or the resources to import, to this file')
    .action(async (run: string, options: HandbackOptions) => {
      const { handback } = await import('../verbs/handback.ts');
      done(handback(run, options, io));
    });
}

export function addLock(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const lock = program.command('lock').description("a playbook's lock: who holds it, and making them stop");
  addLockOption(addAwsOptions(lock.command('show <playbook>')))
    .description('tell whether a run is at work, and whose')
    .action(async (file: string, options: LockOptions) => {
      const { lockShow } = await import('../verbs/lock.ts');
      done(await lockShow(file, options, io));
    });
  addLockOption(addApprovalOptions(addAwsOptions(lock.command('break <playbook>'))))
    .description('make the run that holds the lock stop, and wait until it has or its lease has run out')
    .action(async (file: string, options: LockOptions & ApprovalOptions) => {
      const { lockBreak } = await import('../verbs/lock.ts');
      done(await lockBreak(file, options, io));
    });
  for (const command of lock.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}

export function addKnownGood(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const knownGood = program
    .command('known-good')
    .description('what a service was when all of it was healthy: settings to make lost pieces again with');
  addAwsOptions(knownGood.command('list <playbook>'))
    .description('the versions that are kept, newest first')
    .action(async (file: string, options: GlobalOptions) => {
      const { knownGoodList } = await import('../verbs/known-good.ts');
      done(await knownGoodList(file, options, io));
    });
  addAwsOptions(knownGood.command('show <playbook> [component]'))
    .description("what a version says, in a playbook's words")
    .option('--of <version>', 'this version instead of the newest')
    .action(async (file: string, component: string | undefined, options: KnownGoodOptions) => {
      const { knownGoodShow } = await import('../verbs/known-good.ts');
      done(await knownGoodShow(file, component, options, io));
    });
  addAwsOptions(knownGood.command('import <playbook> <state>'))
    .description('keep what a Terraform state says of the pieces, to make them again from when they are gone')
    .option('--over', 'also of pieces that relight has seen healthy itself')
    .action(async (file: string, state: string, options: ImportOptions) => {
      const { knownGoodImport } = await import('../verbs/known-good-import.ts');
      done(await knownGoodImport(file, state, options, io));
    });
  addAwsOptions(knownGood.command('forget <playbook>'))
    .description('forget a version, or all of them')
    .option('--of <version>', 'this version')
    .option('--all', 'all versions')
    .action(async (file: string, options: KnownGoodOptions & { readonly all?: boolean }) => {
      const { knownGoodForget } = await import('../verbs/known-good.ts');
      done(await knownGoodForget(file, options, io));
    });
  for (const command of knownGood.commands)
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}

export function addNotify(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const notify = program.command('notify').description('telling people: trying receivers, and what waits for them');
  addReachOptions(notify.command('test <file>'))
    .description('send every receiver of a file a test, and tell what each answered')
    .action(async (file: string, options: NotifyVerbOptions) => {
      const { notifyTest } = await import('../verbs/notify.ts');
      done(await notifyTest(file, options, io));
    });
  addReachOptions(notify.command('flush <file>'))
    .description('send what waits')
    .option('--set-aside', 'what was set aside, too')
    .action(async (file: string, options: NotifyVerbOptions) => {
      const { notifyFlush } = await import('../verbs/notify.ts');
      done(await notifyFlush(file, options, io));
    });
  addReachOptions(notify.command('status <file>'))
    .description('tell what waits, for whom and why')
    .action(async (file: string, options: NotifyVerbOptions) => {
      const { notifyStatus } = await import('../verbs/notify.ts');
      done(notifyStatus(file, options, io));
    });
  for (const command of notify.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
}
