// relight sandbox lose: takes away what a playbook presumes, as if somebody had deleted it.
import { lose } from '../../sandbox/index.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { openEmbedded } from '../place/embedded.ts';
import { askSandbox, requireSandbox, servedPlace } from '../place/served-sandbox.ts';
import { regionOf } from '../place/session.ts';
import { underWorldLock } from '../state/locking.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';

/**
 * @param kind of what `sandbox seed` presumes: `role`, `image`, `subnet`
 * @param id what names it: an id, an ARN, a name
 */
export async function sandboxLose(kind: string, id: string, options: GlobalOptions, io: Io): Promise<ExitCode> {
  const region = regionOf(options, io);
  const lost = { kind, id, ...(region === undefined ? {} : { region }) };
  const served = await servedPlace(options, io);
  if (served === undefined) {
    await underWorldLock('sandbox lose', options, io, () => {
      const embedded = openEmbedded(pathIn(io, options.stateDir), undefined, options.types.types);
      try {
        lose(embedded.world, lost);
      } catch (error) {
        throw new UserError(error instanceof Error ? error.message : String(error));
      }
      embedded.save();
      return Promise.resolve(exitCodes.fine);
    });
  } else {
    await requireSandbox(served);
    await askSandbox(served, 'lose', lost);
  }
  if (options.json === true) io.out(jsonText({ version: 1, lost }));
  else io.out(linesText([`lost: ${kind} ${id}`]));
  return exitCodes.fine;
}
