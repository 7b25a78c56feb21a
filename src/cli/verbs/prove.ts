// relight prove: plays every state of a playbook's cover in an embedded AWS and writes a certificate, or the smallest
// disasters that break it. No call leaves this machine, no credentials are read.
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { graphOf } from '../../engine.ts';
import type { Playbook } from '../../playbook/model.ts';
import { certify } from '../../prove/certificate/certificate.ts';
import { proofPage } from '../../prove/report/page.ts';
import { prove, type Proof, type Progress } from '../../prove/prove.ts';
import { proofReport, undeployableReport, type ProofReport, type Written } from '../../prove/report/report.ts';
import { scenarioText } from '../../prove/cases/scenario-file.ts';
import type { CounterExample } from '../../prove/cases/shrink.ts';
import { proofText } from '../../prove/report/text.ts';
import { pieceStates } from '../../rehearse/disaster/disaster.ts';
import type { TypeSet } from '../../components/index.ts';
import { CannotDeploy } from '../../rehearse/world/environment.ts';
import { systemClock } from '../../util/clock.ts';
import { readNamedFile } from '../../util/storage-read.ts';
import { count, durationText } from '../../util/words.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { pathIn, paintFor, type Io } from '../terminal/io.ts';
import { typeWords } from '../options.ts';
import { outFileOf, writeOut, type OutFile } from '../terminal/out-file.ts';
import {
  certificateName,
  exampleName,
  proofsFolder,
  removeExamples,
  removeProof,
  writeFolder,
  writeText,
} from '../state/proofs.ts';
import { readPlaybook, stateDirectoryOf } from '../place/session.ts';
import { cannotMakeIn } from '../state/state-files.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText, linesText } from '../../util/shown.ts';

