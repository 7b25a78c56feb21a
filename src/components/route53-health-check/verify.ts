// What the checkers themselves say; the aggregate status is told by CloudWatch only.
import { GetHealthCheckStatusCommand } from '@aws-sdk/client-route-53';
import { route53 } from '../../aws/services/route53.ts';
import type { ReadContext, Settlement, Target } from '../contract.ts';
import { asksEndpoint } from './kinds.ts';
import { protocolOf, type HealthCheckSpec, type HealthCheckState } from './schema.ts';

/** An endpoint is healthy when more than 18 % of the checkers say so [Route 53 developer guide, "How Route 53 determines"]. */
const neededShare = 0.18;

export async function verify(
  _target: Target<HealthCheckSpec>,
  state: HealthCheckState,
  context: ReadContext,
): Promise<Settlement> {
  // A disabled one is not checked, and other kinds have no checkers [API reference "GetHealthCheckStatus"].
  if (state.disabled || !asksEndpoint(protocolOf(state))) return { kind: 'done' };
  const answer = await context.limit(() =>
    context.aws.client(route53).send(new GetHealthCheckStatusCommand({ HealthCheckId: state.id })),
  );
  const reports = (answer.HealthCheckObservations ?? []).map((each) => each.StatusReport?.Status ?? '');
  if (reports.length === 0) return { kind: 'pending', detail: 'no checker has reported yet' };
  // The endpoint of an inverted one is expected to fail; that checkers look at it is all that can be asked.
  if (state.inverted) return { kind: 'done' };
  const passed = reports.filter((status) => status.startsWith('Success')).length;
  if (passed / reports.length > neededShare) return { kind: 'done' };
  const failure = reports.find((status) => !status.startsWith('Success')) ?? '';
  return { kind: 'pending', detail: `${passed} of ${reports.length} checkers pass: ${failure}` };
}
