// relight compare: what AWS says of two services, side by side. Cannot change anything.
import { compareFacts } from '../../compare/compare.ts';
import type { Expectation, Side } from '../../compare/comparison.ts';
import { expectationsOf } from '../../compare/expected.ts';
import { factsOf, type Closer, type SideFacts } from '../../compare/facts.ts';
import { labelsOf, type Nameable } from '../../compare/words.ts';
import { insistOnPlace, look, type Assessed } from '../../engine.ts';
import { observePieces } from '../../observe/bases.ts';
import type { Playbook } from '../../playbook/model.ts';
import { comparePage, compareKicker } from '../../report/compare-document.ts';
import { compareText } from '../../report/compare-text.ts';
import { bothSides, compareJson, resultOf, type ComparedSide, type CompareView } from '../../report/compare-view.ts';
import { jsonText, linesText, shownName } from '../../util/shown.ts';
import { tellDenied } from '../changing/denied.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { noSuchComponent, type GlobalOptions } from '../options.ts';
import { openCliSession, readPlaybook, type CliSession } from '../place/session.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import { outFileOf, writeOut, type OutFile } from '../terminal/out-file.ts';

type Params = GlobalOptions['param'];

export interface CompareOptions extends GlobalOptions {
  readonly leftProfile?: string;
  readonly rightProfile?: string;
  readonly leftParam: Params;
  readonly rightParam: Params;
  readonly leftStateDir?: string;
  readonly rightStateDir?: string;
  /** `web=frontend`: the left one's and the right one's id of one component. */
  readonly map: readonly string[];
  readonly out?: string;
}

type Both<Value> = { readonly [side in Side]: Value };

export async function compare(leftFile: string, rightFile: string, options: CompareOptions, io: Io): Promise<ExitCode> {
  const files: Both<string> = { left: leftFile, right: rightFile };
  const own = { left: optionsOf('left', options), right: optionsOf('right', options) };
  const playbooks = {
    left: readPlaybook(leftFile, own.left, io),
    right: readPlaybook(rightFile, own.right, io),
  };
  const mapped = mappedIn(options.map, playbooks);
  refuseStrange(options, playbooks);
  const out = options.out === undefined ? undefined : outOf(options.out, [leftFile, rightFile], io);
  refuseItself(playbooks, own, files);

  const left = await openSide('left', playbooks.left, own, options, io);
  const right = await openSide('right', playbooks.right, own, options, io);
  const [seenLeft, seenRight] = await Promise.all([lookCloser(left), lookCloser(right)]);
  const seen: Both<Seen> = { left: seenLeft, right: seenRight };
  const sides: CompareView['sides'] = {
    left: sideOf(files.left, playbooks.left, left, seenLeft),
    right: sideOf(files.right, playbooks.right, right, seenRight),
  };

  const facts = factsOf(
    bothSides.map((side) => {
      const { account, region } = sides[side].place;
      const { closer, observations } = seen[side];
      return { playbook: playbooks[side], observations, closer, account, region };
    }),
  ).map((each) => withoutExcluded(each, options));
  const [one, other] = facts;
  if (one === undefined || other === undefined) throw new Error('Internal error: two looks give two sides');
  const expectations = [
    ...mapped,
    ...expectationsOf('left', playbooks.left, playbooks.right),
    ...expectationsOf('right', playbooks.right, playbooks.left),
  ].filter(({ by, component }) => (by === 'left' ? one : other).pieces.has(component));
  const labels = labelsOf(nameable(sides.left), nameable(sides.right));
  const view: CompareView = { sides, labels, comparison: compareFacts(one, other, expectations) };

  const json = jsonText(compareJson(view));
  if (options.json === true) io.out(json);
  else io.out(compareText(view, left.paint, Math.min(io.columns, widest)));
  if (out !== undefined) {
    writeOut(out.file, out.isJson ? json : comparePage(view), 0o600);
    io.err(linesText([`comparison written to ${out.file.shown}`]));
  }
  for (const side of bothSides) {
    tellDenied(playbooks[side], seen[side].observations.byId, excludedOf(playbooks[side], options), io);
  }
  switch (resultOf(view.comparison)) {
    case 'alike':
      return exitCodes.fine;
    case 'differs':
      return exitCodes.pending;
    case 'incomplete':
      return exitCodes.incomplete;
  }
}

interface Seen extends Pick<Assessed, 'observations'> {
  readonly closer: ReadonlyMap<string, Closer>;
  /** The identity reads included. */
  readonly awsCalls: number;
}

/** What a piece is in full takes more than a look; of what others own, a look is enough. */
async function lookCloser({ session }: CliSession): Promise<Seen> {
  const { observations } = await look(session);
  const owned = [...session.playbook.components.values()].filter(({ shared }) => !shared);
  const closer = new Map<string, Closer>();
  const told = await observePieces(owned, observations, session.observeContext, (component, why) => {
    closer.set(component, { kind: 'unread', why });
  });
  insistOnPlace(session);
  for (const [component, { captured }] of told) closer.set(component, { kind: 'told', captured });
  return { observations, closer, awsCalls: session.observeContext.aws.meter.total };
}

/** Beyond this a line is harder to read, not easier. */
const widest = 120;

/** Each side has a place, parameters and credentials of its own; the region is that of its playbook. */
function optionsOf(side: Side, options: CompareOptions): GlobalOptions {
  const { leftParam, leftProfile, leftStateDir, rightParam, rightProfile, rightStateDir } = options;
  const [param, profile, stateDir] =
    side === 'left' ? [leftParam, leftProfile, leftStateDir] : [rightParam, rightProfile, rightStateDir];
  return {
    ...options,
    param: { ...options.param, ...param },
    stateDir: stateDir ?? options.stateDir,
    ...(profile === undefined ? {} : { profile }),
  };
}

