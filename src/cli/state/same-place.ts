// Was a run one in the place at hand? A sandbox or an emulator may go by the account's own number.
import { isSameEndpoint } from '../../aws/endpoints/endpoints.ts';
import type { PlanIdentity } from '../../plan/plan.ts';
import type { Place } from '../../report/place-text.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import { endpointOf } from '../place/session.ts';

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

/**
 * A run in a sandbox is of no use elsewhere: said before anybody looks for credentials.
 *
 * @throws UserError with exit code 3 where no sandbox can be meant
 */
export async function insistOnSandbox(
  { runId, sandbox }: Pick<Beginning, 'sandbox'> & { readonly runId: string },
  options: GlobalOptions,
  io: Io,
): Promise<void> {
  if (!sandbox || options.sandbox === true || (await endpointOf(options, io)) !== undefined) return;
  throw new UserError(
    `refused: run ${runId} was made in the sandbox: add --sandbox, or the endpoint of a served one. Nothing was changed.`,
    exitCodes.refused,
  );
}
