// relight version: which relight this is, and on what it runs. Loads nothing of what a verb needs.
import { realpathSync } from 'node:fs';
import { jsonText, linesText } from '../../util/shown.ts';
import { version } from '../../version.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { nodeNotice } from '../node-notice.ts';
import type { Io } from '../terminal/io.ts';

export interface VersionOptions {
  readonly json?: boolean;
}

/** Prints what `--version` prints; as JSON also the Node, the platform and the file that was started. */
export function tellVersion({ json }: VersionOptions, io: Io): ExitCode {
  const { node } = process.versions;
  if (json === true) {
    const { arch, platform } = process;
    io.out(jsonText({ version: 1, relight: version, node, platform, arch, program: programFile() }));
  } else {
    io.out(linesText([version]));
    io.err(nodeNotice(node));
  }
  return exitCodes.fine;
}

/** The file that Node was started with, behind the links that lead to it. */
function programFile(): string | null {
  const started = process.argv[1];
  if (started === undefined) return null;
  try {
    return realpathSync(started);
  } catch {
    return started;
  }
}
