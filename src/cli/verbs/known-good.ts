// relight known-good: what a service was when all of it was healthy, as this machine knows it.
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
import { placeOf, rememberedIn, tellTroubles } from '../state/known-good.ts';
import { forgetKnownGood, knownGoodVersions, type KnownGoodVersion } from '../state/known-good-files.ts';
import type { Io } from '../terminal/io.ts';

/** Newest first. */
export async function knownGoodList(file: string, options: GlobalOptions, io: Io): Promise<ExitCode> {
  const { versions } = await versionsFor(file, options, io);
  if (options.json === true) {
    const listed = versions.map(({ name, file: path, known }) => ({
      name,
      file: path,
      at: known.at,
      components: Object.keys(known.pieces),
    }));
    io.out(jsonText({ version: 1, versions: listed }));
    return exitCodes.fine;
  }
  if (versions.length === 0) io.out(linesText([nothingYet]));
  const rows = versions.map(({ name, known }) => [
    name,
    instantText(known.at),
    count(Object.keys(known.pieces).length, 'component'),
  ]);
  io.out(linesText(table(rows)));
  return exitCodes.fine;
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
    io.out(jsonText({ version: 1, name: version.name, at: version.known.at, components: shown }));
  } else {
    const text = stringify(shown, { lineWidth: 0 });
    io.out(linesText([`# ${version.name}, ${instantText(version.known.at)}`, ...text.trimEnd().split('\n')]));
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
  const { cli, versions } = await versionsFor(file, options, io);
  if (options.all !== true) versionNamed(versions, options.of);
  const names = forgetKnownGood(cli.stateDirectory, placeOf(cli), options.of);
  if (options.json === true) io.out(jsonText({ version: 1, forgotten: names }));
  else io.out(linesText([`forgotten: ${names.length === 0 ? 'nothing was there' : names.join(', ')}`]));
  return exitCodes.fine;
}

async function versionsFor(
  file: string,
  options: GlobalOptions,
  io: Io,
): Promise<{ readonly cli: CliSession; readonly versions: readonly KnownGoodVersion[] }> {
  const playbook = readPlaybook(file, options, io);
  const cli = await openCliSession(playbook, 'read', options, io);
  const { troubles, versions } = knownGoodVersions(cli.stateDirectory, placeOf(cli));
  tellTroubles(troubles, io);
  return { cli, versions };
}

function versionNamed(versions: readonly KnownGoodVersion[], name: string | undefined): KnownGoodVersion {
  const [newest] = versions;
  const found = name === undefined ? newest : versions.find((each) => each.name === name);
  if (found !== undefined) return found;
  if (newest === undefined) throw new UserError(nothingYet);
  throw new UserError(`there is no version ${name ?? ''}; there are ${versions.map((each) => each.name).join(', ')}`);
}

function describedIn(version: KnownGoodVersion, { session }: CliSession, io: Io): Readonly<Record<string, Json>> {
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
