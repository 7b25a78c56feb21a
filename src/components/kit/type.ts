// Makes component types of what their authors write: every group that the engine asks is there, with its defaults.
import type { CompleteDefinition, CompleteType, ComponentType, Json, TypeDefinition } from '../contract.ts';
import { toJson } from './compare.ts';
import { cannot } from './injecting.ts';
import { everyText } from './mentions.ts';
import { policy } from './needs/policy.ts';
import { whenUsed } from './when-used.ts';

const seeing = whenUsed(() => import('./needs/see.ts'));
const see = seeing.call('see');
const load = seeing.call('load');

/** Nothing is known of the kind, and a guess that is somewhat long disturbs least. */
const unknownSeconds = 60;

/**
 * A component type with all defaults filled in.
 *
 * @param definition the ten members that each type has, and what it has to say in the groups
 */
export function componentType<Spec, State>(definition: TypeDefinition<Spec, State>): ComponentType<Spec, State> {
  const { capturing, depending, judging, needs, owners, rehearsal, safety, settings, time, undo } = definition;
  return {
    ...definition,
    judging: {
      facts: withoutDescription,
      spellings: (spec) => [definition.identity(spec)],
      harms: () => [],
      leadsTo: () => [],
      severities: [],
      ...judging,
    },
    safety: { policyScope: () => ({ actions: {} }), ...safety },
    // One reader for all, so that they are asked together.
    needs: { of: () => [], see, policy, load, ...needs },
    depending: { mentions: (spec) => everyText(spec), ...depending },
    settings: {
      keys: {},
      alternatives: [],
      // Of a type that cannot describe its pieces, nothing is known that could be sent with an update.
      updates: undo?.specOf === undefined ? 'parts' : 'whole',
      plainly: (spec) => spec,
      isOne: () => false,
      takenAway: () => [],
      passing: () => [],
      isUsual: () => false,
      naming: definition.traits.locators,
      ...settings,
    },
    time: {
      estimate: () => unknownSeconds,
      settingSeconds: () => 0,
      tunables: [],
      propagationSeconds: () => 0,
      ...time,
    },
    undo: {
      specOf: (spec) => ({ spec, notRepresented: ['all that its playbook does not say of it'] }),
      ...undo,
    },
    rehearsal: {
      injections: noInjections,
      subjects: {},
      neighbour: () => undefined,
      standIn: ({ spec }) => spec,
      presumes: () => [],
      ...rehearsal,
    },
    capturing: {
      taken: true,
      word: definition.traits.type.slice(definition.traits.type.lastIndexOf('/') + 1),
      tellApart: () => '',
      private: [],
      places: [],
      needs: () => [],
      params: () => [],
      movable: [],
      isUsual: () => false,
      shortly: (spec) => spec,
      afterService: false,
      after: [],
      ...capturing,
    },
    owners: owners ?? {},
  };
}

/** A component type of the registry: it does not compile while one of its parts is missing. */
export function completeType<Spec, State>(definition: CompleteDefinition<Spec, State>): CompleteType<Spec, State> {
  return { ...componentType(definition), complete: true };
}

const unknownWay = cannot('its type does not tell how a piece gets there');
const noInjections = {
  foreign: unknownWay,
  drifted: unknownWay,
  dangling: unknownWay,
  unhealthy: unknownWay,
  settling: unknownWay,
  unreadable: unknownWay,
};

/** All of a state but AWS's raw answer. */
function withoutDescription(state: unknown): Json {
  if (typeof state !== 'object' || state === null) return toJson(state);
  return toJson(Object.fromEntries(Object.entries(state).filter(([name]) => name !== 'description')));
}
