// relight rehearse: plays a disaster and its recovery in an embedded AWS, or every rehearsal file it is given. No call
// leaves this machine, no credentials are read.
import { readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { loadPlaybook } from '../../engine.ts';
import { noConsents } from '../../plan/consent.ts';
import { diagnosticsText } from '../../playbook/diagnostic.ts';
import type { Playbook } from '../../playbook/model.ts';
import { readSource } from '../../playbook/yaml/source.ts';
import { judgeOn, openBench } from '../../prove/one.ts';
import { promises } from '../../prove/promises/promises.ts';
import { darkName, expectedDark } from '../../rehearse/disaster/darkness.ts';
import { unknownComponents, type Disaster, type PieceState } from '../../rehearse/disaster/disaster.ts';
import { headline, rehearsalMarkdown, rehearsalPage } from '../../rehearse/report/document.ts';
import type { Performance } from '../../rehearse/disaster/performance.ts';
import { simulate } from '../../rehearse/disaster/simulate.ts';
import { reportOf, type RehearsalReport } from '../../rehearse/report/report.ts';
import { judge, type Judged } from '../../rehearse/scenario/judge.ts';
import { loadScenario, type ReadPlaybook, type Scenario } from '../../rehearse/scenario/load.ts';
import type { Script } from '../../rehearse/disaster/script.ts';
import { rehearsalText } from '../../rehearse/report/text.ts';
import type { TypeSet } from '../../components/index.ts';
import { worldServices } from '../../rehearse/world/plugs.ts';
import { CannotDeploy, openEnvironment, type RehearsalEnvironment } from '../../rehearse/world/environment.ts';
import { cannotBe } from '../../rehearse/disaster/injections.ts';
import { randomTimings } from '../../sandbox/index.ts';
import { systemClock } from '../../util/clock.ts';
import { readNamed } from '../../util/leads.ts';
import { readNamedFile, readRegularFile } from '../../util/storage-read.ts';
import { unreachable } from '../../util/unreachable.ts';
import { count } from '../../util/words.ts';
import { cannotRead, isMissing } from '../state/state-files.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { readFaultOption } from '../place/fault-option.ts';
import { pathIn, paintFor, type Io } from '../terminal/io.ts';
import { typeWords } from '../options.ts';
import { outFileOf, writeOut, type OutFile } from '../terminal/out-file.ts';
import { strategyOf } from './plan.ts';
import { isWrittenRehearsal } from '../state/rehearsed.ts';
import { readPlaybook } from '../place/session.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { rehearsalFormats } from '../formats.ts';

type Format = (typeof rehearsalFormats)[number];

export interface RehearseOptions {
  readonly lose: readonly string[];
  readonly drift: readonly string[];
  readonly dangling: readonly string[];
  readonly unhealthy: readonly string[];
  readonly settling: readonly string[];
  readonly foreign: readonly string[];
  readonly guarded: readonly string[];
  readonly held: readonly string[];
  readonly handedOver: readonly string[];
  readonly displaced: readonly string[];
  readonly wanting: readonly string[];
  readonly unreadable: readonly string[];
  readonly fault: readonly string[];
  readonly dark: readonly string[];
  readonly strategy?: string;
  readonly seed?: number;
  readonly format?: string;
  readonly out?: string;
  readonly param: Readonly<Record<string, string>>;
  readonly types: TypeSet;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

export async function rehearse(paths: readonly string[], options: RehearseOptions, io: Io): Promise<ExitCode> {
  const format = formatOf(options);
  const files = paths.flatMap((path) => filesAt(path, io));
  const [first] = files;
  if (first === undefined) throw new UserError(`${paths.join(', ')}: no .yaml file is there`);
  // Before anything is played: a rehearsal that nobody can read was for nothing.
  if (options.out !== undefined) outOf(options.out, files, io);
  if (files.length === 1 && kindOf(first, io) !== 'Rehearsal') return rehearsePlaybook(first, format, options, io);
  const playbooks = files.filter((file) => kindOf(file, io) === 'Playbook');
  if (playbooks.length > 0) throw new UserError(notAlone(playbooks, options));
  return rehearseScenarios(files, format, options, io);
}

function notAlone(playbooks: readonly string[], options: RehearseOptions): string {
  const [first = '', ...others] = playbooks;
  const names = others.length > 2 ? `${first} and ${others.length} others are playbooks` : undefined;
  const all = others.length === 0 ? `${first} is a playbook` : `${playbooks.join(', ')} are playbooks`;
  return `${names ?? all}, which are rehearsed one at a time: relight rehearse ${shellWord(first)}${typeWords(options)}. Beside each other, or in a folder, rehearsal files are expected (kind: Rehearsal)`;
}

function formatOf(options: RehearseOptions): Format {
  const ending = /\.(html|json|md)$/.exec(options.out ?? '')?.[1];
  const wanted = options.format ?? (options.json === true ? 'json' : (ending ?? 'text'));
  const format = rehearsalFormats.find((each) => each === wanted);
  if (format === undefined) throw new UserError(`--format ${wanted}: expected ${rehearsalFormats.join(', ')}`);
  return format;
}

/** A file, or the YAML files of a folder in the order of their names. */
function filesAt(path: string, io: Io): readonly string[] {
  const place = pathIn(io, path);
  let isFolder: boolean;
  try {
    isFolder = statSync(place).isDirectory();
  } catch {
    throw new UserError(`${path}: no such file or folder`);
  }
  if (!isFolder) return [path];
  return readdirSync(place)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

/** What a file says that it is; undefined when it says nothing, or cannot be read as YAML. */
function kindOf(file: string, io: Io): unknown {
  const read = readSource(file, readNamedFile(pathIn(io, file)));
  const value = read.ok ? read.source.value : undefined;
  return typeof value === 'object' && value !== null && 'kind' in value ? value['kind'] : undefined;
}

function write(text: string, files: readonly string[], options: RehearseOptions, io: Io): void {
  if (options.out === undefined) {
    io.out(text);
    return;
  }
  writeOut(outOf(options.out, files, io), text);
  io.err(linesText([`written to ${options.out}`]));
}

/** @throws UserError where something else than an earlier rehearsal would be written over */
function outOf(out: string, inputs: readonly string[], io: Io): OutFile {
  return outFileOf(out, { inputs, only: { what: 'rehearsal that relight wrote', is: isWrittenRehearsal } }, io);
}

function note(options: RehearseOptions, io: Io): void {
  if (options.quiet === true) return;
  io.err('rehearsing in an embedded AWS: no call leaves this machine, no credentials are read\n\n');
}

// --- One playbook ----------------------------------------------------------------------------------------------------

async function rehearsePlaybook(file: string, format: Format, options: RehearseOptions, io: Io): Promise<ExitCode> {
  const dark = darkFrom(options);
  const playbook = readPlaybook(file, options, io, dark.flatMap(openWords));
  const script = { ...scriptFrom(playbook, options), dark };
  note(options, io);
  const report = reportOf(await simulate(await environmentOf(playbook, options), script));
  write(reportText(report, playbook.metadata.name, format, options, io), [file], options, io);
  return rehearsedExitCode(report);
}

function reportText(report: RehearsalReport, title: string, format: Format, options: RehearseOptions, io: Io): string {
  switch (format) {
    case 'text': {
      const paint = paintFor(io, options.color && options.out === undefined, io.outIsTerminal);
      return rehearsalText(report, title, paint);
    }
    case 'json':
      return jsonText(report);
    case 'md':
      return rehearsalMarkdown({ title, report, judged: null });
    case 'html':
      return rehearsalPage([{ title, report, judged: null }]);
    default:
      return unreachable(format);
  }
}

/**
 * The exit code that the recovery itself would have had; 5 for one that says it is done and is not, that took longer than
 * the objective, or that a fault was meant for which hit nothing.
 */
function rehearsedExitCode(report: RehearsalReport): ExitCode {
  const asMeant = report.objective !== 'missed' && report.faults.every((each) => each.hits > 0);
  if (report.result === 'healed') return asMeant ? exitCodes.fine : exitCodes.failed;
  const code = report.runs.filter((each) => each.operator === 0).at(-1)?.exitCode;
  return Object.values(exitCodes).find((each) => each === code && each !== exitCodes.fine) ?? exitCodes.failed;
}

function scriptFrom(playbook: Playbook, options: RehearseOptions): Script {
  const disaster = disasterFrom(playbook, options);
  for (const { component, nearest } of unknownComponents(disaster, playbook)) {
    throw new UserError(
      nearest === undefined
        ? `${component}: no such component; there are ${[...playbook.components.keys()].join(', ')}`
        : `${component}: no such component; did you mean ${nearest}?`,
    );
  }
  for (const component of playbook.components.values()) {
    const state = disaster[component.id];
    const because = state === undefined ? undefined : cannotBe(component, state, playbook);
    if (because !== undefined) throw new UserError(`${component.id} cannot be ${String(state)}: ${because}`);
  }
  return {
    playbook,
    disaster,
    deployed: true,
    faults: options.fault.map((each) => readFaultOption(each, worldServices(playbook.types))),
    command: {
      kind: strategyOf(options, playbook),
      attempts: 1,
      pause: 0,
      excluded: new Set(),
      accepted: noConsents,
      allowDowntime: true,
      caller: undefined,
    },
    happenings: [],
  };
}

/** @throws UserError for what is no name */
function darkFrom({ dark }: RehearseOptions): readonly string[] {
  const names = dark.map((text) => {
    const name = darkName(text);
    if (name === undefined) throw new UserError(`--dark ${text}: expected ${expectedDark}`);
    return name;
  });
  return [...new Set(names)];
}

/** What is given on the command line may be read in the report. */
function openWords(name: string): readonly string[] {
  const named = readNamed(name);
  return named?.kind === 'host' ? [named.host, name] : named === undefined ? [] : [named.word];
}

/** What the options say; without any, the root is lost, or every owner where there is no root. */
function disasterFrom(playbook: Playbook, options: RehearseOptions): Disaster {
  const asked: readonly (readonly [PieceState, readonly string[]])[] = [
    ['lost', options.lose],
    ['drifted', options.drift],
    ['dangling', options.dangling],
    ['unhealthy', options.unhealthy],
    ['settling', options.settling],
    ['foreign', options.foreign],
    ['guarded', options.guarded],
    ['held', options.held],
    ['handed-over', options.handedOver],
    ['displaced', options.displaced],
    ['wanting', options.wanting],
    ['unreadable', options.unreadable],
  ];
  const disaster: Record<string, PieceState> = {};
  for (const [state, ids] of asked) {
    for (const id of ids) {
      const other = disaster[id];
      if (other !== undefined && other !== state) throw new UserError(`${id} cannot be both ${other} and ${state}`);
      disaster[id] = state;
    }
  }
  if (Object.keys(disaster).length > 0 || options.fault.length > 0) return disaster;
  const components = [...playbook.components.values()];
  const owners = playbook.root === undefined ? components.flatMap((each) => each.ownedBy ?? []) : [playbook.root];
  return Object.fromEntries(
    (owners.length > 0 ? owners : components.filter((each) => !each.shared).map((each) => each.id)).map(
      (id) => [id, 'lost'] as const,
    ),
  );
}

async function environmentOf(playbook: Playbook, options: RehearseOptions): Promise<RehearsalEnvironment> {
  const { seed } = options;
  try {
    return await openEnvironment(playbook, seed === undefined ? {} : { seed, timings: seededTimings(seed, playbook) });
  } catch (error) {
    if (error instanceof CannotDeploy) {
      throw new UserError(
        `${error.message}\nTo see it fail step by step: relight sandbox seed ${shellWord(playbook.file)} --sandbox${typeWords(options)}; ` +
          `then relight recover ${shellWord(playbook.file)} --sandbox${typeWords(options)}`,
        exitCodes.failed,
      );
    }
    throw error;
  }
}

/** Random durations of all services of the playbook's world. */
function seededTimings(seed: number, { types }: Playbook): ReturnType<typeof randomTimings> {
  const services = worldServices(types);
  return randomTimings(seed, services.usual, services);
}

// --- Rehearsal files -------------------------------------------------------------------------------------------------

/** One file's outcome. */
interface Tried {
  readonly scenario: Scenario;
  readonly report: RehearsalReport;
  readonly judged: readonly Judged[];
  readonly holds: boolean;
  /** Of this machine. */
  readonly milliseconds: number;
}

async function rehearseScenarios(
  files: readonly string[],
  format: Format,
  options: RehearseOptions,
  io: Io,
): Promise<ExitCode> {
  refuseDisasters(options);
  note(options, io);
  const began = systemClock.now();
  const environments = new Map<string, Promise<RehearsalEnvironment>>();
  const tried: Tried[] = [];
  const bad: string[] = [];
  const paint = paintFor(io, options.color, io.canRedraw);
  for (const file of files) {
    const loaded = loadScenario({
      file,
      bytes: readNamedFile(pathIn(io, file)),
      readPlaybook: playbookBeside(file, options, io),
      services: worldServices(options.types.types),
    });
    if (!loaded.ok) {
      bad.push(file);
      io.err(diagnosticsText(loaded.diagnostics, loaded.text, { color: paint.bad('x') !== 'x' }));
      continue;
    }
    const one = await tryScenario(loaded.scenario, environments, options);
    tried.push(one);
    if (options.quiet !== true) {
      const mark = one.holds ? paint.good('✓') : paint.bad('✗');
      const said = headline(one.report);
      const shown = one.report.objective === 'missed' ? paint.warn(said) : said;
      io.err(linesText([`${mark} ${one.scenario.name}  ${shown} ${paint.dim(`(${one.milliseconds} ms)`)}`]));
    }
  }
  const seconds = Math.round(systemClock.now() - began) / 1000;
  write(triedText(tried, bad, { format, seconds }, options, io), files, options, io);
  if (bad.length > 0) return exitCodes.error;
  return tried.every((each) => each.holds) ? exitCodes.fine : exitCodes.failed;
}

function refuseDisasters(options: RehearseOptions): void {
  const lists = [
    ...(['lose', 'drift', 'dangling', 'unhealthy', 'settling', 'foreign', 'guarded', 'held', 'handedOver'] as const),
    ...(['displaced', 'wanting', 'unreadable', 'fault', 'dark'] as const),
  ];
  const list = lists.find((name) => options[name].length > 0);
  const given =
    list === 'handedOver' ? 'handed-over' : (list ?? (options.strategy === undefined ? undefined : 'strategy'));
  if (given !== undefined)
    throw new UserError(`--${given} has no effect on a rehearsal file, which says itself what happens`);
}

function playbookBeside(file: string, options: RehearseOptions, io: Io): ReadPlaybook {
  return (name, params) => {
    const place = isAbsolute(name) ? name : join(dirname(pathIn(io, file)), name);
    const shown = relative(io.cwd, place);
    let bytes: Uint8Array;
    try {
      bytes = readRegularFile(place);
    } catch (error) {
      return { ok: false, why: isMissing(error) ? `${shown}: no such file` : cannotRead(error, shown) };
    }
    const result = loadPlaybook({
      bytes,
      file: shown,
      params: { ...params, ...options.param },
      types: options.types.types,
    });
    if (result.ok) return { ok: true, playbook: result.playbook };
    const [first] = result.diagnostics;
    const where = first === undefined ? shown : `${shown}:${first.line}:${first.column}`;
    return {
      ok: false,
      why: `${where}: ${first?.message ?? 'has mistakes'}; see: relight validate ${shellWord(shown)}${typeWords(options)}`,
    };
  };
}

async function tryScenario(
  scenario: Scenario,
  environments: Map<string, Promise<RehearsalEnvironment>>,
  options: RehearseOptions,
): Promise<Tried> {
  const began = systemClock.now();
  const { playbook } = scenario.script;
  // The digest covers the parameters too.
  let environment = environments.get(playbook.digest);
  if (environment === undefined) {
    environment = environmentOf(playbook, options);
    environments.set(playbook.digest, environment);
  }
  const performance = await simulate(await environment, scenario.script);
  const report = reportOf(performance);
  const judged = judge(scenario, report, await brokenIn(await environment, scenario, performance));
  const milliseconds = Math.round(systemClock.now() - began);
  return { scenario, report, judged, holds: judged.every((each) => each.holds), milliseconds };
}

/** Asked only where the file wants to know. */
async function brokenIn(
  environment: RehearsalEnvironment,
  scenario: Scenario,
  performance: Performance,
): Promise<readonly string[]> {
  if (scenario.expectations.promises === undefined) return [];
  const { broken } = await judgeOn(await openBench(environment), performance);
  return [...new Set(broken.map((each) => `${promises[each.promise]}: ${each.seen}`))];
}

function triedText(
  tried: readonly Tried[],
  bad: readonly string[],
  { format, seconds }: { readonly format: Format; readonly seconds: number },
  options: RehearseOptions,
  io: Io,
): string {
  const failed = tried.filter((each) => !each.holds);
  const shown = tried.map(({ judged, report, scenario }) => ({ title: scenario.name, report, judged }));
  switch (format) {
    case 'json': {
      const summary = { rehearsals: tried.length, failed: failed.length, badFiles: bad, seconds };
      const rehearsals = tried.map(({ holds, judged, report, scenario }) => ({
        file: scenario.file,
        name: scenario.name,
        holds,
        expectations: judged.map(({ diff, holds: held, name, position }) => ({ name, ...position, holds: held, diff })),
        report,
      }));
      return jsonText({ version: 1, summary, rehearsals });
    }
    case 'md':
      return shown.map(rehearsalMarkdown).join('\n');
    case 'html': {
      const [first, ...others] = shown;
      return first === undefined ? '' : rehearsalPage([first, ...others]);
    }
    case 'text': {
      const paint = paintFor(io, options.color && options.out === undefined, io.outIsTerminal);
      // One rehearsal is shown whole; of many, those that fail.
      const [only] = tried.length === 1 && bad.length === 0 ? tried : [];
      const whole = only === undefined ? '' : `${rehearsalText(only.report, only.scenario.name, paint)}\n`;
      const failures = failed.map((each) => failureText(each)).join('');
      const expectations = tried.reduce((sum, each) => sum + each.judged.length, 0);
      const late = tried.filter(({ report }) => report.objective === 'missed').map(({ scenario }) => scenario.name);
      const counts = [
        `${count(tried.length, 'rehearsal')}, ${count(expectations, 'expectation')}`,
        failed.length === 0 ? paint.good('all hold') : paint.bad(`${count(failed.length, 'rehearsal')} failed`),
        ...(late.length === 0 ? [] : [paint.warn(`${late.length} missed the objective: ${late.join(', ')}`)]),
        ...(bad.length === 0 ? [] : [paint.bad(`${count(bad.length, 'file')} with mistakes: ${bad.join(', ')}`)]),
      ];
      return whole + failures + linesText([`${counts.join(', ')} ${paint.dim(`(${seconds.toFixed(1)} s)`)}`]);
    }
    default:
      return unreachable(format);
  }
}

function failureText({ judged, scenario }: Tried): string {
  const lines = judged
    .filter((each) => !each.holds)
    .flatMap(({ diff, name, position }) => [
      `${scenario.file}:${position.line}:${position.column}: ${scenario.name}: ${name} does not hold`,
      ...diff.map((line) => `    ${line}`),
    ]);
  return `${linesText(lines)}\n`;
}
