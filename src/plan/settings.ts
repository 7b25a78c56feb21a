// What becomes of the settings of the pieces that a plan writes: said by the playbook, kept, or lost. Pure.
import type { ComponentType, Difference } from '../components/contract.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component } from '../playbook/model.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import { repointed, type OutputsOf } from '../settings/base.ts';
import { settingsIn } from '../settings/overlay.ts';
import { rulesOf } from '../settings/rules.ts';
import { countSaid, differencesIn, goneIn, layered, tagsKept } from '../settings/layered.ts';
import type { Doubt } from './consent.ts';
import { isMade, willBeNew, type Decision, type DecisionInputs } from './decision.ts';
import type { PlannedSettings } from './plan.ts';

/** Undefined for a piece that is not written, or of which only what differs is. */
export function settingsOf(
  component: Component,
  own: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): PlannedSettings | undefined {
  // An undo says of each piece all that it was.
  if (inputs.kind === 'undo' || (own.kind !== 'update' && !isMade(own))) return undefined;
  const base = inputs.observations.bases?.get(component.id);
  if (base === undefined && own.kind !== 'create') return undefined;
  const type = typeOf(component, inputs.types);
  const { outputs } = inputs.observations;
  // What the plan renews stands as a reference on both sides.
  const isRenewed = (id: string, output: string): boolean => willBeNew({ component: id, output }, inputs, decisions);
  const spec = resolveReferences(component.spec, (id, output) =>
    isRenewed(id, output) ? undefined : outputs.get(id)?.[output],
  );
  const pointed = base && repointed(base, (id) => namesOf(id, outputs.get(id), isRenewed));
  const { kept: all, lost, displaced } = layered(component, type, spec, pointed);
  const said = countSaid(type, spec);
  const isOfFields = own.kind === 'update' && type.settings.updates === 'fields';
  const differing = (inputs.assessments.get(component.id)?.differences ?? []).map((each) => topOf(each.path));
  const fields = plainFields(type, spec, differing);
  const kept = isOfFields ? all.filter((path) => fields.has(topOf(path))) : all;
  if (base === undefined) return { said, kept: [], from: 'defaults', lost: [] };
  const told = settingsIn(type.settings.plainly(spec), rulesOf(type));
  const unlike = (base.unlike ?? []).filter((path) => !told.has(path) && (!isOfFields || fields.has(topOf(path))));
  const { leftOut } = isMade(own) ? tagsKept(base) : { leftOut: [] };
  const isRemembered = base.source === 'run' || base.source === 'known-good';
  return {
    said,
    kept,
    from: base.source,
    ...(isRemembered ? { knownAt: new Date(base.at).toISOString() } : {}),
    lost,
    ...(unlike.length === 0 ? {} : { unlike }),
    ...(displaced.length === 0 ? {} : { displaced }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
  };
}

/** Top-level fields in the words in which a piece is told, and whatever stands in their place: `forwardTo` for `actions`. */
function plainFields({ settings }: ComponentType, spec: unknown, tops: readonly string[]): ReadonlySet<string> {
  const fields = new Set(tops);
  const said = new Set(Object.keys(settings.plainly(spec) as object));
  const others = new Set(tops.filter((each) => !said.has(each)));
  if (others.size === 0) return fields;
  const named = Object.entries(spec as object).filter(([name]) => others.has(name));
  const found = Object.keys(settings.plainly(Object.fromEntries(named)) as object);
  for (const name of found) {
    fields.add(name);
    for (const each of settings.alternatives.filter((group) => group.includes(name)).flat()) {
      if (!found.includes(each)) found.push(each);
    }
  }
  return fields;
}

/** The top-level field of a path. */
function topOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

function namesOf(
  id: string,
  now: OutputsOf | undefined,
  isRenewed: (id: string, output: string) => boolean,
): OutputsOf | undefined {
  if (now === undefined) return undefined;
  const names = Object.entries(now).map(([name, value]) => [name, isRenewed(id, name) ? `\${${id}.${name}}` : value]);
  return Object.fromEntries(names) as OutputsOf;
}

/**
 * What a piece still lacks of what it was, that an unfinished run had begun to make again: it looks whole, since it has all
 * that the playbook says.
 */
export function unfinishedSettings(
  component: Component,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): readonly Difference[] {
  const { bases, byId, outputs } = inputs.observations;
  const base = bases?.get(component.id);
  const seen = byId.get(component.id);
  // A piece that is there has such a base only where its making was cut off.
  if ((base?.source !== 'run' && base?.source !== 'known-good') || seen?.kind !== 'present') return [];
  const type = typeOf(component, inputs.types);
  const isRenewed = (id: string, output: string): boolean => willBeNew({ component: id, output }, inputs, decisions);
  const spec = resolveReferences(component.spec, (id, output) =>
    isRenewed(id, output) ? undefined : outputs.get(id)?.[output],
  );
  const whole = layered(
    component,
    type,
    spec,
    repointed(base, (id) => outputs.get(id)),
  ).spec;
  return differencesIn(component, type, whole, seen.state);
}

/** A setting that is there and would be lost. What is gone already is not relight's doing. */
export function settingDoubts(
  component: Component,
  own: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): readonly Doubt[] {
  if (inputs.observations.byId.get(component.id)?.kind !== 'present') return [];
  const gone = goneIn(inputs.observations.bases?.get(component.id) ?? {});
  const { lost = [] } = settingsOf(component, own, inputs, decisions) ?? {};
  return lost.filter((each) => !gone.includes(each)).map(lossOf);
}

/** @param setting a path, or a few words */
export function lossOf(setting: string): Doubt {
  return { reason: 'loss', subject: `setting ${setting}`, what: `its ${setting} would be lost` };
}
