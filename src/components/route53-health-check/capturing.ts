// What `relight capture` has to know of a health check.
import type { Capturing } from '../contract.ts';
import { canonicalName } from '../../util/dns.ts';
import { whenUsed } from '../kit/when-used.ts';
import { childrenOf } from './parts.ts';
import type { HealthCheckSpec, HealthCheckState } from './schema.ts';

const reading = whenUsed(() => import('./leading.ts'));

export const capturing: Partial<Capturing<HealthCheckSpec, HealthCheckState>> = {
  tellApart: ({ fqdn, ipAddress, path }) =>
    [fqdn?.split('.')[0] ?? ipAddress ?? '', path ?? ''].filter((each) => each !== '' && each !== '/').join('-'),
  afterService: true,
  leads: ({ fqdn }, { description, id }) => ({
    leadsTo: fqdn === undefined ? [] : [canonicalName(fqdn)],
    provides: [id],
    uses: childrenOf(description),
  }),
  leading: reading.call('leading'),
  seen: reading.call('seen'),
};
