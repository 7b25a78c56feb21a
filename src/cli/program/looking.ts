// Verbs that look and change nothing.
import type { Command } from 'commander';
import { graphFormats } from '../../graph/picture.ts';
import { policyPurposes } from '../../permissions/policy.ts';
import type { AdoptOptions } from '../verbs/adopt.ts';
import type { ApproveOptions } from '../verbs/approve.ts';
import type { CaptureOptions } from '../verbs/capture.ts';
import type { CompareOptions } from '../verbs/compare.ts';
import type { DoctorOptions } from '../verbs/doctor.ts';
import { type ExitCode } from '../exit.ts';
import { policyFormats } from '../formats.ts';
import type { Io } from '../terminal/io.ts';
import type { Surroundings } from '../surroundings.ts';
import {
  addAwsOptions,
  addLockOption,
  addOutputOptions,
  addPairOptions,
  addPlaceOptions,
  addPlaybookOptions,
  ChoiceOption,
  repeated,
  type GlobalOptions,
} from '../options.ts';
import type { InitOptions } from '../verbs/init.ts';
import type { PermissionsOptions } from '../verbs/permissions.ts';
import { addScans } from './scans.ts';

export function addLooks(
  program: Command,
  io: Io,
  done: (code: ExitCode) => void,
  around: Surroundings | undefined,
): void {
  addPlaybookOptions(program.command('validate <playbook...>'))
    .description('check playbooks: all mistakes at once, and what concerns several of them; - reads standard input')
    .action(async (files: readonly string[], options: GlobalOptions) => {
      const { validate } = await import('../verbs/validate.ts');
      done(await validate(files, options, io));
    });
  addPlaybookOptions(program.command('graph <playbook>'))
    .description('show the dependency graph, its orders and its critical path')
    .addOption(new ChoiceOption('--format <format>', graphFormats.join(', '), graphFormats))
    .action(async (file: string, options: GlobalOptions & { format?: string }) => {
      const { graph } = await import('../verbs/graph.ts');
      done(graph(file, options, io));
    });
  addAwsOptions(program.command('status <playbook>'))
    .description('look at every component and judge it')
    .action(async (file: string, options: GlobalOptions) => {
      const { status } = await import('../verbs/status.ts');
      done(await status(file, options, io));
    });
  addPairOptions(program.command('compare <left> <right>'))
    .description('what AWS says of two services, staging and production say: what differs and is not said to differ')
    .addOption(repeated('--map <left=right>', 'two ids that are one component; may be repeated'))
    .option('--out <file>', 'write the comparison to a page (.html), or to a .json file')
    .action(async (left: string, right: string, options: CompareOptions) => {
      const { compare } = await import('../verbs/compare.ts');
      done(await compare(left, right, options, io));
    });
  addScans(program, io, done, around);
  addOutputOptions(program.command('init <name>'))
    .description('write a first playbook of a service of this name, with a word about each part; asks AWS nothing')
    .option('--account <id>', 'account of its target', '123456789012')
    .option('--region <region>', 'region of its target', 'eu-west-1')
    .option('--out <file>', 'where to write it; - prints it; default: <name>.yaml')
    .action(async (name: string, options: InitOptions) => {
      const { init } = await import('../verbs/init.ts');
      done(init(name, options, io));
    });
  addPlaceOptions(program.command('capture'))
    .description('write a playbook of a service that runs, and hold it against what it came from; changes nothing')
    .option('--service <cluster/name>', 'the service')
    .addOption(
      repeated(
        '--name <dns name>',
        'the service behind this name; beside others: a name that is its own; may be repeated',
      ),
    )
    .option('--load-balancer <name>', 'the service behind this load balancer')
    .option('--tag <key=value>', 'the service with this tag')
    .addOption(repeated('--state-table <table>', 'a table that may hold entries of the service; may be repeated'))
    .option('--account <id>', 'refuse any other account')
    .option('--environment <word>', 'what the playbook calls this place', 'production')
    .option('--as <name>', "the playbook's name; default: the service's")
    .option('--out <file>', 'where to write it; - prints it; default: <name>.yaml')
    .option('--env-values', 'write values of environment variables that do not look like secrets')
    .option('--yes', 'ask nothing, and take the safe answers')
    .option('--no-prove', 'leave out the quick proof')
    .option('--from <state>', 'what a Terraform state says of the service, where it is gone')
    .option('--refresh <playbook>', 'show what has changed in AWS since this playbook was written')
    .option('--write', 'with --refresh: take it over; comments and order stay')
    .option('--unsaid', 'with --refresh: settings too that the playbook leaves unsaid')
    .action(async (options: CaptureOptions) => {
      const { capture } = await import('../verbs/capture.ts');
      done(await capture(options, io));
    });
  addAwsOptions(program.command('adopt <playbook> [component...]'))
    .description("record that pieces of which nothing proves it are the playbook's; changes none of them")
    .option('--list', 'show what was adopted')
    .option('--forget', 'take it back')
    .option('--yes', 'do not ask')
    .option('--confirm <playbook>', "with --yes, in production: the playbook's name")
    .action(async (file: string, ids: readonly string[], options: AdoptOptions) => {
      const { adopt } = await import('../verbs/adopt.ts');
      done(await adopt(file, ids, options, io));
    });
}

export function addChecks(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addLockOption(addAwsOptions(program.command('doctor <playbook>')))
    .description('check whether a recovery could begin: place, permissions, prerequisites, leftover runs')
    .action(async (file: string, options: DoctorOptions) => {
      const { doctor } = await import('../verbs/doctor.ts');
      done(await doctor(file, options, io));
    });
  addPlaybookOptions(program.command('permissions <playbook>'))
    .description('print the smallest IAM policy for a playbook')
    .addOption(new ChoiceOption('--for <purpose>', policyPurposes.join(' or '), policyPurposes).default('recover'))
    .addOption(new ChoiceOption('--format <format>', policyFormats.join(', '), policyFormats).default('iam-json'))
    .option('--beyond', 'with what scans need that look for what is in no playbook')
    .option('--memory <place>', 'with what scans need that a team remembers: dynamodb://<table>')
    .option('--notify <file>', 'with what the topics of this file of receivers need')
    .action(async (file: string, options: PermissionsOptions) => {
      const { permissions } = await import('../verbs/permissions.ts');
      done(permissions(file, options, io));
    });
  addOutputOptions(program.command('approve <run> <component>'))
    .description('approve, or deny, a component that a run waits for; the run may be another process')
    .option('--deny', 'say no')
    .option('--state-dir <dir>', 'where runs are kept', '.relight')
    .action(async (run: string, component: string, options: ApproveOptions) => {
      const { approve } = await import('../verbs/approve.ts');
      done(approve(run, component, options, io));
    });
}
