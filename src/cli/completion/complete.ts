// What fits where the cursor stands: read off commander's own commands, so that there is no second list of them. Asks nobody,
// and reads nothing but the playbook that the line names and the names of the runs in the state directory.
import type { Argument, Command, Option } from 'commander';
import { consentReasons } from '../../plan/consent.ts';
import { linesText } from '../../util/shown.ts';
import { ChoiceOption, defaultStateDir } from '../options.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { componentsIn, runsIn } from './names.ts';

/** A word that fits, and a few words about it. Words that a shell is to find itself are its `:files` and `:playbooks`. */
interface Offer {
  readonly word: string;
  readonly about?: string;
}

/** What the words before the cursor say. */
interface Line {
  readonly command: Command;
  /** The command above it; itself where there is none. */
  readonly above: Command;
  /** What is no option and no value of one. */
  readonly arguments: readonly string[];
  readonly options: ReadonlyMap<Option, readonly string[]>;
  /** The option whose value comes next. */
  readonly open?: Option;
  /** After `--` nothing is an option. */
  readonly onlyArguments: boolean;
}

/**
 * Prints a line for each word that fits the last one, with what it is behind two blanks. Says nothing else: what goes wrong is no
 * business of somebody who has pressed a key.
 *
 * @param words as they were typed after `relight`; the last is the one at the cursor, and may be empty
 */
export async function complete(program: Command, words: readonly string[], io: Io): Promise<void> {
  try {
    const offers = await offersFor(program, words, io);
    io.out(linesText(offers.map(({ about, word }) => (about === undefined ? word : `${word}  ${about}`))));
  } catch {
    // Nothing fits then.
  }
}

async function offersFor(program: Command, words: readonly string[], io: Io): Promise<readonly Offer[]> {
  const current = words.at(-1) ?? '';
  const line = readLine(program, words.slice(0, -1));
  if (line.open !== undefined) return startingWith(current, await valuesOf(line.open, line, current, io));
  if (line.onlyArguments || !current.startsWith('-')) {
    const fitting = startingWith(current, await argumentsOf(line, io));
    return current === '' && fitting.length === 0 && !line.onlyArguments ? optionsOf(line) : fitting;
  }
  const [, flag = '', begun = ''] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  if (flag === '') return startingWith(current, optionsOf(line));
  const option = optionNamed(line.command, flag);
  if (option === undefined) return [];
  const values = startingWith(begun, await valuesOf(option, line, begun, io));
  return values.map((each) => (isForShell(each) ? each : { ...each, word: `${flag}=${each.word}` }));
}

function isForShell({ word }: Offer): boolean {
  return word.startsWith(':');
}

function startingWith(begun: string, offers: readonly Offer[]): readonly Offer[] {
  return offers.filter((each) => isForShell(each) || each.word.startsWith(begun));
}

// --- The line --------------------------------------------------------------------------------------------------------

function readLine(program: Command, words: readonly string[]): Line {
  let command = program;
  let above = program;
  const given: string[] = [];
  const options = new Map<Option, readonly string[]>();
  let open: Option | undefined;
  let onlyArguments = false;
  for (const word of words) {
    if (open !== undefined) {
      options.set(open, [...(options.get(open) ?? []), word]);
      open = undefined;
    } else if (onlyArguments || !word.startsWith('-') || word === '-') {
      const below = given.length > 0 ? undefined : visibleCommands(command).find((each) => each.name() === word);
      if (below === undefined) given.push(word);
      else [above, command] = [command, below];
    } else if (word === '--') onlyArguments = true;
    else {
      const [flag = '', ...value] = word.split('=');
      const option = optionNamed(command, flag);
      if (option === undefined) continue;
      if (value.length > 0) options.set(option, [...(options.get(option) ?? []), value.join('=')]);
      else if (option.required) open = option;
      else options.set(option, options.get(option) ?? []);
    }
  }
  return { command, above, arguments: given, options, onlyArguments, ...(open === undefined ? {} : { open }) };
}

function visibleCommands(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}

