// relight capture: from a service that runs to a playbook of it, which plans nothing against what it came from. Reads only.
import { captured, NothingToCapture, type Start } from '../../capture/capture.ts';
import { composed, type Composed } from '../../capture/compose.ts';
import { playbookText } from '../../capture/document.ts';
import { wordsFor, type Captured } from '../../capture/model.ts';
import { capturedFrom } from '../../capture/stated.ts';
import { CannotSee } from '../../capture/walk.ts';
import type { TerraformState } from '../../owners/terraform-state.ts';
import { namePattern } from '../../playbook/schema.ts';
import { systemClock } from '../../util/clock.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { count, listText } from '../../util/words.ts';
import { chooseOne, mayWriteBy, type Asking } from '../capture/asking.ts';
import { checkedAgainst, type Checked } from '../capture/checking.ts';
import { headingOf, openIn, type Open } from '../capture/heading.ts';
import { openPlace, type PlainPlace } from '../capture/place.ts';
import { refresh } from '../capture/refreshing.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { whereWords, type GlobalOptions } from '../options.ts';
import { readPlaybook } from '../place/session.ts';
import type { Io } from '../terminal/io.ts';
import { readStateDocument } from '../state/state-document.ts';
import { outFileOf, writeOut, type OutFile } from '../terminal/out-file.ts';
import { proveCommand } from './prove.ts';

export type CaptureOptions = GlobalOptions & {
  readonly service?: string;
  readonly name?: readonly string[];
  readonly loadBalancer?: string;
  readonly tag?: string;
  readonly stateTable: readonly string[];
  readonly account?: string;
  readonly environment: string;
  readonly as?: string;
  readonly out?: string;
  readonly envValues?: boolean;
  readonly yes?: boolean;
  readonly prove: boolean;
  readonly from?: string;
  readonly refresh?: string;
  readonly write?: boolean;
  readonly unsaid?: boolean;
};

/** What has no say in a refresh. */
const beginnings = ['service', 'loadBalancer', 'tag', 'from', 'as', 'out', 'account'] as const;

export async function capture(options: CaptureOptions, io: Io): Promise<ExitCode> {
  if (options.refresh !== undefined) {
    const idle = beginnings.filter((each) => options[each] !== undefined);
    if (idle.length > 0)
      throw new UserError('--refresh <playbook> begins with the playbook: leave out where else to begin, and --out');
    return refresh(options.refresh, options, io);
  }
  if (options.write === true || options.unsaid === true) {
    throw new UserError('--write and --unsaid go with --refresh <playbook>');
  }
  const { as } = options;
  if (as !== undefined && !namePattern.test(as)) {
    throw new UserError(`--as ${as}: expected lower-case letters, digits and hyphens, starting with a letter`);
  }
  if (options.out === '-' && options.json === true) {
    throw new UserError('--out - prints the playbook, and --json what came of it: leave one out');
  }
  // Before anything is read: that takes its time.
  if (options.out !== undefined && options.out !== '-') newFile(options.out, io);
  const state = options.from === undefined ? undefined : readStateDocument(options.from, io);
  const start = state === undefined ? startIn(options) : undefined;
  if (state !== undefined && (options.loadBalancer ?? options.tag) !== undefined) {
    throw new UserError(
      '--from <state> goes with --service <cluster>/<name>, or alone where the state has one service',
    );
  }
  const place = await openPlace(options.account, options.environment, options, io);
  const asking: Asking = { io, may: options.yes !== true && io.canAsk && options.json !== true };
  const found = start !== undefined ? await read(start, place, asking, options, io) : readFrom(state, place, options);
  const mayWrite = await mayWriteBy(found, options.envValues === true, asking);
  const made = composed(found, { name: as, scope: place.observeContext.scope, mayWrite });
  const open = openIn(found, made);
  const text = textOf(found, made, open, place, options);
  const file = options.out ?? `${made.name}.yaml`;
  if (file === '-') {
    io.out(text);
    tellOpen(open, io);
    return open.unseen.length > 0 ? exitCodes.incomplete : exitCodes.fine;
  }
  writeOut(newFile(file, io), text);
  const summary = `${file}: ${summaryOf(found)} (${count(place.calls(), 'call')})`;
  const playbook = readPlaybook(file, options, io);
  const checked = await checkedAgainst(playbook, options, io);
  if (options.json !== true) {
    io.out(linesText([summary, ...openLines(open), ...checkedLines(checked)]));
  }
  const proved = options.prove && checked.empty ? await proof(file, options, io) : undefined;
  const code = codeOf(open, checked, proved);
  if (options.json === true) {
    io.out(
      jsonText(viewOf({ file, found, made, open, place, checked, proved: proved === undefined ? null : proved === 0 })),
    );
  } else io.out(linesText(nextLines(file, checked, options)));
  return code;
}

