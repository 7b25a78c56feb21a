// relight capture --refresh: what has changed in AWS since a playbook was written, as a diff of its text.
import { statSync } from 'node:fs';
import { createTwoFilesPatch } from 'diff';
import { captured, NothingToCapture } from '../../capture/capture.ts';
import { composed } from '../../capture/compose.ts';
import type { Captured } from '../../capture/model.ts';
import { refreshed, type Change, type Refreshed, type SeenComponent } from '../../capture/refresh.ts';
import { CannotSee, keyOf } from '../../capture/walk.ts';
import type { Json } from '../../components/contract.ts';
import type { Assessed } from '../../engine.ts';
import { resolveReferences } from '../../playbook/expressions.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import type { Paint } from '../../report/paint.ts';
import { readNamedFile } from '../../util/storage-read.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { lookKnowingly } from '../state/earlier-writes.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { whereWords, type GlobalOptions } from '../options.ts';
import { loadDiagnosed, openCliSession, readPlaybook, type CliSession } from '../place/session.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { outFileOf, writeOut, type OutFile } from '../terminal/out-file.ts';

export type RefreshOptions = GlobalOptions & {
  /** The playbook is changed, and not only its changes told. */
  readonly write?: boolean;
  /** Settings too that it leaves unsaid. */
  readonly unsaid?: boolean;
  readonly name?: readonly string[];
  readonly stateTable: readonly string[];
};

export async function refresh(file: string, options: RefreshOptions, io: Io): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  const out = options.write === true ? outFileOf(file, {}, io) : undefined;
  const text = readNamedFile(pathIn(io, file)).toString('utf8');
  const cli = await openCliSession(playbook, 'read', options, io);
  const assessed = await lookKnowingly(cli);
  const found = await capturedAgain(cli, assessed, options);
  const unseen = [
    ...found.unseen.map(({ what, why }) => `${what}: ${why}`),
    ...[...assessed.assessments.values()].filter(({ verdict }) => verdict === 'unknown').map(({ id }) => id),
  ];
  const made = composedAgain({ text, playbook, assessed, found, cli }, options);
  const { changes, text: next } = made;
  if (next !== text) insistOnSound(next, file, options, io);
  if (out !== undefined && next !== text) takeOver(out, text, next);
  tell({ changes, file, next, text, unseen, written: out !== undefined && next !== text }, cli.paint, options, io);
  if (unseen.length > 0) return exitCodes.incomplete;
  return changes.length === 0 || out !== undefined ? exitCodes.fine : exitCodes.pending;
}

/** As it was meant: what somebody wrote meanwhile stays, and whoever may read the file still may. @throws UserError */
function takeOver(out: OutFile, text: string, next: string): void {
  if (readNamedFile(out.path).toString('utf8') !== text) {
    throw new UserError(`${out.shown} was changed meanwhile: nothing was written. Refresh it once more`);
  }
  writeOut(out, next, statSync(out.path).mode & 0o777);
}

/** From the playbook's root, or from its first service. */
async function capturedAgain(cli: CliSession, assessed: Assessed, options: RefreshOptions): Promise<Captured> {
  const { playbook, observeContext } = cli.session;
  const root = rootOf(playbook);
  const names = [...playbook.components.values()].flatMap((each) => {
    const fqdn = assessed.observations.outputs.get(each.id)?.['fqdn'];
    return fqdn === undefined ? [] : [fqdn];
  });
  const piece = { type: root.type, spec: resolved(root, assessed) as Readonly<Record<string, Json>> };
  try {
    return await captured(
      observeContext,
      {
        start: { kind: 'piece', piece },
        tables: [...new Set([...options.stateTable, ...tablesOf(playbook, assessed)])],
        names: [...names, ...(options.name ?? [])],
      },
      { tell: () => undefined, choose: () => Promise.resolve(undefined) },
    );
  } catch (error) {
    if (error instanceof NothingToCapture) {
      throw new UserError(
        `${root.id}: ${error.message}\nA playbook is refreshed from a service that runs; to bring it back: relight recover ${shellWord(playbook.file)}`,
      );
    }
    if (error instanceof CannotSee) throw new UserError(error.message, exitCodes.incomplete);
    throw error;
  }
}

function rootOf(playbook: Playbook): Component {
  const all = [...playbook.components.values()];
  const owners = all.map(({ ownedBy }) => ownedBy);
  const isService = ({ type }: Component): boolean => playbook.types.get(type)?.inventory?.services === true;
  const root = all.find((each) => isService(each) && owners.includes(each.id)) ?? all.find(isService);
  if (root === undefined)
    throw new UserError(`${playbook.file} has no service, from which the rest could be found again`);
  return root;
}

