// Mentions of a spec of which nothing else is known: every text in it.
import type { Mention } from '../contract.ts';

/** Of others than those who serve: words about a piece, and whose it is. */
const aboutIt: readonly string[] = ['tags', 'description', 'marker'];

/**
 * Every text of a spec as a setting in which hosts are looked for.
 *
 * @param except top-level fields that name what the piece itself provides, beside its tags and description
 */
export function everyText(spec: unknown, except: readonly string[] = []): readonly Mention[] {
  const found: Mention[] = [];
  walk(spec, [], (path, text) => {
    const [top] = path;
    if (typeof top === 'string' && (aboutIt.includes(top) || except.includes(top))) return;
    found.push({ kind: 'setting', what: `setting ${pathWords(path)}`, path, text, reading: 'hosts', holds: 'running' });
  });
  return found;
}

/** One text, told of where there is one. */
export function mention(
  of: Pick<Mention, 'kind' | 'what' | 'reading' | 'holds'>,
  path: Mention['path'],
  text: unknown,
): readonly Mention[] {
  return typeof text === 'string' ? [{ ...of, path, text }] : [];
}

type Tell = (path: readonly (string | number)[], text: string) => void;

function walk(value: unknown, path: readonly (string | number)[], tell: Tell): void {
  if (typeof value === 'string') tell(path, value);
  else if (Array.isArray(value))
    value.forEach((each, index) => {
      walk(each, [...path, index], tell);
    });
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) walk(each, [...path, name], tell);
}

/** `values[0]`, `attributes.endpoint` */
function pathWords(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
