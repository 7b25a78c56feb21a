// relight graph: the order of things, as a picture. Asks nobody.
import { graphOf } from '../../engine.ts';
import { drawGraph, graphFormats, type GraphFormat } from '../../graph/picture.ts';
import { typeOf } from '../../observe/observe.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import { readPlaybook } from '../place/session.ts';

export function graph(file: string, options: GlobalOptions & { readonly format?: string }, io: Io): ExitCode {
  const format = formatOf(options);
  const playbook = readPlaybook(file, options, io);
  const picture = drawGraph(
    graphOf(playbook),
    (id) => {
      const component = playbook.components.get(id);
      if (component === undefined) throw new Error(`Internal error: no component ${id}`);
      const { type, shared, ownedBy, spec } = component;
      const seconds = shared ? 0 : typeOf(component, playbook.types).time.estimate('create', spec, undefined);
      return { type, shared, owner: ownedBy, seconds };
    },
    format,
  );
  io.out(picture);
  return exitCodes.fine;
}

function formatOf(options: { readonly format?: string; readonly json?: boolean }): GraphFormat {
  const wanted = options.format ?? (options.json === true ? 'json' : 'text');
  const format = graphFormats.find((each) => each === wanted);
  if (format === undefined) throw new UserError(`--format ${wanted}: expected ${graphFormats.join(', ')}`);
  return format;
}
