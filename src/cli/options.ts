// Options that several commands share, as commander hands them over.
import { Option, type Command } from 'commander';
import type { TypeSet } from '../components/index.ts';
import { consentReasons } from '../plan/consent.ts';
import { strategies } from '../plan/plan.ts';
import { createSuggest } from '../playbook/checks/nearest.ts';
import type { Playbook } from '../playbook/model.ts';
import { acceptingIn, type Accepting } from './changing/consenting.ts';
import { UserError } from './exit.ts';
import { pathIn, type Io } from './terminal/io.ts';
import { shellWord } from '../util/shell.ts';

export const defaultStateDir = '.relight';

export interface GlobalOptions {
  readonly sandbox?: boolean;
  readonly sandboxSpeed?: number;
  /** Holds the token of the sandbox behind the endpoint. */
  readonly sandboxTokenFile?: string;
  readonly stateDir: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  /** Where AWS calls are written down. */
  readonly record?: string;
  readonly param: Readonly<Record<string, string>>;
  readonly types: TypeSet;
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

export interface ApprovalOptions {
  readonly yes?: boolean;
  readonly confirm?: string;
  /** Components that are approved beforehand. */
  readonly approve: readonly string[];
}

export type WhereOptions = Pick<
  GlobalOptions,
  'endpointUrl' | 'param' | 'profile' | 'region' | 'sandbox' | 'sandboxTokenFile' | 'stateDir' | 'types'
>;

/** The modules of types from outside, as they were given: ` --types ./my-types.js` */
export function typeWords({ types }: Pick<GlobalOptions, 'types'>): string {
  return types.words.map((word) => ` --types ${shellWord(word)}`).join('');
}

/** The options that say where, as they were given, word by word. */
export function whereList(options: WhereOptions): readonly string[] {
  const { endpointUrl, param, profile, region, sandbox, sandboxTokenFile, stateDir, types } = options;
  return [
    ...(sandbox === true ? ['--sandbox'] : []),
    ...(stateDir === defaultStateDir ? [] : ['--state-dir', stateDir]),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(region === undefined ? [] : ['--region', region]),
    ...(endpointUrl === undefined ? [] : ['--endpoint-url', endpointUrl]),
    ...(sandboxTokenFile === undefined ? [] : ['--sandbox-token-file', sandboxTokenFile]),
    ...Object.entries(param).flatMap(([name, value]) => ['--param', `${name}=${value}`]),
    ...types.words.flatMap((word) => ['--types', word]),
  ];
}

/** The same for commands that are to be typed next. ` --sandbox --state-dir x` */
export function whereWords(options: WhereOptions): string {
  return whereList(options)
    .map((word) => ` ${shellWord(word)}`)
    .join('');
}

/** For commands that read past runs and ask nobody. ` --state-dir x` */
export function keptWords({ stateDir, types }: Pick<WhereOptions, 'stateDir' | 'types'>): string {
  return whereWords({ stateDir, types, param: {} });
}

/** All options that a plan was made with, but for what it lets happen to single pieces: for the commands that it suggests. */
export function retypedWords(options: GlobalOptions & Partial<AllowanceOptions>): string {
  const left = [
    ...options.only.flatMap((each) => ['--only', each]),
    ...options.exclude.flatMap((each) => ['--exclude', each]),
    ...(options.allowDowntime === true ? ['--allow-downtime'] : []),
  ];
  return whereWords(options) + left.map((word) => ` ${shellWord(word)}`).join('');
}

/** What was approved beforehand, as it was given: ` --yes --confirm shop` */
export function approvalWords({ approve, confirm, yes }: ApprovalOptions): string {
  const words = [
    ...(yes === true ? ['--yes'] : []),
    ...(confirm === undefined ? [] : ['--confirm', confirm]),
    ...approve.flatMap((each) => ['--approve', each]),
  ];
  return words.map((word) => ` ${shellWord(word)}`).join('');
}

/** An option of which relight knows what it can be, for shells that complete it; what is wrong is told by the verb. */
export class ChoiceOption extends Option {
  readonly values: readonly string[];

  constructor(flags: string, description: string, values: readonly string[]) {
    super(flags, description);
    this.values = values;
  }
}

/** The strategies of a recovery, where one is named in the playbook. */
export function strategyOption(): Option {
  return new ChoiceOption('--strategy <strategy>', "repair or rebuild; default: the playbook's", strategies);
}

/** Gathers a list from a repeated option and from commas. */
function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, ...value.split(',').map((each) => each.trim())];
}

/** An option that gathers a list. */
export function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], 'none');
}

/** An option that gathers values by name. */
export function paramOption(flag: string, description: string): Option {
  return pairOption(flag, 'name=value', description);
}

