// relight known-good: what a service was when all of it was healthy, as this machine knows it, and the team's table.
import { stringify } from 'yaml';
import { specPathMask } from '../../assess/concealed.ts';
import type { Json } from '../../components/contract.ts';
import { typeOf } from '../../observe/observe.ts';
import { table } from '../../report/paint.ts';
import { instantText } from '../../report/run-words.ts';
import { recalledBase } from '../../settings/base.ts';
import { toJson } from '../../util/json.ts';
import { conceal } from '../../util/path-mask.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { count } from '../../util/words.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { openCliSession, readPlaybook, type CliSession } from '../place/session.ts';
import {
  goodVersions,
  openKnownGood,
  placeOf,
  rememberedIn,
  tellTroubles,
  type GoodVersion,
  type KnownGoodKeeper,
} from '../state/known-good.ts';
import { forgetKnownGood } from '../state/known-good-files.ts';
import type { Io } from '../terminal/io.ts';

/** Newest first. */
export async function knownGoodList(file: string, options: GlobalOptions, io: Io): Promise<ExitCode> {
  const { versions } = await versionsFor(file, options, io);
  if (options.json === true) {
    const listed = versions.map(({ name, at, by, file: path, notKept, pieces, table: there }) => ({
      name,
      file: path,
      table: there,
      by,
      at,
      components: [...pieces.keys()],
      notKept,
    }));
    io.out(jsonText({ version: 1, versions: listed }));
    return exitCodes.fine;
  }
  if (versions.length === 0) io.out(linesText([nothingYet]));
  const rows = versions.map((each) => [
    each.name,
    instantText(each.at),
    count(each.pieces.size, 'component'),
    sourcesOf(each),
    ...Object.keys(each.notKept).map((id) => `without ${id}`),
  ]);
  io.out(linesText(table(rows)));
  return exitCodes.fine;
}

/** `state directory, dynamodb://relight by alice@laptop` */
function sourcesOf({ by, file, table: there }: GoodVersion): string {
  const own = file === null ? [] : ['state directory'];
  return [...own, ...(there === null ? [] : [`${there} by ${by ?? ''}`])].join(', ');
}

const nothingYet =
  'nothing is known to be good yet: it is written down when status or plan finds every component healthy';

export interface KnownGoodOptions extends GlobalOptions {
  /** Name of a version; the newest unless told. */
  readonly of?: string;
}

/** What a version says of each component, in a playbook's words, without what nobody is to read. */
export async function knownGoodShow(
  file: string,
  component: string | undefined,
  options: KnownGoodOptions,
  io: Io,
): Promise<ExitCode> {
  const { cli, versions } = await versionsFor(file, options, io);
  const version = versionNamed(versions, options.of);
  const specs = describedIn(version, cli, io);
  const shown = component === undefined ? specs : { [component]: specs[component] ?? unknownIn(component, specs) };
  if (options.json === true) {
    const { at, by, file: path, name, table: there } = version;
    io.out(jsonText({ version: 1, name, at, file: path, table: there, by, components: shown }));
  } else {
    const text = stringify(shown, { lineWidth: 0 });
    const missing = withheldIn(version);
    io.out(
      linesText([
        `# ${version.name}, ${instantText(version.at)}, ${sourcesOf(version)}`,
        ...missing.map((each) => `# not kept: ${each}`),
        ...text.trimEnd().split('\n'),
      ]),
    );
  }
  return exitCodes.fine;
}

/** Forgets a version, or all of them with `all`. */
export async function knownGoodForget(
  file: string,
  options: KnownGoodOptions & { readonly all?: boolean },
  io: Io,
): Promise<ExitCode> {
  if ((options.all === true) === (options.of !== undefined)) {
    throw new UserError('known-good forget needs --of <version>, or --all');
  }
  const playbook = readPlaybook(file, options, io);
  const cli = await openCliSession(playbook, 'read', options, io);
  const keeper = openKnownGood(cli, { ahead: false });
  const names = await forgetIn(cli, keeper, options, io).finally(keeper.close);
  if (options.json === true) io.out(jsonText({ version: 1, forgotten: names }));
  else io.out(linesText([`forgotten: ${names.length === 0 ? 'nothing was there' : names.join(', ')}`]));
  return exitCodes.fine;
}

/** @throws UserError where a table may still hold it */
async function forgetIn(
  cli: CliSession,
  keeper: KnownGoodKeeper,
  options: KnownGoodOptions & { readonly all?: boolean },
  io: Io,
): Promise<readonly string[]> {
  if (options.all !== true) {
    const { troubles, versions } = await goodVersions(cli, keeper);
    tellTroubles(troubles, io, keeper.told);
    versionNamed(versions, options.of);
  }
  const own = forgetKnownGood(cli.stateDirectory, placeOf(cli), options.of);
  const there = await keeper.table?.forget(options.of);
  const names = [...new Set([...own, ...(there?.names ?? [])])].sort().reverse();
  if (there?.why === undefined) return names;
  const done = own.length === 0 ? '' : `forgotten in the state directory: ${own.join(', ')}. `;
  throw new UserError(`${done}In the table nothing is forgotten: ${there.why}`);
}

async function versionsFor(
  file: string,
  options: GlobalOptions,
  io: Io,
): Promise<{ readonly cli: CliSession; readonly versions: readonly GoodVersion[] }> {
  const playbook = readPlaybook(file, options, io);
  const cli = await openCliSession(playbook, 'read', options, io);
  const keeper = openKnownGood(cli, { ahead: false });
  const { troubles, versions } = await goodVersions(cli, keeper).finally(keeper.close);
  tellTroubles(troubles, io);
  return { cli, versions };
}

function versionNamed(versions: readonly GoodVersion[], name: string | undefined): GoodVersion {
  const [newest] = versions;
  const found = name === undefined ? newest : versions.find((each) => each.name === name);
  if (found !== undefined) return found;
  if (newest === undefined) throw new UserError(nothingYet);
  throw new UserError(`there is no version ${name ?? ''}; there are ${versions.map((each) => each.name).join(', ')}`);
}

/** What the version had and does not tell, as it is in the table alone. */
function withheldIn({ notKept, pieces }: GoodVersion): readonly string[] {
  return [
    ...Object.entries(notKept).map(([id, why]) => `${id}: ${why}`),
    ...[...pieces].flatMap(([id, { recalled }]) => (recalled.worded?.withheld ?? []).map((path) => `${id}: ${path}`)),
  ];
}

function describedIn(version: GoodVersion, { session }: CliSession, io: Io): Readonly<Record<string, Json>> {
  const { playbook, types } = session;
  const { memory, troubles } = rememberedIn([version], session);
  tellTroubles(troubles, io);
  return Object.fromEntries(
    [...memory].flatMap(([id, [recalled]]) => {
      const component = playbook.components.get(id);
      if (component === undefined || recalled === undefined) return [];
      const type = typeOf(component, types);
      const spec = toJson(recalledBase(type, recalled).spec);
      return [[id, conceal(spec, specPathMask(component, type))]];
    }),
  );
}

function unknownIn(component: string, specs: object): never {
  throw new UserError(`nothing is known of ${component}; of ${Object.keys(specs).join(', ')} something is`);
}
