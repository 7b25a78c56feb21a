// The playbook that describes what was before a run: the same components and the same order, with the specs of then.
// References stay where the playbook has them, so that what comes back follows what it belongs to. Pure.
import type { ComponentType, Scope } from '../components/contract.ts';
import type { Outputs, Observations } from '../observe/observe.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook, Reference } from '../playbook/model.ts';
import type { BeforeImage } from '../run/journal/events.ts';
import { isBelow } from '../util/paths.ts';
import { outputsIn, type PastPiece, type PastRun } from './past.ts';
import { partsOf, referencesIn } from './parts.ts';
import { rereferenced } from './rereference.ts';

/** A value in the place of a reference to a piece that was not there: what it named then may be gone. */
export interface LostValue {
  readonly component: string;
  readonly path: string;
  /** The component that the run made in place of what was named. */
  readonly now: string;
  /**
   * `again`: it names again what it named then, there or not. `stays`: AWS takes no name of what is gone, so it keeps the
   * one of what the run made; `held`: which has to stay for that reason.
   */
  readonly becomes: 'again' | 'stays' | 'held';
}

export interface PlaybookBefore {
  readonly playbook: Playbook;
  readonly lost: readonly LostValue[];
  /** Components of which the images cannot be told in a playbook's words, with the reason. */
  readonly speechless: ReadonlyMap<string, string>;
}

export interface BeforeInputs {
  readonly playbook: Playbook;
  readonly past: PastRun;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly scope: Scope;
  /** What is there now, once it has been looked at: pieces that the run did not touch are described as they are. */
  readonly observations?: Observations;
}

export function playbookBefore(inputs: BeforeInputs): PlaybookBefore {
  const lost: LostValue[] = [];
  const speechless = new Map<string, string>();
  const components = new Map(
    [...inputs.playbook.components].map(([id, component]) => [
      id,
      componentBefore(component, inputs, lost, speechless),
    ]),
  );
  // Whether the service answers is not what an undo is about: it may well have been dark before the run.
  return { playbook: { ...inputs.playbook, components, verify: [] }, lost, speechless };
}

function componentBefore(
  component: Component,
  inputs: BeforeInputs,
  lost: LostValue[],
  speechless: Map<string, string>,
): Component {
  // The order stays that of the playbook, whatever its components referred to then.
  const dependsOn = [...new Set([...component.dependsOn, ...component.references.map((each) => each.component)])];
  const type = inputs.types.get(component.type);
  const piece = inputs.past.pieces.get(component.id);
  if (type === undefined || component.shared) return { ...component, dependsOn };
  const described =
    piece === undefined
      ? describedNow(component, type, inputs)
      : piece.before === undefined
        ? { spec: piece.after?.spec, tags: undefined }
        : describedBy(component, type, piece.before, speechless);
  if (described?.spec === undefined) return { ...component, dependsOn };
  const spec = rereferenced(described.spec, component.spec, {
    valuesOf: (id, output) => valuesThen(id, output, piece, inputs),
    isUnique: (id, output) => typeOfId(id, inputs)?.traits.outputs[output]?.onReplace === 'new',
    elsewhere: (path, value, template) =>
      piece?.before === undefined ? undefined : elsewhereAt(path, value, template, component, type, inputs, lost),
  });
  const references = referencesIn(component, spec);
  return {
    ...component,
    dependsOn,
    // A description of then tells all of it.
    exact: piece?.before === undefined ? component.exact : [''],
    cleared: [],
    spec,
    references: [...references, ...letGo(component, type, spec, references, inputs)],
    ...(described.tags === undefined ? {} : { tags: described.tags }),
  };
}

/**
 * References of the playbook to pieces that the run made and that go: what is there may refer to them until it is
 * brought back, and so comes first.
 */
function letGo(
  component: Component,
  type: ComponentType,
  spec: unknown,
  references: readonly Reference[],
  { past, observations }: BeforeInputs,
): readonly Reference[] {
  const seen = observations?.byId.get(component.id);
  if (observations === undefined || seen?.kind !== 'present') return [];
  const wanted = resolveReferences(spec, (id, output) => observations.outputs.get(id)?.[output]);
  const paths = type.diff(wanted, seen.state).map((each) => each.path);
  return component.references.filter((each) => {
    const other = past.pieces.get(each.component);
    return (
      other !== undefined &&
      other.before === undefined &&
      paths.some((path) => isBelow(path, each.path) || isBelow(each.path, path)) &&
      !references.some(({ component: id, path }) => id === each.component && path === each.path)
    );
  });
}

