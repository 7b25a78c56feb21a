// The commands that look at many playbooks, now and on schedule: a part of program.ts. Nothing of what they do is loaded before
// one of them is typed.
import { Option, type Command } from 'commander';
import { scanFormats } from '../../scan/report/format-names.ts';
import type { ExitCode } from '../exit.ts';
import {
  addAllowanceOptions,
  addAloneOption,
  addApprovalOptions,
  addLockOption,
  addPlaceOptions,
  addPlaybookOptions,
  addStateOptions,
  ChoiceOption,
  defaultStateDir,
  positiveWhole,
  repeated,
  repeatedWord,
} from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Io } from '../terminal/io.ts';
import type { AckOptions } from '../verbs/ack.ts';
import type { HistoryOptions } from '../verbs/scan-history.ts';
import type { ScanOptions } from '../verbs/scan.ts';
import type { StraysOptions } from '../verbs/strays.ts';
import type { TwinsOptions } from '../verbs/twins.ts';
import type { WatchOptions } from '../verbs/watch.ts';

/** Of commands that only ask what scans remember. */
function addMemoryOptions(command: Command): Command {
  return command
    .option('--memory <place>', 'where a team remembers scans: dynamodb://<table>')
    .option('--profile <name>', 'AWS profile')
    .option('--region <region>', 'AWS region of the table; default: AWS_REGION')
    .option('--endpoint-url <url>', 'AWS endpoint (also: AWS_ENDPOINT_URL)');
}

export function addScans(
  program: Command,
  io: Io,
  done: (code: ExitCode) => void,
  around: Surroundings | undefined,
): void {
  // Options after `history` are its own: all commands above it have to say so.
  program.enablePositionalOptions();
  const scanning = addPlaceOptions(program.command('scan <playbook...>'))
    .enablePositionalOptions()
    .description(
      'look at many playbooks, by files, globs or a fleet file, and tell what is wrong and what could not be seen',
    )
    .addOption(new ChoiceOption('--format <format>', `${scanFormats.join(', ')}; default: text`, scanFormats))
    .addOption(
      repeatedWord('--out <file>', 'write it to this file too, in the form that its name tells; may be repeated'),
    )
    .option('--deadline <duration>', "end with what has been seen by then; default: 5m, or the fleet's")
    .option('--schedule <name>', 'of a fleet: only the accounts of this schedule, by its deadline')
    .addOption(new Option('--as-read', 'the fleet file was read already, and comes on standard input').hideHelp())
    .addOption(new ChoiceOption('--since <scan>', 'last: only what is new since the scan before', ['last']))
    .option('--strict', 'let what was acknowledged count for the exit code too')
    .option('--memory <place>', 'remember it for a team too, in a table: dynamodb://<table>')
    .option('--no-memory', 'know nothing of earlier scans, and leave nothing to later ones')
    .option('--no-known-good', 'do not note what is healthy as known good')
    .option('--notify <file>', 'tell the receivers of this file what is new, worse or over')
    .option('--beyond', 'also list what stands in the accounts, and tell what is in no playbook')
    .option('--fleet <file>', 'with what this fleet file says of accounts and of names outside; implies --beyond')
    .action(async (words: readonly string[], options: ScanOptions) => {
      const { scan } = await import('../verbs/scan.ts');
      done(await scan(words, options, io, around));
    });
  addMemoryOptions(addPlaybookOptions(scanning.command('history <playbook>')))
    .option('--state-dir <dir>', 'where scans are remembered', defaultStateDir)
    .description('what earlier scans saw of a playbook')
    .option('--last <n>', 'so many scans, the newest first', positiveWhole('--last'), 20)
    .action(async (file: string, options: HistoryOptions) => {
      const { scanHistory } = await import('../verbs/scan-history.ts');
      done(await scanHistory(file, options, io));
    });
  addAloneOption(
    addLockOption(addApprovalOptions(addAllowanceOptions(addPlaceOptions(program.command('strays <playbook...>'))))),
  )
    .description(
      'tell what stands in the accounts and is in no playbook, and remove strays by the ids of their findings',
    )
    .option('--fleet <file>', 'with what this fleet file says of accounts and of names outside')
    .option('--deadline <duration>', "end with what has been seen by then; default: 5m, or the fleet's")
    .addOption(repeated('--remove <id>', 'plan, ask, and delete this stray; may be repeated'))
    .action(async (words: readonly string[], options: StraysOptions) => {
      const { strays } = await import('../verbs/strays.ts');
      done(await strays(words, options, io));
    });
  addPlaceOptions(program.command('twins <playbook...>'))
    .description('tell which services have one name in two accounts and are not alike')
    .option('--fleet <file>', 'reach each account by the profile that this fleet file gives it')
    .option('--deadline <duration>', "end with what has been seen by then; default: 5m, or the fleet's")
    .action(async (words: readonly string[], options: TwinsOptions) => {
      const { twins } = await import('../verbs/twins.ts');
      done(await twins(words, options, io));
    });
  addPlaceOptions(program.command('watch <fleet>'))
    .description('run the scans of a fleet on schedule, each as a process that is given up at its deadline')
    .option('--memory <place>', 'have scans remembered for a team too, in a table: dynamodb://<table>')
    .option('--no-known-good', 'have no scan note what is healthy as known good')
    .option('--listen <address>', 'where /healthz and /metrics are asked for', '127.0.0.1:9464')
    .action(async (file: string, options: WatchOptions) => {
      const { watchFleet } = await import('../verbs/watch.ts');
      done(await watchFleet(file, options, io, around));
    });
  addMemoryOptions(addStateOptions(program.command('ack <finding>')))
    .description('let a finding alarm nobody for a time; it stays in every list, marked')
    .option('--until <time>', 'a day, an instant, or a time from now on: 2026-12-31, 8h')
    .option('--because <reason>', 'for whoever sees it meanwhile')
    .option('--take-back', 'let it alarm again')
    .action(async (finding: string, options: AckOptions) => {
      const { ack } = await import('../verbs/ack.ts');
      done(await ack(finding, options, io));
    });
}
