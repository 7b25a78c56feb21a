// Where and as whom: the first thing on every screen.
import type { PlanIdentity } from '../plan/plan.ts';
import type { Paint } from './paint.ts';
import { shownName } from '../util/shown.ts';

export interface Place extends PlanIdentity {
  readonly environment: string | null;
  /** Of the embedded AWS, not a real account. */
  readonly sandbox: boolean;
  /** Why the alias is not known; null when it is. */
  readonly aliasDetail: string | null;
}

/** A role's and a session's name have 64 characters each at most [IAM quotas]; a role's path may have more. */
const longestArn = 240;

/** One line that tells the place, so that two accounts can never look alike. */
export function placeText(place: Place, paint: Paint): string {
  const alias =
    place.alias === null ? (place.aliasDetail === null ? 'no alias' : 'alias not readable') : shownName(place.alias);
  const production = place.environment === 'production';
  const environment = place.environment === null ? 'environment not named' : shownName(place.environment);
  return [
    `${place.sandbox ? paint.good('SANDBOX') : 'AWS'} account ${paint.bold(shownName(place.account))} (${paint.bold(alias)})`,
    `region ${paint.bold(shownName(place.region))}`,
    production && !place.sandbox ? paint.bad(paint.bold(environment.toUpperCase())) : environment,
    `as ${shownName(place.arn, longestArn)}`,
  ].join(' · ');
}
