// YAML text to plain values, every one of which can be found again in the text.
import type { LineCounter } from 'yaml';
import type { Json } from '../../components/contract.ts';
import { readComposed } from './composed.ts';
import type { Place } from '../diagnostic.ts';
import type { Find, Path, Span } from './found.ts';
import { readPlain, findPlain } from './plain.ts';
import { decode, linesOf, placeAt, type SourceProblem } from './scan.ts';

/** A parsed file. Places are worked out only when asked for. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  /** Place of the value at a path, or of its key. A path that leads nowhere gives its last part that exists. */
  locate(path: Path, what: 'key' | 'value'): Place;
  /** Place of a piece of text inside the scalar at a path: its `occurrence`th, counted from 0. */
  locateText(path: Path, part: string, occurrence: number): Place;
  /** The stretch of the value at a path; of what an alias stands for. */
  span(path: Path): Span;
  /** A scalar as it is written in the file, quotes included. */
  written(path: Path): string | undefined;
}

export type SourceResult =
  | { readonly ok: true; readonly source: Source; readonly problems: readonly SourceProblem[] }
  | { readonly ok: false; readonly text: string; readonly problems: readonly SourceProblem[] };

/**
 * Reads a file's bytes or text. `ok` may come with problems: mistakes such as a key given twice, after which the rest
 * of the file can still be judged.
 *
 * Two readers share the work, because the `yaml` package takes seconds for what a large playbook holds: the quick one
 * reads what is plain and faultless; it declines all else, and then `yaml` reads and explains the whole file. See
 * docs/decisions/0003-two-yaml-readers.md.
 */
export function readSource(file: string, input: string | Uint8Array): SourceResult {
  const decoded = decode(input);
  if (!decoded.ok) return { ok: false, text: decoded.text, problems: [decoded.problem] };
  const text = decoded.text;
  const quick = readPlain(text);
  if (quick.ok) {
    let find: Find | undefined;
    // Places are seldom asked for; to know them, the text is read once more.
    const lazily: Find = (path) => (find ??= findPlain(text))(path);
    return { ok: true, source: createSource({ file, text, value: quick.value, find: lazily }), problems: [] };
  }
  const lines = linesOf(text);
  const notPlain: SourceProblem = {
    code: 'too-large',
    message: 'the file is too large for anything but plain YAML, and this is something else or a mistake',
    expected: 'keys, lists and texts on one line; no anchors, block scalars or texts of several lines',
    place: placeAt(lines, quick.at, 1),
  };
  const { ok, value, problems, find } = readComposed(text, lines);
  if (!ok)
    return { ok: false, text, problems: problems.map((each) => (each.code === 'too-many-tokens' ? notPlain : each)) };
  return { ok: true, source: createSource({ file, text, value, find }), problems };
}

interface Parts {
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  readonly find: Find;
}

function createSource({ file, text, value, find }: Parts): Source {
  let known: LineCounter | undefined;
  const place = (from: number, length: number): Place => placeAt((known ??= linesOf(text)), from, length);
  let lastFound = { from: -1, part: '', occurrence: -1, at: -1 };

  /** From `from`, as far as the line goes. */
  const stretch = ({ from, to }: Span): Place => {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? to : Math.min(to, newline);
    return place(from, Math.max(1, end - from));
  };

  return {
    file,
    text,
    value,
    locate: (path, what) => {
      const { key, value: span, kind } = find(path);
      // An empty value has no text of its own, and a map in a block begins with its first key: the key says more.
      if (key !== undefined && (what === 'key' || span.from === span.to || kind === 'block-map')) return stretch(key);
      return path.length === 0 || kind !== 'scalar' ? place(span.from, 1) : stretch(span);
    },
    locateText: (path, part, occurrence) => {
      const { from, to } = find(path).target;
      // Occurrences are asked for in order: going on from the last one keeps a long text of references linear.
      const isNext = lastFound.from === from && lastFound.part === part && lastFound.occurrence <= occurrence;
      let at = isNext ? lastFound.at : from - 1;
      for (let index = isNext ? lastFound.occurrence + 1 : 0; index <= occurrence; index += 1) {
        const next = text.indexOf(part, at + 1);
        if (next < 0 || next >= to) return stretch({ from, to });
        at = next;
      }
      lastFound = { from, part, occurrence, at };
      return stretch({ from: at, to: at + part.length });
    },
    span: (path) => find(path).target,
    written: (path) => {
      const { kind, target } = find(path);
      return kind === 'scalar' ? text.slice(target.from, target.to) : undefined;
    },
  };
}
