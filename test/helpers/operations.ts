// The files of examples/operations, and what of relight's they name.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readDocument, root } from './markdown.ts';

export const operations = 'examples/operations';

/** Paths inside the repository of what lies in a folder of examples/operations. Never none: a lint of nothing is no lint. */
export function filesOf(folder: string, ending: string): readonly string[] {
  const found = readdirSync(join(root, operations, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${operations}/${folder}/${name}`);
  if (found.length === 0) throw new Error(`${operations}/${folder} holds no file that ends in ${ending}`);
  return found;
}

/** Of all files there, by path. */
export function allOperations(): ReadonlyMap<string, string> {
  const paths = readdirSync(join(root, operations), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath.slice(root.length)}/${entry.name}`.replace(/^\//, ''));
  return new Map(paths.sort().map((path) => [path, readDocument(path)]));
}

/**
 * Command lines of relight in a text, as words after `relight`; those that are lists of words too (`[scan, /fleet/…]`).
 *
 * @param verbs what may follow `relight`
 */
export function commandsIn(text: string, verbs: ReadonlySet<string>): readonly (readonly string[])[] {
  const joined = text.replaceAll(/\\\n\s*/g, ' ');
  const lines = [...joined.matchAll(/\brelight ([a-z-]+)((?: +[^\s`|&;'"{)]+)*)/g)].map(([, verb = '', rest = '']) => [
    verb,
    ...rest
      .trim()
      .split(/ +/)
      .filter((word) => word !== ''),
  ]);
  const lists = [...joined.matchAll(/^ *(?:command|CMD|Command:?) *=? *\[(.*)\]$/gim)].map(([, words = '']) =>
    words.split(/, */).map((word) => word.replaceAll(/^["']|["']$/g, '')),
  );
  return [...lines, ...lists].filter(([verb = '']) => verbs.has(verb));
}

/** Of `${name}`s with a word before, such as a metric's and its labels: `relight_scans_total{result="fine"}`. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** What an expression of PromQL asks for; only names of relight's. */
export function selectorsIn(expression: string): readonly Selector[] {
  return [...expression.matchAll(/\b(relight[a-z_:]+)(?:\{([^}]*)\})?/g)].map(([, metric = '', inside = '']) => ({
    metric,
    labels: [...inside.matchAll(/([a-z_]+) *(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));
}

/** Of Prometheus: one that alarms, or one that records. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function rulesIn(file: string): readonly Rule[] {
  const text = readDocument(`${operations}/prometheus/${file}`);
  const { groups } = parse(text) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export interface Ran {
  /** null: there is no such program. */
  readonly code: number | null;
  /** Both of what it printed. */
  readonly told: string;
}

export function ran(folder: string, program: string, words: readonly string[]): Ran {
  const { error, status, stderr, stdout } = spawnSync(program, words, { cwd: folder, encoding: 'utf8' });
  return { code: error === undefined ? status : null, told: error === undefined ? `${stdout}${stderr}`.trim() : '' };
}
