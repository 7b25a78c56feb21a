// How the types from outside, of which a playbook's components are, are named in a command.
import { shellWord } from '../util/shell.ts';
import type { Playbook } from './model.ts';

/** ` --types ./my-types.mjs`, once for each module; empty where all types ship with relight. */
export function typeWordsOf({ components, types }: Playbook): string {
  const words = [...components.values()].flatMap(({ type }) => types.get(type)?.source?.word ?? []);
  return [...new Set(words)].map((word) => ` --types ${shellWord(word)}`).join('');
}
