// What pieces that a plan changes or makes again are, or were: what their playbook does not say is taken from there.
import { classify } from '../aws/errors.ts';
import { isOwnFault } from '../aws/gate.ts';
import type { ComponentType, Json, Observation, ReadContext, Scope, Target } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import {
  baseOf,
  besideKnownGood,
  fieldBase,
  outputsOfBoth,
  recalledBase,
  type Base,
  type Memory,
  type OutputsOf,
  type OutputsThen,
  type Recalled,
} from '../settings/base.ts';
import { sameJson } from '../util/json.ts';
import { isBelow } from '../util/paths.ts';
import { readContext, type ObserveContext } from './context.ts';
import { typeOf, type Observations } from './observe.ts';

/**
 * What is to become of a piece: made, changed in place, or deleted and made again. `finish`: an unfinished run has begun to
 * make it again.
 */
export type Rewrite = 'create' | 'update' | 'replace' | 'finish';

/** What is remembered, and what it is for. */
export interface Remembered {
  readonly memory: Memory;
  readonly prefer: boolean;
  /** Pieces that an unfinished run has begun to make as they were known good. */
  readonly asKnownGood?: readonly string[] | undefined;
}

/**
 * The bases of pieces that are to be written. A piece that is there is its own base; of one that is gone, what AWS still
 * tells of it or what is remembered.
 *
 * @param rewrites by component
 * @param prefer what is known good is taken instead of what is there
 */
export async function observeBases(
  components: readonly Component[],
  rewrites: ReadonlyMap<string, Rewrite>,
  { byId, outputs }: Observations,
  { asKnownGood, memory, prefer }: Remembered,
  observeContext: ObserveContext,
): Promise<ReadonlyMap<string, Base>> {
  const context = readContext(observeContext);
  const lookup: OutputLookup = (component, output) => outputs.get(component)?.[output];
  const then = withRemains(outputs, components, byId, lookup, context.scope, observeContext);
  const answers = await Promise.all(
    components.map(async (component): Promise<readonly (readonly [string, Base])[]> => {
      const rewrite = rewrites.get(component.id);
      const observation = byId.get(component.id);
      const type = typeOf(component, observeContext.types);
      if (rewrite === undefined || observation === undefined || observation.kind === 'unknown') return [];
      const spec = resolveReferences(component.spec, lookup);
      const recalled = (memory.get(component.id) ?? []).filter((each) => isOfPiece(component, type, spec, each));
      const [known] = recalled;
      const good = recalled.find((each) => each.source === 'known-good');
      const held = (base: Base): Base => besideKnownGood(type, base, good, prefer, (id) => outputs.get(id));
      if (rewrite === 'finish') {
        const begun = known?.source === 'run' || asKnownGood?.includes(component.id) === true ? known : undefined;
        return begun === undefined ? [] : [[component.id, recalledBase(type, begun)]];
      }
      if (observation.kind === 'present') {
        // Where only what differs is sent, nothing else is at stake.
        if (rewrite === 'update' && type.settings.updates === 'parts') return [];
        const target = { id: component.id, spec };
        if (rewrite === 'update') {
          const piece = { ...observation, spec, outputs: then };
          const isWhole = type.settings.updates === 'whole';
          const base = isWhole
            ? baseOf(type, { ...piece, source: 'piece', captured: undefined })
            : fieldBase(type, piece);
          return [[component.id, held(base)]];
        }
        return [[component.id, held(await leavingBase(type, target, observation, then, context))]];
      }
      const { at, remains } = observation;
      if (known?.source === 'run') return [[component.id, recalledBase(type, known)]];
      if (remains !== undefined) {
        const { state, tags } = remains;
        const base = baseOf(type, { source: 'remains', at, tags, outputs: then, spec, state, captured: undefined });
        return [[component.id, held(base)]];
      }
      return known === undefined ? [] : [[component.id, recalledBase(type, known)]];
    }),
  );
  return new Map(answers.flat());
}

/** What pieces may name: also those that are gone and that AWS still describes, such as a revision that was deregistered. */
function withRemains(
  outputs: Observations['outputs'],
  components: readonly Component[],
  byId: Observations['byId'],
  lookup: OutputLookup,
  scope: Scope,
  { types }: ObserveContext,
): OutputsThen {
  const gone = components.flatMap((component): readonly (readonly [string, OutputsOf])[] => {
    const observation = byId.get(component.id);
    if (observation?.kind !== 'absent' || observation.remains === undefined) return [];
    const spec = resolveReferences(component.spec, lookup);
    const left = typeOf(component, types).outputsOf(spec, observation.remains.state, scope);
    return [[component.id, left]];
  });
  return gone.length === 0 ? outputs : outputsOfBoth(outputs, new Map(gone));
}

/**
 * False for what another playbook of the same name remembers of its piece, or an older edition of this one. What a place is
 * made of that other pieces tell may be new.
 */
function isOfPiece({ references }: Component, { traits }: ComponentType, spec: unknown, recalled: Recalled): boolean {
  const [now, then] = [spec, recalled.spec].map((each) => new Map(Object.entries(each ?? {})));
  return traits.locators
    .filter((name) => !references.some((each) => isBelow(each.path, name)))
    .every((name) => sameJson(now?.get(name), then?.get(name)));
}

/** Of a piece that is to be deleted: all of it has to be known. */
async function leavingBase(
  type: ComponentType,
  target: Target<unknown>,
  { at, state, tags }: Extract<Observation<unknown>, { kind: 'present' }>,
  outputs: OutputsThen,
  context: ReadContext,
): Promise<Base> {
  const described = { source: 'piece', at, tags, outputs, spec: target.spec, state } as const;
  let captured: Json | undefined;
  try {
    captured = await type.undo.capture?.(target, state, context, true);
  } catch (error) {
    if (isOwnFault(error)) throw error;
    const { code, message } = classify(error);
    const base = baseOf(type, { ...described, captured: undefined });
    return { ...base, notRepresented: [...base.notRepresented, `what could not be read (${code}: ${message})`] };
  }
  return baseOf(type, { ...described, captured });
}

/**
 * All that can be told of pieces that are there, for whoever writes it down. By component.
 *
 * @param unread told of each piece that is left out since it could not be read, and why
 */
export async function observePieces(
  components: readonly Component[],
  { byId, outputs }: Observations,
  observeContext: ObserveContext,
  unread: (component: string, why: string) => void = () => undefined,
): Promise<ReadonlyMap<string, { readonly spec: unknown; readonly captured: Json | undefined }>> {
  const context = readContext(observeContext);
  const lookup: OutputLookup = (component, output) => outputs.get(component)?.[output];
  const answers = await Promise.all(
    components.map(async (component) => {
      const observation = byId.get(component.id);
      if (observation?.kind !== 'present') return [];
      const spec = resolveReferences(component.spec, lookup);
      try {
        const target = { id: component.id, spec };
        const { undo } = typeOf(component, observeContext.types);
        const captured = await undo.capture?.(target, observation.state, context, false);
        return [[component.id, { spec, captured }] as const];
      } catch (error) {
        if (isOwnFault(error)) throw error;
        const { code, message } = classify(error);
        unread(component.id, `${code}: ${message}`);
        return [];
      }
    }),
  );
  return new Map(answers.flat());
}
