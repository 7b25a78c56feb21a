// relight sandbox fault: what goes wrong in the sandbox from now on.
import { mkdirSync } from 'node:fs';
import { clearFaults, faultsOf, setFaults, writeFault } from '../../sandbox/index.ts';
import { worldServices } from '../../rehearse/world/plugs.ts';
import { openEmbedded } from './embedded.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { keepFaults, readFaultsFile } from './faults-file.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import { askSandbox, requireSandbox, servedPlace, type ServedPlace } from './served-sandbox.ts';
import { jsonText } from '../../util/shown.ts';

export interface FaultOptions extends GlobalOptions {
  readonly clear?: boolean;
  readonly add?: boolean;
}

/** Lists the faults that are set; with a file, sets those of the file in place of them; `--clear` takes all away. */
export async function sandboxFault(file: string | undefined, options: FaultOptions, io: Io): Promise<ExitCode> {
  if (options.clear === true && file !== undefined) {
    throw new UserError('--clear takes no file; a file without --add takes the place of all that is set');
  }
  if (options.add === true && file === undefined) throw new UserError('--add needs the file that holds the faults');
  const wanted =
    options.clear === true
      ? []
      : file === undefined
        ? undefined
        : readFaultsFile(pathIn(io, file), worldServices(options.types.types));
  const place = await servedPlace(options, io);
  const set = place === undefined ? inEmbedded() : await inServed(place);
  if (options.json === true) io.out(jsonText({ version: 1, faults: set }));
  else if (set.length === 0) io.out('no faults are set\n');
  else for (const fault of set) io.out(`${JSON.stringify(fault)}\n`);
  return exitCodes.fine;

  function inEmbedded(): readonly object[] {
    const directory = pathIn(io, options.stateDir);
    const embedded = openEmbedded(directory, undefined, options.types.types);
    const faults = embedded.faults;
    if (wanted !== undefined) {
      if (options.add !== true) clearFaults(embedded.world, faults);
      setFaults(embedded.world, faults, wanted);
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      keepFaults(directory, faults.rules);
      embedded.save();
    }
    return faultsOf(embedded.world, faults).map(writeFault);
  }

  async function inServed(served: ServedPlace): Promise<readonly object[]> {
    await requireSandbox(served);
    const body =
      wanted === undefined
        ? undefined
        : { faults: wanted.map(writeFault), ...(options.add === true ? { add: true } : {}) };
    const answer = await askSandbox(served, 'faults', body);
    return (answer as { readonly faults: readonly object[] }).faults;
  }
}
