// Where and as whom: the first thing on every screen.
import type { PlanIdentity } from '../plan/plan.ts';
import type { Paint } from './paint.ts';

export interface Place extends PlanIdentity {
  readonly environment: string | null;
  /** Of the embedded AWS, not a real account. */
  readonly sandbox: boolean;
  /** Why the alias is not known; null when it is. */
  readonly aliasDetail: string | null;
}

/** One line that tells the place, so that two accounts can never look alike. */
export function placeText(place: Place, paint: Paint): string {
  const alias = place.alias ?? (place.aliasDetail === null ? 'no alias' : 'alias not readable');
  const production = place.environment === 'production';
  const environment = place.environment ?? 'environment not named';
  return [
    `${place.sandbox ? paint.good('SANDBOX') : 'AWS'} account ${paint.bold(place.account)} (${paint.bold(alias)})`,
    `region ${paint.bold(place.region)}`,
    production && !place.sandbox ? paint.bad(paint.bold(environment.toUpperCase())) : environment,
    `as ${place.arn}`,
  ].join(' · ');
}
