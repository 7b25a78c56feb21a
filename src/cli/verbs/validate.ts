// relight validate: is the playbook sound? Asks nobody.
import { paintFor, type Io } from '../terminal/io.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { loadDiagnosed, readPlaybook } from '../place/session.ts';
import { graphOf } from '../../engine.ts';
import { count } from '../../util/words.ts';
import { jsonText, linesText } from '../../util/shown.ts';

export function validate(file: string, options: GlobalOptions, io: Io): ExitCode {
  if (options.json === true) {
    const result = loadDiagnosed(file, options, io);
    io.out(jsonText({ version: 1, file, valid: result.ok, diagnostics: result.diagnostics }));
    if (!result.ok) throw new UserError('');
    return exitCodes.fine;
  }
  const playbook = readPlaybook(file, options, io);
  const paint = paintFor(io, options.color, io.outIsTerminal);
  const graph = graphOf(playbook);
  io.out(
    linesText([
      `${paint.good('valid')}  ${file}: ${playbook.metadata.name}, ${count(graph.nodes.length, 'component')}, ` +
        `${count(graph.edges.length, 'dependency', 'dependencies')}, ${count(playbook.verify.length, 'probe')}`,
    ]),
  );
  return exitCodes.fine;
}
