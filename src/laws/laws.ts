// The laws that every component type obeys, on the wire: real SDK clients against the embedded AWS. A list for whichever
// runner; each law judges by `node:assert` and stands by itself.
import type { ComponentType, InjectedState, Target } from '../components/contract.ts';
import { componentTypes } from '../components/index.ts';
import { bench, type Bench } from './bench.ts';
import { changes, goes, inSync, makesOne, metered, needsNoMore, permissions, takesTime } from './changing.ts';
import { comesBack, describesAll, saysAll } from './describing.ts';
import type { Fixture } from './fixture.ts';
import { absence, answersForEach, facts, looksOnly, misfortune, misfortunes, unlistedStatus } from './looking.ts';
import {
  foretells,
  generations,
  namesFields,
  outputsOverReplacement,
  outputsOverUpdate,
  shareable,
  takesReferences,
} from './naming.ts';
import { injected, namesChanges, namesPermissions, neighbour } from './proving.ts';
import type { Check, Trial } from './trial.ts';

/** One thing that must hold of a type. */
export interface Law {
  /** As a test is called: `takes absence for a value`. */
  readonly name: string;
  /** @throws Error, most of them of `node:assert`, that says what does not hold */
  readonly check: () => Promise<void>;
}

/**
 * The laws for one type.
 *
 * @param types all that there are, this one among them; unless told, the shipped ones and this one
 */
export function laws(
  type: ComponentType,
  fixture: Fixture,
  types: ReadonlyMap<string, ComponentType> = new Map([...componentTypes, [type.traits.type, type]]),
): readonly Law[] {
  let prepared: Promise<Omit<Trial, 'where'> & { readonly from: Bench }> | undefined;
  const prepare = async (): Promise<Awaited<NonNullable<typeof prepared>>> => {
    const from = bench({ types });
    const specs = await fixture.prepare(from);
    const piece = (spec: object, id = 'piece'): Target<unknown> => ({ id, spec: type.traits.schema.parse(spec) });
    return {
      type,
      fixture,
      from,
      target: piece(specs.spec),
      changed: piece(specs.changed.spec),
      changedPaths: specs.changed.paths,
      another: piece(specs.another, 'another'),
      full: piece(specs.full),
      bare: specs.bare && piece(specs.bare),
      apart: specs.apart ?? [],
    };
  };
  const states = Object.keys(type.rehearsal.injections) as readonly InjectedState[];
  const checks: readonly (readonly [string, Check])[] = [
    ['takes absence for a value', absence],
    ['answers for each piece, whatever the others are', answersForEach],
    ['changes nothing by looking', looksOnly],
    ...misfortunes.map((each): [string, Check] => [
      `never takes a read that fails by ${each.kind} for absence`,
      (trial) => misfortune(trial, each),
    ]),
    ['makes one piece, however often it is asked', makesOne],
    ['makes a piece from what a spec has to say, and names all of that', needsNoMore],
    ['has nothing left to differ once it is made', inSync],
    ['tells the same facts of an untouched piece an hour later, and others once it is changed', facts],
    ['is gone, however often it is told to go', goes],
    ['tells a changed field apart from all others, and brings it in line', changes],
    ['takes an unlisted status word for unknown', unlistedStatus],
    ['declares the permissions for all that it does', permissions],
    ['sends all its calls by aws.client(), so that each of them is metered', metered],
    ['describes a piece as a spec that says all of it', describesAll],
    ['says all that a schema has a word for, also what its playbook does not know of', saysAll],
    ['comes back the same from its description, as in its playbook', (trial) => comesBack(trial, trial.target)],
    ['comes back the same from its description, with all that a spec can say', (trial) => comesBack(trial, trial.full)],
    ['tells one piece from another one that is made later under its name', generations],
    ['knows all outputs once it is made, and foretells none wrongly', foretells],
    ['keeps or changes its outputs over a replacement as it says', outputsOverReplacement],
    ['keeps or changes its outputs over an update as it says', outputsOverUpdate],
    ['names fields that exist', namesFields],
    ['can be shared by its locators alone', shareable],
    ['takes a reference in place of an ARN, and tells pieces apart', takesReferences],
    ...states.map((state): [string, Check] => [
      `is brought into the state ${state}, or says why not`,
      (trial) => injected(trial, state),
    ]),
    ['has every change that it makes named as its own, and not as another piece', namesChanges],
    ['names what every permission to change stands for', namesPermissions],
    ['has a neighbour that stands beside it and is another piece', neighbour],
    ['takes some time for every change', takesTime],
  ];
  return checks.map(([name, check]) => ({
    name,
    check: async () => {
      const { from, ...trial } = await (prepared ??= prepare());
      await check({ ...trial, where: bench({ from }) });
    },
  }));
}