function visibleOptions(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function optionNamed(command: Command, flag: string): Option | undefined {
  return visibleOptions(command).find((each) => each.long === flag || each.short === flag);
}

// --- What fits -------------------------------------------------------------------------------------------------------

/** Options that were not given yet, or may be repeated. */
function optionsOf({ command, options }: Line): readonly Offer[] {
  return visibleOptions(command)
    .filter((each) => !options.has(each) || (typeof each.defaultValue === 'object' && each.defaultValue !== null))
    .flatMap(({ description, long, short }) => {
      const word = long ?? short;
      return word === undefined ? [] : [{ word, about: description }];
    });
}

/** Commands, and what the next argument can be. */
async function argumentsOf(line: Line, io: Io): Promise<readonly Offer[]> {
  const { above, arguments: given, command } = line;
  const below =
    given.length > 0
      ? []
      : visibleCommands(command).map((each) => ({ word: each.name(), about: each.summary() || each.description() }));
  const expected = argumentAt(command, given.length);
  if (expected === undefined) return below;
  // `relight help <command>`, which commander adds by itself.
  if (expected.name() === 'command')
    return visibleCommands(above).map((each) => ({ word: each.name(), about: each.description() }));
  if (expected.argChoices !== undefined) return expected.argChoices.map((word) => ({ word }));
  const others = expected.variadic ? new Set(given) : new Set<string>();
  const named = await namedBy(expected.name(), 'argument', line, io);
  return [...below, ...named.filter(({ word }) => !others.has(word))];
}

function argumentAt({ registeredArguments }: Command, at: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[at] ?? (last?.variadic === true ? last : undefined);
}

async function valuesOf(option: Option, line: Line, begun: string, io: Io): Promise<readonly Offer[]> {
  if (option instanceof ChoiceOption) return option.values.map((word) => ({ word }));
  const [, name = ''] = /<([^>]+)>/.exec(option.flags) ?? [];
  if (name === 'component:reason') {
    const ids = await componentsIn(playbookOf(line, io));
    return ids.flatMap((id) => consentReasons.map((reason) => ({ word: `${id}:${reason}` })));
  }
  // A name that has to be typed is not typed by a shell.
  if (option.long === '--confirm') return [];
  if (option.long === '--playbook' || option.long === '--fleet') return shellPlaybooks;
  const named = await namedBy(name, 'option', line, io);
  // A list with commas goes on behind the last one.
  const before = name === 'component' ? begun.slice(0, begun.lastIndexOf(',') + 1) : '';
  const taken = new Set([...(line.options.get(option) ?? []).flatMap((each) => each.split(',')), ...before.split(',')]);
  return named
    .filter(({ word }) => !taken.has(word))
    .map((each) => (isForShell(each) ? each : { word: before + each.word }));
}

const shellPlaybooks: readonly Offer[] = [{ word: ':playbooks' }];
const shellFiles: readonly Offer[] = [{ word: ':files' }];

/** By what an argument, or the value of an option, is called in the help. */
async function namedBy(name: string, of: 'argument' | 'option', line: Line, io: Io): Promise<readonly Offer[]> {
  switch (name) {
    case 'playbook':
    case 'left':
    case 'right':
    case 'fleet':
      return shellPlaybooks;
    case 'file':
      // Of a command's own files, those of receivers and rehearsals are YAML; faults may be JSON.
      return of === 'argument' && line.command.name() !== 'fault' ? shellPlaybooks : shellFiles;
    case 'state':
    case 'module':
    case 'dir':
      return shellFiles;
    case 'component':
      return (await componentsIn(playbookOf(line, io))).map((word) => ({ word }));
    case 'run': {
      const ids = runsIn(pathIn(io, stateDirOf(line)));
      return [
        ...(ids.length === 0 ? [] : [{ word: 'last', about: 'the run that began last' }]),
        ...ids.map((word) => ({ word })),
      ];
    }
    default:
      return [];
  }
}

function stateDirOf({ options }: Line): string {
  const given = [...options].find(([option]) => option.long === '--state-dir')?.[1].at(-1);
  return given ?? defaultStateDir;
}

/** The file of the playbook that the line names; the first, where there are several. */
function playbookOf({ arguments: given, command, options }: Line, io: Io): string | undefined {
  const at = command.registeredArguments.findIndex((each) => ['playbook', 'left', 'file'].includes(each.name()));
  const named = [...options].find(([option]) => option.long === '--playbook')?.[1].at(-1) ?? given[at];
  if (named === undefined) return undefined;
  return pathIn(io, named.startsWith('~/') ? (io.env['HOME'] ?? '~') + named.slice(1) : named);
}
