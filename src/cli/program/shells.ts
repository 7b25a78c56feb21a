// Commands about relight itself: which one it is, and what a shell completes.
import { Argument, type Command } from 'commander';
import { completionShells } from '../formats.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { VersionOptions } from '../verbs/version.ts';

export function addVersion(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('version')
    .description('tell which relight this is; with --json also on what it runs')
    .option('--json', 'print the result as JSON')
    .action(async (options: VersionOptions) => {
      const { tellVersion } = await import('../verbs/version.ts');
      done(tellVersion(options, io));
    });
}

export function addCompletion(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('completion')
    .description('print what makes a shell complete commands, options, playbooks, components and runs')
    .addArgument(new Argument('<shell>', 'whose words they are').choices(completionShells))
    .action(async (shell: (typeof completionShells)[number]) => {
      const { completion } = await import('../completion/scripts.ts');
      io.out(completion(shell));
      done(exitCodes.fine);
    });
  // Asked by those scripts at each press of the key: it says what fits and nothing else, whatever comes in its way.
  program
    .command('__complete [words...]', { hidden: true })
    .helpOption(false)
    .allowUnknownOption()
    .action(async (words: readonly string[]) => {
      const { complete } = await import('../completion/complete.ts');
      await complete(program, words, io);
      done(exitCodes.fine);
    });
}
