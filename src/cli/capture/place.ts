// The way to an account of which no playbook speaks yet: the place is told before anything else, and nothing can be changed.
import type { CallRecord } from '../../aws/access.ts';
import { openPlainPlace } from '../../engine.ts';
import type { Identity } from '../../aws/credentials/identity.ts';
import type { ObserveContext } from '../../observe/context.ts';
import { refusalText } from '../../guard/guard.ts';
import { placeText } from '../../report/place-text.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { accessTo, identityRemedy, regionOf, sharedPlaces, verboseListeners } from '../place/session.ts';
import { paintFor, type Io } from '../terminal/io.ts';

export interface PlainPlace {
  readonly identity: Identity;
  readonly observeContext: ObserveContext;
  /** A sandbox answers. */
  readonly sandbox: boolean;
  readonly calls: () => number;
}

/** @param account that it has to be, where the user says one */
export async function openPlace(
  account: string | undefined,
  environment: string,
  options: GlobalOptions,
  io: Io,
): Promise<PlainPlace> {
  const region = regionOf(options, io);
  if (region === undefined) throw new UserError('name the region of the service: --region, or AWS_REGION');
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw new UserError(`--account ${account}: expected the 12 digits of an account`);
  }
  const places = await sharedPlaces(options, io);
  let calls = 0;
  const verbose = verboseListeners(options, io);
  const onCall = (call: CallRecord): void => {
    calls += 1;
    verbose.onCall?.(call);
  };
  const { access, endpoint } = await accessTo(region, 'read', { options, places, listeners: { onCall } }, io);
  const opened = await openPlainPlace({ ...access, onCall }, options.types.types, account);
  const sandbox = (): boolean => places.embedded !== undefined || places.found.headers !== undefined;
  const tellPlace = ({ account: id, alias, aliasDetail, arn }: Identity): void => {
    const own = sandbox() ? null : (endpoint ?? null);
    const place = { account: id, alias, aliasDetail, arn, region, environment, sandbox: sandbox(), endpoint: own };
    io.err(`${placeText({ ...place, through: null }, paintFor(io, options.color, io.canRedraw))}\n\n`);
  };
  switch (opened.kind) {
    case 'no-identity':
      throw new UserError(
        `cannot tell who the caller is: ${opened.failure.code}: ${opened.failure.message}\n` +
          `Nothing was looked at. ${await identityRemedy(opened.failure, endpoint, options, io)}`,
      );
    case 'refused':
      if (opened.identity !== null) tellPlace(opened.identity);
      throw new UserError(refusalText(opened.mismatches), exitCodes.refused);
    case 'open':
      tellPlace(opened.identity);
      return { ...opened, sandbox: sandbox(), calls: () => calls };
  }
}
