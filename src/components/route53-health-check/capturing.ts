// What `relight capture` has to know of a health check.
import type { Capturing } from '../contract.ts';
import { whenUsed } from '../kit/when-used.ts';
import type { HealthCheckSpec, HealthCheckState } from './schema.ts';

const reading = whenUsed(() => import('./leading.ts'));

export const capturing: Partial<Capturing<HealthCheckSpec, HealthCheckState>> = {
  tellApart: ({ fqdn, ipAddress, path }) =>
    [fqdn?.split('.')[0] ?? ipAddress ?? '', path ?? ''].filter((each) => each !== '' && each !== '/').join('-'),
  afterService: true,
  leading: reading.call('leading'),
  seen: reading.call('seen'),
};