interface Described {
  readonly spec: unknown;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

function describedBy(
  component: Component,
  type: ComponentType,
  image: BeforeImage,
  speechless: Map<string, string>,
): Described {
  const { spec } = type.undo.specOf(image.spec, image.state, image.captured ?? undefined);
  const parsed = type.traits.schema.safeParse(spec);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    speechless.set(component.id, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  } else {
    // Without what only `capture` saw: the state does not hold it. relight's own tags are no part of a spec either.
    const plain = type.undo.specOf(image.spec, image.state, undefined).spec;
    const paths = type.diff(plain, image.state).flatMap(({ path }) => (path === 'tags' ? [] : [path]));
    if (paths.length > 0) speechless.set(component.id, `no spec can say its ${paths.join(', ')}`);
  }
  return { spec: parsed.success ? parsed.data : spec, tags: tagsIn(image) };
}

/** Those that whoever made the piece put on it; AWS's own cannot be put on. */
function tagsIn({ tags }: BeforeImage): Readonly<Record<string, string>> | undefined {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return undefined;
  const texts = Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts.filter(([key]) => !key.startsWith('aws:')));
}

/** A piece that the run did not touch is wanted as it is. */
function describedNow(
  component: Component,
  type: ComponentType,
  { observations }: BeforeInputs,
): Described | undefined {
  const seen = observations?.byId.get(component.id);
  if (observations === undefined || seen?.kind !== 'present') return undefined;
  const asked = resolveReferences(component.spec, (id, output) => observations.outputs.get(id)?.[output]);
  const { spec } = type.undo.specOf(asked, seen.state, undefined);
  const parsed = type.traits.schema.safeParse(spec);
  if (!parsed.success || type.diff(parsed.data, seen.state).length > 0) return undefined;
  return { spec: parsed.data, tags: undefined };
}

function typeOfId(id: string, { playbook, types }: BeforeInputs): ComponentType | undefined {
  return types.get(playbook.components.get(id)?.type ?? '');
}

/**
 * What an output was when the value that is looked at was read: of a piece that the run touched, as in its images; of
 * any other, as it is.
 */
function valuesThen(
  id: string,
  output: string,
  reader: PastPiece | undefined,
  inputs: BeforeInputs,
): readonly string[] {
  const type = typeOfId(id, inputs);
  const other = inputs.past.pieces.get(id);
  const valueIn = (image: BeforeImage | undefined): string | undefined =>
    image === undefined || type === undefined ? undefined : outputsIn(image, type, inputs.scope)[output];
  const seen = (outputs: Outputs | undefined): string | undefined => outputs?.[output];
  const now = seen(inputs.observations?.outputs.get(id));
  const values =
    other === undefined
      ? [now]
      : reader?.before !== undefined
        ? [valueIn(other.before)]
        : // A piece that is as the run left it, or that the run left alone.
          [valueIn(other.after), now, valueIn(other.before)];
  return values.filter((each) => each !== undefined);
}

/** A value in the place of a reference to a piece that was not there: it named something else, or something gone. */
function elsewhereAt(
  path: string,
  value: string,
  template: string,
  component: Component,
  type: ComponentType,
  inputs: BeforeInputs,
  lost: LostValue[],
): string | undefined {
  const isFree = !(type.traits.mustExist ?? []).some((each) => isBelow(path, each));
  for (const { component: id, output } of partsOf(template)) {
    const other = inputs.past.pieces.get(id);
    const otherType = typeOfId(id, inputs);
    if (other?.after === undefined || other.before !== undefined || otherType === undefined) continue;
    if (isFree) {
      lost.push({ component: component.id, path, now: id, becomes: 'again' });
      return undefined;
    }
    const made = outputsIn(other.after, otherType, inputs.scope)[output];
    if (made === undefined || !isSurelyGone(value, made)) continue;
    const held = otherType.traits.heldBy.includes(component.type);
    lost.push({ component: component.id, path, now: id, becomes: held ? 'held' : 'stays' });
    return held ? template : made;
  }
  return undefined;
}

/**
 * An ARN ends with what AWS chose; before that stands the name, which only one piece can have: the one that the run made
 * has it now, so the other one is gone. An id without a name tells nothing; it is taken for gone, since the playbook
 * knows of no other.
 */
function isSurelyGone(value: string, made: string): boolean {
  if (!value.startsWith('arn:')) return true;
  const named = (arn: string): string => arn.slice(0, arn.lastIndexOf('/') + 1);
  return named(value) === named(made);
}