async function openSide(
  side: Side,
  playbook: Playbook,
  own: Both<GlobalOptions>,
  { leftProfile, rightProfile, sandbox }: CompareOptions,
  io: Io,
): Promise<CliSession> {
  const paint = paintFor(io, own[side].color, io.canRedraw);
  const name = side === 'left' ? paint.change(side) : paint.warn(side);
  io.err(linesText([`${name}: ${shownName(playbook.file)}`]));
  try {
    return await openCliSession(playbook, 'read', { ...own[side], region: playbook.target.region }, io);
  } catch (error) {
    const isOneForBoth = leftProfile === undefined && rightProfile === undefined && sandbox !== true;
    if (!(error instanceof UserError) || error.exitCode !== exitCodes.refused || !isOneForBoth) throw error;
    const hint = 'Two accounts need credentials for each: --left-profile <name>, --right-profile <name>.';
    throw new UserError(`${error.message}\n${hint}`, error.exitCode, error.details);
  }
}

/** @throws UserError: what is held against itself is always alike, and that would look like good news */
function refuseItself(playbooks: Both<Playbook>, own: Both<GlobalOptions>, files: Both<string>): void {
  const [left, right] = bothSides.map((side) => {
    const { metadata, target } = playbooks[side];
    // A world in a file is a place of its own.
    const world = own[side].sandbox === true ? own[side].stateDir : '';
    return JSON.stringify([metadata.name, target.account, target.region, world]);
  });
  if (left !== right) return;
  const { metadata, target } = playbooks.left;
  const which = files.left === files.right ? `${files.left} is given twice` : `${files.left} and ${files.right}`;
  throw new UserError(
    `refused: ${which}: both are playbook ${metadata.name} in account ${target.account}, region ${target.region}. ` +
      'A service compared with itself is always alike. Nothing was looked at or changed.',
    exitCodes.refused,
  );
}

/** @throws UserError for what is no pair, or names what is not there, or names it twice */
function mappedIn(map: readonly string[], { left, right }: Both<Playbook>): readonly Expectation[] {
  const pairs = map.map((text): Expectation => {
    const [component = '', as = '', ...more] = text.split('=');
    if (component === '' || as === '' || more.length > 0) {
      throw new UserError(`--map ${text}: expected <left component>=<right component>`);
    }
    if (!left.components.has(component)) throw noSuchComponent(component, left, '--map ');
    if (!right.components.has(as)) throw noSuchComponent(as, right, `--map ${component}=`);
    return { by: 'left', component, as, field: undefined, is: undefined, because: '--map' };
  });
  const twice = pairs.find((each, index) =>
    pairs.slice(0, index).some((before) => before.component === each.component || before.as === each.as),
  );
  if (twice !== undefined) {
    throw new UserError(`--map ${twice.component}=${twice.as ?? ''}: one of the two is matched already`);
  }
  return pairs;
}

/** Names of either playbook. */
function refuseStrange({ exclude, only }: GlobalOptions, { left, right }: Both<Playbook>): void {
  for (const [flag, names] of [
    ['--only', only],
    ['--exclude', exclude],
  ] as const) {
    const wrong = names.find((name) => !left.components.has(name) && !right.components.has(name));
    if (wrong === undefined) continue;
    throw noSuchComponent(
      wrong,
      { ...left, components: new Map([...right.components, ...left.components]) },
      `${flag} `,
    );
  }
}

function isExcluded(id: string, { exclude, only }: GlobalOptions): boolean {
  return exclude.includes(id) || (only.length > 0 && !only.includes(id));
}

function excludedOf({ components }: Playbook, options: GlobalOptions): ReadonlySet<string> {
  return new Set([...components.keys()].filter((id) => isExcluded(id, options)));
}

function withoutExcluded(facts: SideFacts, options: GlobalOptions): SideFacts {
  return { ...facts, pieces: new Map([...facts.pieces].filter(([id]) => !isExcluded(id, options))) };
}

function sideOf(
  file: string,
  playbook: Playbook,
  { place }: CliSession,
  { awsCalls, observations }: Seen,
): ComparedSide {
  const { digest, metadata } = playbook;
  return { playbook: { name: metadata.name, digest, file }, place, observedAt: observations.at, awsCalls };
}

function nameable({ place, playbook }: ComparedSide): Nameable {
  const { account, alias, environment, region } = place;
  return { environment, playbook: playbook.name, alias, account, region, file: playbook.file };
}

/** A comparison may be written again over an older one, and over nothing else. */
const ownComparisons = { what: 'comparison that relight wrote', is: isWrittenComparison };

function isWrittenComparison(text: string): boolean {
  if (text.startsWith('<!DOCTYPE html>')) return text.includes(`<div class="kicker">${compareKicker}</div>`);
  return /^\{\s*"version": \d+,\s*"result": "/.test(text) && text.includes('"headline": ');
}

function outOf(out: string, inputs: readonly string[], io: Io): { readonly file: OutFile; readonly isJson: boolean } {
  const ending = /\.(html|json)$/.exec(out)?.[1];
  if (ending === undefined) throw new UserError(`--out ${out}: expected a name that ends in .html or .json`);
  return { file: outFileOf(out, { inputs, only: ownComparisons }, io), isJson: ending === 'json' };
}
