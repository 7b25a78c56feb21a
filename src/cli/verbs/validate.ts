// relight validate: are the playbooks sound, each by itself and all of them together? Asks nobody.
import { graphOf, loadPlaybook } from '../../engine.ts';
import { diagnosticsText } from '../../playbook/diagnostic.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { LoadResult } from '../../playbook/playbook.ts';
import { readSource } from '../../playbook/yaml/source.ts';
import type { Paint } from '../../report/paint.ts';
import { namedText } from '../../util/leads.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { largestFile } from '../../util/storage-read.ts';
import { count } from '../../util/words.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { filesNamed, standardInput } from '../place/named-files.ts';
import { readBytes, typesHint } from '../place/session.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import { isSound, togetherJson, togetherLines, togetherOf } from './validate-together.ts';

interface Content {
  readonly file: string;
  readonly bytes: Uint8Array;
}

export async function validate(words: readonly string[], options: GlobalOptions, io: Io): Promise<ExitCode> {
  const contents: Content[] = [];
  const { files, unmatched } = filesNamed(words, io);
  const [nothing] = unmatched;
  if (nothing !== undefined) throw new UserError(`${nothing}: no file is there`);
  for (const file of files) contents.push({ file, bytes: await bytesOf(file, io) });
  const tried = tryAll(contents, options);
  for (const { result } of tried) if (result.ok) io.hide?.(result.playbook.secrets.redactor);
  const playbooks = tried.flatMap(({ result }) => (result.ok ? [result.playbook] : []));
  const together = togetherOf(playbooks);
  if (options.json === true) io.out(jsonText({ version: 1, ...filesJson(tried), ...togetherJson(together) }));
  else {
    for (const { file, result } of tried) tell(file, result, options, io, tried.length > 1);
    const paint = paintFor(io, options.color, io.outIsTerminal);
    io.out(linesText(togetherLines(together, paint)));
  }
  const bad = tried.find(({ result }) => !result.ok);
  if (bad !== undefined) throw new UserError(options.json === true ? '' : typesHint(bad.result));
  return isSound(together) ? exitCodes.fine : exitCodes.pending;
}

async function bytesOf(file: string, io: Io): Promise<Uint8Array> {
  if (file !== standardInput) return readBytes(file, io);
  if (io.input === undefined) throw new UserError('-: there is no standard input');
  const bytes = await io.input(largestFile);
  if (bytes.length > largestFile) throw new UserError(`-: more than ${largestFile} bytes is too large for a playbook`);
  return bytes;
}

interface Tried {
  readonly file: string;
  readonly result: LoadResult;
}

/** A name that one of them provides may be read in all of them, also where it stands in a secret's place. */
function tryAll(contents: readonly Content[], options: GlobalOptions): readonly Tried[] {
  const params = paramsFor(contents, options);
  const load = (open: readonly string[]): readonly Tried[] =>
    contents.map(({ bytes, file }, index) => ({
      file,
      result: loadPlaybook({ bytes, file, params: params[index] ?? {}, types: options.types.types, open }),
    }));
  const first = load([]);
  const open = first.flatMap(({ result }) => (result.ok ? namesIn(result.playbook) : []));
  return open.length === 0 ? first : load(open);
}

function namesIn({ provides, recovery }: Playbook): readonly string[] {
  return [...provides, ...recovery.needs].flatMap(({ named }) =>
    named.kind === 'product' ? [named.word] : [named.host, namedText(named)],
  );
}

/** A parameter goes to those of several playbooks that have it; one that none of them has is a slip. */
function paramsFor(
  contents: readonly Content[],
  { param }: GlobalOptions,
): readonly Readonly<Record<string, string>>[] {
  const given = Object.entries(param);
  if (contents.length === 1 || given.length === 0) return contents.map(() => param);
  const declared = contents.map(({ bytes, file }) => paramsIn(file, bytes));
  const [strange] = given.filter(([name]) => !declared.some((names) => names.has(name)));
  if (strange !== undefined) throw new UserError(`--param ${strange[0]}: none of these playbooks has this parameter`);
  return declared.map((names) => Object.fromEntries(given.filter(([name]) => names.has(name))));
}

function paramsIn(file: string, bytes: Uint8Array): ReadonlySet<string> {
  const read = readSource(file, bytes);
  const value = read.ok ? read.source.value : null;
  const params = typeof value === 'object' && value !== null && 'params' in value ? value['params'] : null;
  return new Set(typeof params === 'object' && params !== null ? Object.keys(params) : []);
}

// --- One by one ------------------------------------------------------------------------------------------------------

function tell(file: string, result: LoadResult, options: GlobalOptions, io: Io, isOneOfMany: boolean): void {
  const color = paintFor(io, options.color, io.canRedraw).bad('x') !== 'x';
  if (result.diagnostics.length > 0) io.err(diagnosticsText(result.diagnostics, result.text, { color }));
  const paint = paintFor(io, options.color, io.outIsTerminal);
  if (result.ok) io.out(linesText([validText(file, result.playbook, paint)]));
  else if (isOneOfMany) {
    const mistakes = result.diagnostics.filter(({ severity }) => severity === 'error').length;
    io.out(linesText([`${paint.bad('invalid')}  ${file}: ${count(mistakes, 'mistake')}`]));
  }
}

function validText(file: string, playbook: Playbook, paint: Paint): string {
  const graph = graphOf(playbook);
  return (
    `${paint.good('valid')}  ${file}: ${playbook.metadata.name}, ${count(graph.nodes.length, 'component')}, ` +
    `${count(graph.edges.length, 'dependency', 'dependencies')}, ${count(playbook.verify.length, 'probe')}`
  );
}

/** One file as ever; several as a list. */
function filesJson(tried: readonly Tried[]): object {
  const files = tried.map(({ file, result }) => ({ file, valid: result.ok, diagnostics: result.diagnostics }));
  const [only] = files;
  return files.length === 1 && only !== undefined ? only : { valid: files.every(({ valid }) => valid), files };
}
