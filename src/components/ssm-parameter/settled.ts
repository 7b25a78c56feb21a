import type { ChangeAction, ReadContext, Receipt, Settlement } from '../contract.ts';

/** "Wait for at least 30 seconds to create a parameter with the same name" [SSM API, DeleteParameter]. */
export const nameFreeSeconds = 30;

/** A parameter that is gone is looked upon as such at once; its name is free later. */
export function settled(
  action: ChangeAction,
  { deletedAt }: Receipt,
  _target: unknown,
  context: Pick<ReadContext, 'now'>,
): Promise<Settlement> {
  const free = action === 'delete' && typeof deletedAt === 'number' ? deletedAt + nameFreeSeconds * 1000 : 0;
  return Promise.resolve(
    context.now() < free ? { kind: 'pending', detail: 'its name is not free yet' } : { kind: 'done' },
  );
}
