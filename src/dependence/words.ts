// Dependences and circles in full sentences. What a playbook says is named, never quoted: it may be secret.
import { namedWords } from '../util/leads.ts';
import { listText } from '../util/words.ts';
import type { Circle, Dependence, Evidence, FilePlace, OwnedTwice, Party } from './model.ts';

/** `licence needs orders (environment LICENCE_BACKEND in licence.yaml:34 leads to orders.example.org, which orders.yaml:5 provides)` */
export function dependenceText({ evidence, from, holds, to }: Dependence, called: Called = byName): string {
  const needs = holds === 'recovery' ? 'to be recovered' : 'to work';
  const whom = from === to ? 'itself' : called(to);
  const [first] = evidence;
  const why = first === undefined ? '' : ` (${evidenceText(first)}${moreText(evidence.length - 1)})`;
  return `${called(from)} needs ${whom} ${needs}${why}`;
}

function evidenceText({ because, kind, place, provided, providedAt, what }: Evidence): string {
  const name = `${namedWords(provided)}, which ${placeText(providedAt)} provides`;
  if (kind !== 'need') return `${what} in ${placeText(place)} leads to ${name}`;
  return `${what} in ${placeText(place)}: ${name}${because === null ? '' : `; because: ${because}`}`;
}

function moreText(count: number): string {
  return count === 0 ? '' : `; ${count} more ${count === 1 ? 'place says' : 'places say'} so`;
}

function placeText({ file, line }: FilePlace): string {
  return `${file}:${line}`;
}

/** `licence and orders need each other to be recovered` */
export function circleText({ steps }: Circle, called: Called = byName): string {
  const [first] = steps;
  if (first === undefined) return '';
  if (steps.length === 1) return `${called(first.from)} needs itself to be recovered`;
  const names = steps.map(({ from }) => called(from));
  return `${listText(names)} need each other to be recovered`;
}

/** `service wonderland/api is owned by api (a.yaml:12) and by copy (b.yaml:9)` */
export function ownedTwiceText({ owners, piece, type }: OwnedTwice): string {
  const whose = owners.map(({ component, party, place }) => `${component} of ${party.name} (${placeText(place)})`);
  return `${type}: ${piece} is owned by ${listText(whose)}`;
}

/** How a playbook is called. */
export type Called = (party: Party) => string;

function byName({ name }: Party): string {
  return name;
}

/** By their names; where several have the same one, by that and their files. */
export function callingOf(parties: readonly Party[]): Called {
  const files = new Map<string, Set<string>>();
  for (const { file, name } of parties) files.set(name, (files.get(name) ?? new Set<string>()).add(file));
  return ({ file, name }) => ((files.get(name)?.size ?? 0) > 1 ? `${name} (${file})` : name);
}
