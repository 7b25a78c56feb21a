// Who deletes a piece by hand switches its protection off first.
import type { ChangeContext, ComponentType, Target } from '../../components/contract.ts';

/** @param state as it was seen a moment ago */
export async function deleteByHand(
  type: ComponentType,
  target: Target<unknown>,
  state: unknown,
  context: ChangeContext,
): Promise<void> {
  const spec = type.rehearsal.letGo?.(target.spec);
  if (spec !== undefined) {
    // What the piece differs in besides is nobody's business here.
    const before = new Set(type.diff(target.spec, state).map(({ path }) => path));
    const held = type.diff(spec, state).filter(({ path }) => !before.has(path));
    const token = `let-go-${context.token}`.slice(0, 36);
    if (held.length > 0) await type.update({ ...target, spec }, state, held, { ...context, token });
  }
  await type.delete(target, state, context);
}