export interface ProveCommandOptions {
  readonly quick?: boolean;
  /** Each recovery is played from its beginning to its end. */
  readonly exhaustive?: boolean;
  readonly seed: number;
  readonly random?: number;
  readonly workers?: number;
  readonly out?: string;
  readonly stateDir: string;
  readonly param: Readonly<Record<string, string>>;
  readonly types: TypeSet;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** It ends after so many different counter-examples: one mistake shows itself in many states. */
const mostExamples = 5;

export async function proveCommand(file: string, options: ProveCommandOptions, io: Io): Promise<ExitCode> {
  if (options.out !== undefined && !/\.(json|html)$/.test(options.out)) {
    throw new UserError(`--out ${options.out}: expected a name that ends in .json or .html`);
  }
  if (options.out !== undefined && options.quick === true) {
    throw new UserError(`--out ${options.out} has no effect with --quick, which writes no certificate: leave one out`);
  }
  const playbook = readPlaybook(file, options, io);
  // Before anything is played: a proof takes minutes.
  if (options.out !== undefined) outOf(options.out, file, io);
  const noPlace = cannotMakeIn(proofsFolder(stateDirectoryOf(options, io), playbook));
  if (noPlace !== undefined) throw new UserError(`what comes of it could not be kept: ${noPlace}`);
  const text = readNamedFile(pathIn(io, file)).toString('utf8');
  if (options.quiet !== true) {
    io.err('proving in an embedded AWS: no call leaves this machine, no credentials are read\n\n');
  }
  const progress = showProving(options, io);
  const report = await proved(playbook, text, options, io, progress.tell).finally(progress.end);
  if (options.json === true) io.out(jsonText(report));
  else io.out(proofText(report, paintFor(io, options.color, io.outIsTerminal)));
  return report.result === 'proved' ? exitCodes.fine : exitCodes.failed;
}

async function proved(
  playbook: Playbook,
  text: string,
  options: ProveCommandOptions,
  io: Io,
  onProgress: (progress: Progress) => void,
): Promise<ProofReport> {
  const { exhaustive = false, quick = false, random, seed } = options;
  const graph = graphOf(playbook);
  const stateDirectory = stateDirectoryOf(options, io);
  try {
    const proof = await prove(playbook, {
      source: { file: playbook.file, text, params: options.param, modules: options.types.files, exhaustive },
      workers: options.workers ?? availableParallelism(),
      counterExamples: mostExamples,
      seed,
      random,
      quick,
      clock: systemClock,
      cpuSeconds: () => {
        const { system, user } = process.cpuUsage();
        return (system + user) / 1_000_000;
      },
      onProgress,
    });
    return proofReport(proof, graph, keep(proof, stateDirectory, options, io));
  } catch (error) {
    if (!(error instanceof CannotDeploy)) throw error;
    removeProof(stateDirectory, playbook);
    const replay = `relight rehearse ${shellWord(playbook.file)}${paramWords(options)}`;
    return undeployableReport(error, playbook, graph, { quick, replay });
  }
}

/** Writes what came of it: the certificate and its page, or a rehearsal file for each counter-example. */
function keep(proof: Proof, stateDirectory: string, options: ProveCommandOptions, io: Io): Written {
  const { counterExamples, playbook, quick } = proof;
  const folder = proofsFolder(stateDirectory, playbook);
  removeExamples(folder);
  if (counterExamples.length > 0) {
    removeProof(stateDirectory, playbook);
    writeFolder(folder);
    const examples = counterExamples.map((example, index) => {
      const { promise, tried } = example;
      const number = index + 1;
      const place = join(folder, exampleName(number));
      const name = `${playbook.metadata.name.slice(0, 40)}-counter-example-${number}`;
      const seen = relative(dirname(place), pathIn(io, playbook.file));
      const params = Object.fromEntries(
        Object.entries(options.param).filter(([each]) => !playbook.secrets.params.has(each)),
      );
      const text = scenarioText({ name, playbook: seen, params, tried, broken: promise }, playbook);
      writeText(place, playbook.secrets.redactor.text(text));
      const shown = shownPath(place, io);
      return { file: shown, replay: replayOf(example, shown, options, playbook) };
    });
    return { certificate: undefined, examples };
  }
  if (quick) return { certificate: undefined, examples: [] };
  const value = certify(proof, systemClock.now());
  const json = jsonText(value);
  writeFolder(folder);
  const place = join(folder, certificateName(playbook));
  const page = place.replace(/\.json$/, '.html');
  writeText(place, json);
  writeText(page, proofPage(value));
  if (options.out !== undefined) {
    const text = options.out.endsWith('.html') ? proofPage(value) : json;
    writeOut(outOf(options.out, playbook.file, io), text, 0o600);
  }
  return { certificate: { value, file: shownPath(place, io), page: shownPath(page, io) }, examples: [] };
}

/** @throws UserError where something else than an earlier certificate would be written over */
function outOf(out: string, playbook: string, io: Io): OutFile {
  return outFileOf(out, { inputs: [playbook], only: { what: 'certificate', is: isWrittenProof } }, io);
}

/** A certificate of whatever version, or its page. */
function isWrittenProof(text: string): boolean {
  if (text.startsWith('<!DOCTYPE html>')) return text.includes('<div class="kicker">relight proof ');
  return /^\{\s*"version": \d+,\s*"kind": "Proof"/.test(text);
}

/** The shortest command that plays a counter-example again and shows what is wrong with it. */
function replayOf(
  { promise, tried }: CounterExample,
  file: string,
  options: ProveCommandOptions,
  playbook: Playbook,
): string {
  const secret = Object.keys(options.param).filter((name) => playbook.secrets.params.has(name));
  const params = secret.map((name) => ` --param ${name}=…`).join('');
  // A rehearsal by flags shows how it ends; only the file expects that promises are kept on the way.
  const showsAtTheEnd = promise.promise === 'heals' || promise.promise === 'nothing-left';
  const isPlain = showsAtTheEnd && tried.variation.kind === 'none' && tried.accepted.length === 0;
  const flags = { lost: 'lose', drifted: 'drift' } as const;
  const words = pieceStates.flatMap((state) => {
    const ids = Object.keys(tried.disaster).filter((id) => tried.disaster[id] === state);
    const flag = state === 'lost' || state === 'drifted' ? flags[state] : state;
    return ids.length === 0 ? [] : [`--${flag} ${ids.join(',')}`];
  });
  if (!isPlain || words.length === 0) return `relight rehearse ${shellWord(file)}${params}${typeWords(options)}`;
  return `relight rehearse ${shellWord(playbook.file)} ${words.join(' ')} --strategy ${tried.strategy}${paramWords(options)}`;
}

function paramWords({ param, types }: ProveCommandOptions): string {
  const params = Object.keys(param).map((name) => ` --param ${name}=…`);
  return params.join('') + typeWords({ types });
}

function shownPath(place: string, io: Io): string {
  const near = relative(io.cwd, place);
  return near.startsWith('..') ? place : near;
}

/** A line that is redrawn on a terminal; elsewhere one now and then. */
function showProving(
  options: ProveCommandOptions,
  io: Io,
): { readonly tell: (progress: Progress) => void; readonly end: () => void } {
  if (options.quiet === true) return { tell: () => undefined, end: () => undefined };
  const every = io.canRedraw ? 0.25 : 10;
  let next = every;
  return {
    tell: (progress) => {
      if (progress.seconds < next) return;
      next = progress.seconds + every;
      const line = progressLine(progress);
      if (io.canRedraw) io.block([line]);
      else io.err(linesText([line]));
    },
    end: () => {
      if (io.canRedraw) io.block([]);
    },
  };
}

const barCells = 24;

function progressLine({ counterExamples, done, isEstimate, phase, seconds, total }: Progress): string {
  const filled = Math.round((done / Math.max(1, total)) * barCells);
  const rate = done / Math.max(0.001, seconds);
  const found = counterExamples === 0 ? '' : ` · ${count(counterExamples, 'counter-example')}`;
  if (phase === 'shrinking') return `  ${done} recoveries played${found} · looking for the smallest disaster`;
  const left = durationText((total - done) / Math.max(0.001, rate));
  return `  ${'█'.repeat(filled)}${'░'.repeat(barCells - filled)} ${done} of ${isEstimate ? 'about ' : ''}${total} · ${rate.toFixed(0)} a second · about ${left} left${found}`;
}
