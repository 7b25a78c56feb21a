// The command line: what a command comes to. Verbs and their options are in program/, each verb in a file of its own.
import { Command, CommanderError } from 'commander';
import { AnotherPlace } from '../aws/endpoints/answer-place.ts';
import { version } from '../version.ts';
import { exitCodes, UserError, type ExitCode } from './exit.ts';
import { redactingOutput } from './terminal/redacting-output.ts';
import type { Io } from './terminal/io.ts';
import { machineFailure } from './terminal/machine-failure.ts';
import type { Surroundings } from './surroundings.ts';
import { loadNamedTypes } from './options.ts';
import { bugText } from './terminal/bug.ts';
import { jsonText } from '../util/shown.ts';
import { addChecks, addLooks } from './program/looking.ts';
import { addHandback, addKnownGood, addLock, addNotify, addRecoveries, addRuns } from './program/changing.ts';
import { layOut, quietDefaults } from './program/help.ts';
import { addCompletion, addVersion } from './program/shells.ts';
import { addProve, addRehearse, addSandbox } from './program/trying.ts';
import { nodeNotice } from './node-notice.ts';

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

  quietDefaults(program);
  addLooks(program, io, done, around);
  addRecoveries(program, io, done);
  addRehearse(program, io, done);
  addProve(program, io, done);
  addChecks(program, io, done);
  addRuns(program, io, done);
  addHandback(program, io, done);
  addLock(program, io, done);
  addKnownGood(program, io, done);
  addNotify(program, io, done);
  addSandbox(program, io, done);
  addVersion(program, io, done);
  addCompletion(program, io, done);
  layOut(program);
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  return program;
}