function startIn({ loadBalancer, name = [], service, tag }: CaptureOptions): Start {
  const [first] = name;
  const starts: readonly (Start | undefined)[] = [
    service === undefined ? undefined : { kind: 'service', words: service },
    loadBalancer === undefined ? undefined : { kind: 'load-balancer', words: loadBalancer },
    tag === undefined ? undefined : tagIn(tag),
  ];
  const [one, another] = starts.filter((each) => each !== undefined);
  if (another !== undefined) throw new UserError('name one thing to begin with: --service, --load-balancer or --tag');
  if (one !== undefined) return one;
  if (first !== undefined) return { kind: 'name', name: first };
  throw new UserError(
    'name what to capture: --service <cluster>/<name>, --name <dns name>, --load-balancer <name> or --tag <key=value>',
  );
}

function tagIn(text: string): Start {
  const at = text.indexOf('=');
  if (at <= 0) throw new UserError(`--tag ${text}: expected key=value`);
  return { kind: 'tag', key: text.slice(0, at), value: text.slice(at + 1) };
}

async function read(
  start: Start,
  { observeContext }: PlainPlace,
  asking: Asking,
  { name: names = [], quiet, stateTable: tables }: CaptureOptions,
  io: Io,
): Promise<Captured> {
  const tell = (what: string): void => {
    if (quiet !== true && io.canRedraw) io.block([`  reading ${what}`]);
  };
  try {
    return await captured(observeContext, { start, tables, names }, { tell, choose: (all) => chooseOne(all, asking) });
  } catch (error) {
    if (error instanceof NothingToCapture) throw new UserError(`nothing was captured: ${error.message}`);
    if (error instanceof CannotSee) {
      const { api, what, why } = error.unseen;
      const allow = api === undefined ? '' : `\nAllow ${api}, and capture once more.`;
      throw new UserError(`nothing was captured: ${what} could not be seen: ${why}${allow}`, exitCodes.incomplete);
    }
    throw error;
  } finally {
    if (io.canRedraw) io.block([]);
  }
}

/** What a state says; AWS is asked only who the caller is. */
function readFrom(
  state: TerraformState | undefined,
  { observeContext: { scope, types } }: PlainPlace,
  { name: names = [], service: words }: CaptureOptions,
): Captured {
  if (state === undefined) throw new Error('There is a start, or a state');
  try {
    return capturedFrom(state, { words, names }, types, scope);
  } catch (error) {
    if (error instanceof NothingToCapture) throw new UserError(`nothing was captured: ${error.message}`);
    throw error;
  }
}

function textOf(
  found: Captured,
  made: Composed,
  open: Open,
  { identity: { account, alias, region } }: PlainPlace,
  { environment }: CaptureOptions,
): string {
  const date = new Date(systemClock.now()).toISOString().slice(0, 10);
  const place = `${account}${alias === null ? '' : ` (${alias})`} ${region}`;
  const comments = headingOf(found, open, { date, place });
  return playbookText(made, { account, alias, region, environment, comments });
}

