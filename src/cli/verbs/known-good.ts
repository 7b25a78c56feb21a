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
  goodHeads,
  goodVersions,
  openKnownGood,
  placeOf,
  rememberedIn,
  tellTroubles,
  type GoodHead,
  type GoodVersion,
  type KnownGoodKeeper,
  type OpenKnownGood,
} from '../state/known-good.ts';
import { forgetKnownGood } from '../state/known-good-files.ts';
import type { Forgotten } from '../state/known-good-table.ts';
import type { Io } from '../terminal/io.ts';

/** Newest first. */
export async function knownGoodList(file: string, options: GlobalOptions, io: Io): Promise<ExitCode> {
  const { cli, keeper } = await openFor(file, options, io);
  const { troubles, versions } = await goodHeads(cli, keeper).finally(keeper.close);
  tellTroubles(troubles, io);
  if (options.json === true) {
    const listed = versions.map(({ name, at, by, components, file: path, from, notKept, table: there }) => ({
      name,
      file: path,
      table: there,
      by,
      from,
      at,
      components,
      notKept,
    }));
    io.out(jsonText({ version: 1, versions: listed }));
    return exitCodes.fine;
  }
  if (versions.length === 0) io.out(linesText([nothingYet]));
  const rows = versions.map((each) => [
    each.name,
    instantText(each.at),
    count(each.components.length, 'component'),
    sourcesOf(each),
    ...Object.keys(each.notKept).map((id) => `without ${id}`),
  ]);
  io.out(linesText(table(rows)));
  return exitCodes.fine;
}

/** `state directory, dynamodb://relight by alice@laptop` */
function sourcesOf({ by, file, from, table: there }: GoodHead): string {
  const own = file === null ? [] : ['state directory'];
  return [
    ...own,
    ...(from === null ? [] : [`as ${from} tells`]),
    ...(there === null ? [] : [`${there} by ${by ?? ''}`]),
  ].join(', ');
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
  const { cli, keeper } = await openFor(file, options, io);
  const version = await wholeVersion(cli, keeper, options.of, io).finally(keeper.close);
  const specs = describedIn(version, cli, io);
  const shown = component === undefined ? specs : { [component]: specs[component] ?? unknownIn(component, specs) };
  if (options.json === true) {
    const { at, by, file: path, from, name, table: there } = version;
    io.out(jsonText({ version: 1, name, at, file: path, table: there, by, from, components: shown }));
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
  const { cli, keeper } = await openFor(file, options, io);
  const { own, there } = await forgetIn(cli, keeper, options, io).finally(keeper.close);
  const left = new Set(there.failed.map(({ name }) => name));
  const forgotten = [...new Set([...own, ...there.names])]
    .filter((each) => !left.has(each))
    .sort()
    .reverse();
  if (there.failed.length > 0) {
    throw new UserError(notForgottenText(own, there), exitCodes.error, { forgotten, notForgotten: there.failed });
  }
  if (options.json === true) io.out(jsonText({ version: 1, forgotten, notForgotten: [] }));
  else io.out(linesText([`forgotten: ${forgotten.length === 0 ? 'nothing was there' : forgotten.join(', ')}`]));
  return exitCodes.fine;
}

function notForgottenText(own: readonly string[], { failed, names }: Forgotten): string {
  const here = own.length === 0 ? '' : `forgotten in the state directory: ${own.join(', ')}. `;
  const there = names.length === 0 ? 'nothing is forgotten' : `forgotten: ${names.join(', ')}; not forgotten`;
  const kept = failed.map(({ item, name, why }) => `${name === null ? '' : `${name}, `}${item}: ${why}`);
  return `${here}In the table ${there}: ${kept.join('; ')}`;
}

async function forgetIn(
  cli: CliSession,
  keeper: KnownGoodKeeper,
  options: KnownGoodOptions & { readonly all?: boolean },
  io: Io,
): Promise<{ readonly own: readonly string[]; readonly there: Forgotten }> {
  if (options.all !== true) {
    const { troubles, versions } = await goodHeads(cli, keeper);
    tellTroubles(troubles, io, keeper.told);
    versionNamed(versions, options.of);
  }
  const own = forgetKnownGood(cli.stateDirectory, placeOf(cli), options.of);
  return { own, there: (await keeper.table?.forget(options.of)) ?? { names: [], failed: [] } };
}

export async function openFor(
  file: string,
  options: GlobalOptions,
  io: Io,
): Promise<{ readonly cli: CliSession; readonly keeper: OpenKnownGood }> {
  const cli = await openCliSession(readPlaybook(file, options, io), 'read', options, io);
  return { cli, keeper: openKnownGood(cli, { ahead: false }) };
}

/** The version of that name, else the newest, with its pieces. */
async function wholeVersion(
  cli: CliSession,
  keeper: KnownGoodKeeper,
  of: string | undefined,
  io: Io,
): Promise<GoodVersion> {
  const heads = await goodHeads(cli, keeper);
  tellTroubles(heads.troubles, io, keeper.told);
  const { name } = versionNamed(heads.versions, of);
  const { troubles, versions } = await goodVersions(cli, keeper, { name });
  tellTroubles(troubles, io, keeper.told);
  return versionNamed(versions, name);
}

function versionNamed<Version extends GoodHead>(versions: readonly Version[], name: string | undefined): Version {
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
