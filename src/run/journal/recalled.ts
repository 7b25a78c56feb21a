// What runs have written down of pieces before they changed them, as the base to make them again from. Pure.
import type { ComponentType, Scope } from '../../components/contract.ts';
import type { Memory, OutputsOf, Recalled } from '../../settings/base.ts';
import type { BeforeImage, JournalRecord } from './events.ts';
import type { RunStarted } from './read-journal.ts';

type ImageRecord = Extract<JournalRecord, { type: 'before-image' }>;

/** A run by its journal, and its images. */
export interface ToldRun {
  readonly records: readonly [RunStarted, ...JournalRecord[]];
  /** Undefined where it cannot be read. */
  readonly imageOf: (record: ImageRecord, component: string) => BeforeImage | undefined;
}

/**
 * What each piece was before any of the runs touched it. What a run finds of a piece whose making was cut off is what a run
 * had made of it so far, and no such image.
 *
 * @param runs that went on with each other, oldest first
 */
export function imagesBefore(runs: readonly ToldRun[]): ReadonlyMap<string, BeforeImage> {
  const images = new Map<string, BeforeImage>();
  const halfMade = new Set<string>();
  for (const { imageOf, records } of runs) {
    const componentOf = new Map(records[0].plan.steps.map((step) => [step.id, step.component]));
    for (const record of records) {
      if (record.type === 'step-intended' && record.action === 'create') {
        halfMade.add(componentOf.get(record.step) ?? '');
      } else if (record.type === 'step-succeeded') {
        halfMade.delete(componentOf.get(record.step) ?? '');
      } else if (record.type === 'before-image') {
        const component = componentOf.get(record.step) ?? '';
        if (images.has(component) || halfMade.has(component)) continue;
        const image = imageOf(record, component);
        if (image !== undefined) images.set(component, image);
      }
    }
  }
  return images;
}

/** @param images by component, as `imagesBefore` tells them */
export function recalledFrom(
  images: ReadonlyMap<string, BeforeImage>,
  types: ReadonlyMap<string, ComponentType>,
  scope: Scope,
): Memory {
  const outputs = new Map<string, OutputsOf>();
  for (const [id, { spec, state, type: name }] of images) {
    const type = types.get(name);
    if (type !== undefined) outputs.set(id, type.outputsOf(spec, state, scope));
  }
  return new Map(
    [...images].map(([id, { at, captured, spec, state, tags }]): [string, readonly Recalled[]] => [
      id,
      [{ source: 'run', at: Date.parse(at), spec, state, captured, tags: tagsIn(tags), outputs }],
    ]),
  );
}

function tagsIn(tags: BeforeImage['tags']): Recalled['tags'] {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return undefined;
  return Object.fromEntries(
    Object.entries(tags).filter((each): each is [string, string] => typeof each[1] === 'string'),
  );
}
