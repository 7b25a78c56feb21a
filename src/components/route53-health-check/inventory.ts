// All health checks of an account. Those of relight's own making are asked for their tags; the others are nobody's stray.
import type { InventoryPiece, ReadContext } from '../contract.ts';
import { allHealthChecks, tagsOf } from './observe.ts';
import { childrenOf } from './parts.ts';
import { isByRelight } from './reference.ts';

export async function list(context: ReadContext): Promise<readonly InventoryPiece[]> {
  const all = await context.once('route53 health checks', () => allHealthChecks(context));
  const own = all.filter(({ callerReference }) => isByRelight(callerReference));
  const tags = await tagsOf(
    own.map(({ id }) => id),
    context,
  );
  return all.map((each) => {
    const answer = tags.get(each.id);
    if (answer?.kind === 'failed') throw answer.error;
    const asks = [each.fqdn ?? each.ipAddress, each.port].filter((part) => part !== undefined).join(':');
    return {
      kind: 'piece',
      id: each.id,
      name: `${each.type} ${asks}${each.path ?? ''}`.trim(),
      dnsNames: [],
      tags: answer?.tags,
      names: childrenOf(each.description),
      unattached: undefined,
      servesNamers: true,
    };
  });
}