/** The same, with words of its own for name and value. */
export function pairOption(flag: string, words: string, description: string): Option {
  const collectPair = (text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    const at = text.indexOf('=');
    if (at <= 0) throw new UserError(`${flag} ${text}: expected ${words}`);
    return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  };
  return new Option(`${flag} <${words}>`, description).argParser(collectPair).default({}, 'none');
}

function collectModule(path: string, before: readonly string[]): readonly string[] {
  return [...before, path];
}

/** An option that gathers words as they are, such as names of files, which may hold commas. */
export function repeatedWord(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collectModule).default([], 'none');
}

/** Option of every command that needs component types. */
export function addTypesOption(command: Command): Command {
  const types = new Option('--types <module>', 'component types of your own, a .js or .mjs file; may be repeated');
  return command.addOption(types.argParser(collectModule).default([], 'none'));
}

/**
 * Before a command acts, puts the types in the place of the modules that were named: the shipped ones, and what is in these.
 *
 * @throws UserError that names everything that is wrong with them
 */
export async function loadNamedTypes(command: Command, io: Io): Promise<void> {
  const named: unknown = command.getOptionValue('types');
  if (!Array.isArray(named)) return;
  const words = named as readonly string[];
  if (words.length === 0) {
    const { shippedTypes } = await import('../components/index.ts');
    command.setOptionValue('types', shippedTypes);
    return;
  }
  // They are held against the sandbox, a third of relight: loaded for who has some.
  const { loadTypes } = await import('../rehearse/world/outside.ts');
  const loaded = await loadTypes(words.map((word) => ({ word, file: pathIn(io, word) })));
  if (!loaded.ok) throw new UserError(loaded.problems.join('\n'));
  command.setOptionValue('types', loaded.set);
}

/** @param flag the option, for the message */
export function positiveNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value <= 0) throw new UserError(`${flag} ${text}: expected a number above 0`);
    return value;
  };
}

/** @param flag the option, for the message */
export function wholeNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 0) throw new UserError(`${flag} ${text}: expected a whole number`);
    return value;
  };
}

/** @param flag the option, for the message */
export function positiveWhole(flag: string): (text: string) => number {
  const parse = wholeNumber(flag);
  return (text) => {
    const value = parse(text);
    if (value === 0) throw new UserError(`${flag} ${text}: expected 1 or more`);
    return value;
  };
}

/** Options of every command. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress')
    .option('--verbose', 'tell every AWS call')
    .option('--no-color', 'no colours (also: NO_COLOR)');
}

/** Options of every command that reads a playbook. */
export function addPlaybookOptions(command: Command): Command {
  const param = paramOption('--param', 'set a parameter; may be repeated');
  return addTypesOption(addOutputOptions(command).addOption(param));
}

/** Options of every command that reads the state directory and nothing else. */
export function addStateOptions(command: Command): Command {
  return addOutputOptions(command).option('--state-dir <dir>', 'where runs are kept', defaultStateDir);
}

/** Options of every command that talks to AWS about a playbook. */
export function addAwsOptions(command: Command): Command {
  return addPlaceOptions(command)
    .option('--record <file>', 'write each AWS call and its answer into a new file, without accounts and secrets')
    .addOption(repeated('--only <component>', 'leave all other components alone; may be repeated'))
    .addOption(repeated('--exclude <component>', 'leave this component alone; may be repeated'));
}

/** Options that say how AWS is reached. */
export function addPlaceOptions(command: Command): Command {
  return addPlaybookOptions(command)
    .option('--sandbox', 'use the embedded AWS, kept in .relight/sandbox.json, instead of an account')
    .addOption(
      new Option(
        '--sandbox-speed <n>',
        'let the embedded AWS pass n of its seconds per second, to watch; default: no waiting',
      ).argParser(positiveNumber('--sandbox-speed')),
    )
    .option('--state-dir <dir>', 'where runs and the sandbox are kept', defaultStateDir)
    .option('--profile <name>', 'AWS profile')
    .option('--region <region>', "AWS region; default: AWS_REGION, else the playbook's")
    .addOption(new Option('--endpoint-url <url>', 'AWS endpoint (also: AWS_ENDPOINT_URL)').conflicts('sandbox'))
    .addOption(
      new Option(
        '--sandbox-token-file <file>',
        'token of the sandbox behind the endpoint (also: RELIGHT_SANDBOX_TOKEN_FILE)',
      ).conflicts('sandbox'),
    );
}