/** @throws UserError where something is there already: whoever wrote it meant it */
function newFile(file: string, io: Io): OutFile {
  const never = { what: 'playbook that may be written over', is: () => false };
  try {
    return outFileOf(file, { only: never }, io);
  } catch (error) {
    if (!(error instanceof UserError) || !error.message.includes('is there already')) throw error;
    throw new UserError(
      `${file} is there already, and is left as it is. Write another file with --out, or see what has changed since: ` +
        `relight capture --refresh ${shellWord(file)}`,
    );
  }
}

function summaryOf({ members, root }: Captured): string {
  const owned = members.filter(({ role }) => role === 'owned').length;
  const shared = members.length - owned;
  return `${wordsFor(root)}, ${count(owned, 'piece')} of its own${shared === 0 ? '' : ` and ${shared} shared`}`;
}

function openLines({ beyond, left, needs, unsaid, unseen }: Open): readonly string[] {
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`${title}:`, ...lines.map((each) => `  ${each}`)];
  return [
    ...part('could not be seen', unseen),
    ...part('left out, and may be its own', left),
    ...part('left unsaid, so that it stays as it is', unsaid),
    ...part('in no playbook, and not brought back', beyond),
    ...part('needed, and made by others', needs),
  ];
}

function tellOpen(open: Open, io: Io): void {
  const lines = openLines(open);
  if (lines.length > 0) io.err(linesText(lines));
}

function checkedLines({ empty, text, unknown }: Checked): readonly string[] {
  if (unknown.length > 0) return [`not seen when it was planned: ${listText(unknown)}`];
  return empty
    ? ['planned against what it came from: nothing to do']
    : ['planned against what it came from, it would change something:', ...text.trimEnd().split('\n')];
}

/** In one line where it holds; all of it where it found something, or is asked for. */
async function proof(file: string, options: CaptureOptions, io: Io): Promise<ExitCode> {
  let text = '';
  const kept = { ...io, out: (more: string) => (text += more) };
  const { color, param, quiet, stateDir, types } = options;
  const code = await proveCommand(
    file,
    { quick: true, seed: 1, color, param, stateDir, types, ...(quiet === undefined ? {} : { quiet }) },
    kept,
  );
  if (options.json === true) return code;
  const [first = ''] = text.split('\n');
  io.out(code === exitCodes.fine && options.verbose !== true ? `${first}\n` : text);
  return code;
}

function codeOf(open: Open, checked: Checked, proved: ExitCode | undefined): ExitCode {
  if (open.unseen.length > 0 || checked.unknown.length > 0) return exitCodes.incomplete;
  if (!checked.empty) return exitCodes.pending;
  return proved ?? exitCodes.fine;
}

function nextLines(file: string, { unproven }: Checked, options: CaptureOptions): readonly string[] {
  const where = whereWords(options);
  const name = shellWord(file);
  return [
    '',
    'next:',
    `  relight status ${name}${where}`,
    ...(unproven.length === 0
      ? []
      : [
          `  relight adopt ${name}${where}   # ${count(unproven.length, 'piece')} of which nothing proves yet that they are its own`,
        ]),
    `  relight plan ${name} --strategy rebuild${where}   # what the worst night would do`,
    `  relight prove ${name}`,
  ];
}

function viewOf({
  checked,
  file,
  found,
  made,
  open,
  place,
  proved,
}: {
  readonly checked: Checked;
  readonly file: string;
  readonly found: Captured;
  readonly made: Composed;
  readonly open: Open;
  readonly place: PlainPlace;
  readonly proved: boolean | null;
}): object {
  const { account, alias, arn, region } = place.identity;
  return {
    version: 1,
    file,
    playbook: made.name,
    root: made.root,
    identity: { account, alias, region, arn },
    components: made.components.map(({ found: { key, type }, id }) => {
      const member = found.members.find((each) => each.found.key === key);
      return { id, type: type.traits.type, shared: member?.role === 'shared', because: member?.because ?? [] };
    }),
    ...open,
    plan: { empty: checked.empty, unknown: checked.unknown },
    unproven: checked.unproven,
    proved,
    awsCalls: place.calls() + checked.calls,
  };
}
