// Refusals that would prove that something does not exist. A code proves it only where AWS sends it: for this operation, for
// what was asked, with this status. Anything else with such a code is somebody else's, or about something else.
import type { ClassifiedError, ErrorClass } from '../classified-error.ts';
import { refusalOf } from '../errors.ts';
import type { AwsService } from '../services/service.ts';
import { unexpected } from './envelope.ts';
import type { Members } from './rules.ts';

/** An answer that nobody should believe, of a refusal that AWS does not send; undefined for all others. */
export function alienRefusal(
  service: AwsService,
  operation: string,
  input: Members,
  error: object,
  host: string,
): ClassifiedError | undefined {
  const { $fault: fault, $metadata: metadata } = error as Refusal;
  const { class: failure, code } = refusalOf(error);
  const status = metadata?.httpStatusCode ?? 0;
  const came = `${host} answered ${operation} with HTTP ${status} and ${code}`;
  if (failure === 'not-found') {
    const missing = service.proofs[operation]?.missing ?? {};
    const means = Object.hasOwn(missing, code) ? missing[code] : undefined;
    if (means?.(input) === true && status === statusOf(service)) return undefined;
    const why = means === undefined ? '' : status === statusOf(service) ? ' to such a question' : ' with this status';
    return unexpected(`${came}, which AWS never does${why}`, { cause: error });
  }
  // The caller's mistake with a server's status: of a change nobody knows whether it was refused.
  if (fault === 'client' && status >= 500 && !believedAnyway.has(failure)) {
    return unexpected(`${came}, which AWS never does with this status`, { cause: error });
  }
  return undefined;
}

/** What the SDK tells of a refusal that is in its models. */
interface Refusal {
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Nothing rests on these but that a call is repeated or given up. */
const believedAnyway: ReadonlySet<ErrorClass> = new Set(['throttled', 'denied', 'expired']);

/** REST says it with HTTP, most others in the body alone [service models; captured]. */
function statusOf(service: AwsService): number {
  return service.absentStatus ?? (service.protocol === 'rest-xml' ? 404 : 400);
}