function resolved({ spec }: Component, { observations }: Assessed): unknown {
  return resolveReferences(spec, (id, output) => observations.outputs.get(id)?.[output]);
}

/** Tables of the entries that it has. */
function tablesOf(playbook: Playbook, assessed: Assessed): readonly string[] {
  return [...playbook.components.values()].flatMap((each) => {
    if (playbook.types.get(each.type)?.capturing.entries === undefined) return [];
    const table = assessed.observations.outputs.get(each.id)?.['table'];
    return table === undefined ? [] : [table];
  });
}

/** Under the playbook's own ids. */
function composedAgain(
  {
    assessed,
    cli: { session },
    found,
    playbook,
    text,
  }: {
    readonly text: string;
    readonly playbook: Playbook;
    readonly assessed: Assessed;
    readonly found: Captured;
    readonly cli: CliSession;
  },
  options: RefreshOptions,
): Refreshed {
  const byKey = new Map<string, string>();
  for (const each of playbook.components.values()) {
    const type = playbook.types.get(each.type);
    const spec = type?.traits.schema.safeParse(resolved(each, assessed));
    if (type !== undefined && spec?.success === true) byKey.set(keyOf(type, spec.data), each.id);
  }
  const made = composed(found, {
    name: playbook.metadata.name,
    scope: session.observeContext.scope,
    // What is not written yet stays unsaid.
    mayWrite: () => false,
    ids: byKey,
    taken: new Set(playbook.components.keys()),
  });
  const seen = [...playbook.components.values()].map((each): SeenComponent => {
    const assessment = assessed.assessments.get(each.id);
    return {
      id: each.id,
      shared: each.shared,
      differences: assessment?.present === true ? assessment.differences : [],
      gone: assessment?.verdict === 'missing',
      foreign: assessment?.verdict === 'foreign',
      ignore: each.ignore,
    };
  });
  return refreshed(text, seen, made, options.unsaid === true);
}

/** What would be written is a playbook. @throws UserError */
function insistOnSound(text: string, file: string, options: RefreshOptions, io: Io): void {
  const { diagnostics, ok } = loadDiagnosed(file, options, io, [], text);
  if (ok) return;
  const [first] = diagnostics;
  throw new UserError(
    `what was captured does not fit into ${file}: line ${first?.line ?? 0}: ${first?.message ?? ''}\n` +
      `Nothing was written. Capture it anew beside it: relight capture --service <cluster>/<name> --out another.yaml`,
  );
}

interface Told {
  readonly changes: readonly Change[];
  readonly file: string;
  readonly next: string;
  readonly text: string;
  readonly unseen: readonly string[];
  readonly written: boolean;
}

const words: Readonly<Record<Change['kind'], string>> = {
  changed: 'changed',
  new: 'new',
  gone: 'gone',
  unsaid: 'unsaid so far',
  'by-hand': 'changed',
};

function tell(
  { changes, file, next, text, unseen, written }: Told,
  paint: Paint,
  options: RefreshOptions,
  io: Io,
): void {
  if (options.json === true) {
    io.out(jsonText({ version: 1, file, changes, unseen, patch: patchOf(file, text, next), written }));
    return;
  }
  const lines = changes.map(({ component, kind, what }) => `  ${words[kind]}  ${component}  ${what}`);
  const title = changes.length === 0 ? `${file}: nothing has changed` : `${file}: what has changed in AWS`;
  io.out(linesText([title, ...lines, ...unseen.map((each) => `  not seen  ${each}`)]));
  if (next === text) return;
  const diff = patchOf(file, text, next)
    .split('\n')
    .filter((line) => !/^(?:Index:|={4}|\\)/.test(line));
  io.out(`\n${linesText(diff.map((line) => painted(line, paint)))}`);
  const command = `relight capture --refresh ${shellWord(file)} --write${options.unsaid === true ? ' --unsaid' : ''}${whereWords(options)}`;
  io.out(linesText([written ? `written to ${file}` : `take it over: ${command}`]));
}

function patchOf(file: string, text: string, next: string): string {
  return text === next
    ? ''
    : createTwoFilesPatch(`${file} (as written)`, `${file} (as in AWS)`, text, next, undefined, undefined, {
        context: 2,
      });
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith('+') && !line.startsWith('+++')) return paint.good(line);
  return line.startsWith('-') && !line.startsWith('---') ? paint.bad(line) : line;
}
