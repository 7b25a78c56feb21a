// All health checks with the names that they ask.
import { canonicalName } from '../../util/dns.ts';
import { toJson } from '../kit/compare.ts';
import type { Json, Leading, Observation, ReadContext } from '../contract.ts';
import { specOf } from './as-spec.ts';
import { childrenOf } from './parts.ts';
import { absent, present, unknownFrom } from '../kit/observing.ts';
import { allHealthChecks, tagsOf } from './observe.ts';
import type { HealthCheckState } from './schema.ts';

export async function leading(context: ReadContext): Promise<readonly Leading[]> {
  const all = await context.once('route53 health checks', () => allHealthChecks(context));
  return all.map((state) => {
    // It has no name: it is found by what it asks.
    const { spec } = specOf({ protocol: 'HTTP' }, state);
    return {
      type: 'route53/health-check',
      spec: toJson(spec) as Readonly<Record<string, Json>>,
      leadsTo: state.fqdn === undefined || state.fqdn === '' ? [] : [canonicalName(state.fqdn)],
      provides: [state.id],
      uses: childrenOf(state.description),
      usable: true,
      what: `health check ${state.id}`,
    };
  });
}

/** By its id: by what it asks, another one may be meant. */
export async function seen({ provides }: Leading, context: ReadContext): Promise<Observation<HealthCheckState>> {
  const all = await context.once('route53 health checks', () => allHealthChecks(context));
  const state = all.find(({ id }) => provides.includes(id));
  if (state === undefined) return absent(context);
  const tags = (await tagsOf([state.id], context)).get(state.id);
  return tags?.kind === 'failed' ? unknownFrom(tags.error, context) : present(state, tags?.tags ?? {}, context);
}
