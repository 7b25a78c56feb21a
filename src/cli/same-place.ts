// Was a run one in the place at hand? A sandbox or an emulator may go by the account's own number.
import { isSameEndpoint } from '../aws/endpoints.ts';
import type { PlanIdentity } from '../plan/plan.ts';
import type { Place } from '../report/place-text.ts';

/** What the first record of a journal says of the place. */
interface Beginning {
  readonly plan: { readonly identity: Pick<PlanIdentity, 'account' | 'region'> };
  readonly sandbox: boolean;
  readonly endpoint?: string | undefined;
}

export function wasHere(run: Beginning, place: Place): boolean {
  const { account, region } = run.plan.identity;
  return account === place.account && region === place.region && wasSameKind(run, place);
}

/** Both in AWS itself, both in a sandbox, or both at one endpoint. */
export function wasSameKind({ endpoint, sandbox }: Omit<Beginning, 'plan'>, place: Place): boolean {
  return sandbox === place.sandbox && isSameEndpoint(endpoint ?? null, place.endpoint);
}
