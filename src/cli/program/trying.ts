// Verbs that ask no account: rehearsals, proofs, and the sandbox.
import type { Command } from 'commander';
import { UserError, type ExitCode } from '../exit.ts';
import { rehearsalFormats } from '../formats.ts';
import type { Io } from '../terminal/io.ts';
import {
  addAwsOptions,
  addPlaybookOptions,
  addTypesOption,
  ChoiceOption,
  repeated,
  strategyOption,
  positiveNumber,
  positiveWhole,
  wholeNumber,
  type GlobalOptions,
} from '../options.ts';
import type { RehearseOptions } from '../verbs/rehearse.ts';
import type { ProveCommandOptions } from '../verbs/prove.ts';
import type { ServeCommandOptions } from '../verbs/sandbox.ts';
import type { FaultOptions } from '../place/sandbox-fault.ts';

export function addRehearse(program: Command, io: Io, done: (code: ExitCode) => void): void {
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
    .addOption(strategyOption())
    .option('--seed <n>', 'random durations of AWS, the same for the same seed', wholeNumber('--seed'))
    .addOption(new ChoiceOption('--format <format>', rehearsalFormats.join(', '), rehearsalFormats))
    .option('--out <file>', 'write the result to a file')
    .action(async (files: string[], options: RehearseOptions) => {
      const { rehearse } = await import('../verbs/rehearse.ts');
      done(await rehearse(files, options, io));
    });
}

export function addProve(program: Command, io: Io, done: (code: ExitCode) => void): void {
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
      const { proveCommand } = await import('../verbs/prove.ts');
      done(await proveCommand(file, options, io));
    });
}

export function addSandbox(program: Command, io: Io, done: (code: ExitCode) => void): void {
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
      const { sandboxServe } = await import('../verbs/sandbox.ts');
      done(await sandboxServe(options, io));
    });
  addAwsOptions(sandbox.command('seed <playbook>'))
    .description('make the world that a playbook presumes: shared components and the ids it names')
    .action(async (file: string, options: GlobalOptions) => {
      const { sandboxSeed } = await import('../verbs/sandbox.ts');
      done(await sandboxSeed(file, options, io));
    });
  addAwsOptions(sandbox.command('break <playbook> <component...>'))
    .description('delete pieces the way an operator does by hand')
    .option('--no-wait', 'do not wait until they are gone')
    .action(async (file: string, ids: string[], options: GlobalOptions & { wait: boolean }) => {
      const { sandboxBreak } = await import('../verbs/sandbox.ts');
      done(await sandboxBreak(file, ids, options, io));
    });
  addAwsOptions(sandbox.command('lose <kind> <id>'))
    .description('take away what a playbook presumes: a role, an image, a secret, a subnet')
    .action(async (kind: string, id: string, options: GlobalOptions) => {
      const { sandboxLose } = await import('../verbs/sandbox-lose.ts');
      done(await sandboxLose(kind, id, options, io));
    });
  addAwsOptions(sandbox.command('fault [file]'))
    .description('set what goes wrong, as a YAML or JSON file lists it; without a file, show what is set')
    .option('--add', 'in addition to what is set')
    .option('--clear', 'all is well again')
    .action(async (file: string | undefined, options: FaultOptions) => {
      const { sandboxFault } = await import('../place/sandbox-fault.ts');
      done(await sandboxFault(file, options, io));
    });
  addAwsOptions(sandbox.command('reset'))
    .description('empty it')
    .action(async (options: GlobalOptions) => {
      const { sandboxReset } = await import('../verbs/sandbox.ts');
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
