// A command in this process, in a folder, with nobody to ask and no terminal: what it printed and its exit code.
import type { Io } from '../../src/cli/terminal/io.ts';
import { runCli } from '../../src/cli/program.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a line such as `prove shop.yaml --quick`; nothing of the real terminal or environment is used. */
export async function relightIn(folder: string, line: string, env: Io['env'] = {}): Promise<Said> {
  let out = '';
  let err = '';
  const code = await runCli(
    line.split(' ').filter((word) => word !== ''),
    {
      out: (text) => (out += text),
      err: (text) => (err += text),
      block: () => undefined,
      env,
      cwd: folder,
      canAsk: false,
      outIsTerminal: false,
      canRedraw: false,
      columns: 120,
      rows: 24,
      ask: () => Promise.resolve(undefined),
      onInterrupt: () => () => undefined,
    },
  );
  return { code, out, err };
}
