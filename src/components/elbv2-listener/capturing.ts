// What `relight capture` has to know of a listener.
import type { Capturing } from '../contract.ts';
import { actionPlaces, actionWords, isUsualRedirect, strangerStatus } from '../kit/elbv2-action-spec.ts';
import { whenUsed } from '../kit/when-used.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

const reading = whenUsed(() => import('./around.ts'));

export const capturing: Partial<Capturing<ListenerSpec, ListenerState>> = {
  tellApart: ({ port }) => String(port),
  around: reading.call('around'),
  places: actionPlaces('defaultActions'),
  movable: actionWords('defaultActions'),
  isUsual: isUsualRedirect,
  probe: (spec, { port, protocol }) => ({ door: { protocol, port }, ...strangerStatus(spec) }),
};
