// What is there, in a playbook's words. Pure.
import type { ComponentType, Json } from '../components/contract.ts';
import { settingsIn } from './overlay.ts';
import { rulesOf } from './rules.ts';

/**
 * A piece as AWS has it, as a spec without shorthands.
 *
 * @param captured what `undo.capture` told, where it was asked
 */
export function describedPlainly(type: ComponentType, spec: unknown, state: unknown, captured?: Json): unknown {
  return type.settings.plainly(type.undo.specOf(spec, state, captured).spec);
}

/** Its settings, by path. */
export function settingsOf(
  type: ComponentType,
  spec: unknown,
  state: unknown,
  captured?: Json,
): ReadonlyMap<string, unknown> {
  return settingsIn(describedPlainly(type, spec, state, captured), rulesOf(type));
}