/** Options of the command that talks to two places, each with a region of its own. */
export function addPairOptions(command: Command): Command {
  return addPlaybookOptions(command)
    .addOption(paramOption('--left-param', 'set a parameter of the first playbook; may be repeated'))
    .addOption(paramOption('--right-param', 'set a parameter of the second playbook; may be repeated'))
    .option('--profile <name>', 'AWS profile for both')
    .option('--left-profile <name>', 'AWS profile for the first playbook')
    .option('--right-profile <name>', 'AWS profile for the second playbook')
    .option('--sandbox', 'use the embedded AWS, kept in .relight/sandbox.json, instead of an account')
    .option('--state-dir <dir>', 'where the sandbox is kept', defaultStateDir)
    .option('--left-state-dir <dir>', 'where the sandbox of the first playbook is kept')
    .option('--right-state-dir <dir>', 'where the sandbox of the second playbook is kept')
    .addOption(new Option('--endpoint-url <url>', 'AWS endpoint (also: AWS_ENDPOINT_URL)').conflicts('sandbox'))
    .addOption(
      new Option(
        '--sandbox-token-file <file>',
        'token of the sandbox behind the endpoint (also: RELIGHT_SANDBOX_TOKEN_FILE)',
      ).conflicts('sandbox'),
    )
    .addOption(repeated('--only <component>', 'leave all other components out; may be repeated'))
    .addOption(repeated('--exclude <component>', 'leave this component out; may be repeated'));
}

/** Options of the commands that change AWS. */
export function addApprovalOptions(command: Command): Command {
  return command
    .option('--yes', 'do not ask')
    .option('--confirm <playbook>', "with --yes, in production: the playbook's name")
    .addOption(
      repeated('--approve <component>', 'approve this component beforehand (approval: required); may be repeated'),
    );
}

export interface AllowanceOptions {
  readonly accept: readonly string[];
  readonly allowDowntime?: boolean;
  readonly settings?: string;
}

/** Options of the commands that plan: what a plan may do beyond what is safe by itself. */
export function addAllowanceOptions(command: Command): Command {
  return command
    .addOption(
      repeated(
        '--accept <component:reason>',
        `let happen what the plan says a reason against; one of ${consentReasons.join(', ')}; may be repeated`,
      ),
    )
    .option('--allow-downtime', 'let pieces that serve right now be taken down')
    .addOption(
      new ChoiceOption(
        '--settings <source>',
        'known-good: what the playbook does not say is taken from known good, not from what there is',
        ['known-good'],
      ),
    );
}

/** Option of the commands that plan from a playbook: who else keeps a record of the pieces. */
export function addStateOption(command: Command): Command {
  return command.option(
    '--state <file>',
    'a Terraform state (or terraform show -json): the plan tells what it means for it',
  );
}

/** What the user lets a plan do. Unknown names are mistakes. */
export function allowancesIn(
  options: AllowanceOptions,
  playbook: Playbook,
): { readonly settings?: 'known-good' } & { readonly accepting: Accepting; readonly allowDowntime: boolean } {
  const { settings } = options;
  if (settings !== undefined && settings !== 'known-good') {
    throw new UserError(`--settings ${settings}: expected known-good`);
  }
  const accepting = acceptingIn(options.accept, playbook);
  return { accepting, allowDowntime: options.allowDowntime === true, ...(settings === undefined ? {} : { settings }) };
}

/** @throws UserError for a name that no component has */
export function refuseUnknown(flag: string, names: readonly string[], playbook: Playbook): void {
  const wrong = names.find((name) => !playbook.components.has(name));
  if (wrong === undefined) return;
  throw noSuchComponent(wrong, playbook, `${flag} `);
}

/** @param flag the option that names it, with a blank behind it */
export function noSuchComponent(id: string, { components }: Playbook, flag = ''): UserError {
  const nearest = createSuggest()(id, components.keys());
  const guess = nearest === undefined ? '' : `; did you mean ${flag}${nearest}?`;
  return new UserError(`${flag}${id}: no such component; there are ${[...components.keys()].join(', ')}${guess}`);
}

/** Options of the commands that need a lock. */
export function addLockOption(command: Command): Command {
  return command.option('--lock <where>', "file or dynamodb://<table>; default: the playbook's, else file");
}

/** Options of the commands that send notices and nothing else. */
export function addReachOptions(command: Command): Command {
  return addStateOptions(command)
    .option('--profile <name>', 'AWS profile')
    .option('--endpoint-url <url>', 'AWS endpoint (also: AWS_ENDPOINT_URL)')
    .addOption(repeated('--receiver <name>', 'this one only; may be repeated'));
}

/** Option of the commands that end a run. */
export function addNotifyOption(command: Command): Command {
  return command.option('--notify <file>', 'tell the receivers of this file how the run ends');
}

/** For commands that take the lock: going without the team's. */
export function addAloneOption(command: Command): Command {
  return command.option(
    '--alone',
    "nobody else is at work: --lock file may set a team's lock aside that the playbook insists on",
  );
}

/** Components that a command leaves alone. Unknown names are mistakes. */
export function excludedComponents(options: GlobalOptions, playbook: Playbook): ReadonlySet<string> {
  refuseUnknown('--only', options.only, playbook);
  refuseUnknown('--exclude', options.exclude, playbook);
  const excluded = new Set(options.exclude);
  if (options.only.length > 0) {
    for (const id of playbook.components.keys()) if (!options.only.includes(id)) excluded.add(id);
  }
  return excluded;
}
