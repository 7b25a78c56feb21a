// Many services of one shape in one playbook.
import type { Playbook } from '../src/playbook/model.ts';
import { head, serviceName, servicePieces, sharedPieces } from './estate.ts';
import { playbookOf } from './world.ts';

/** Load balancers that an account may have [quota "Application Load Balancers per Region"]. */
const loadBalancers = 50;

/** A service whose listener is on the load balancer of another one, the nth beside that one's own. */
function lodger(service: string, host: string, nth: number): string {
  return servicePieces(service, 'wonderland', 'deployer-state')
    .replace(new RegExp(`\\n  ${service}-lb:[^]*(?=\\n  ${service}-tg:)`), '')
    .replaceAll(`${service}-lb.`, `${host}-lb.`)
    .replace('port: 443\n', `port: ${8442 + nth}\n`);
}

/** Services of the Deployer API's shape in one playbook; from the 51st on they lodge with the first ones. */
export function fleet(size: number): { readonly playbook: Playbook; readonly services: readonly string[] } {
  const services = Array.from({ length: size }, (_, index) => serviceName(index));
  const pieces = services.map((service, index) =>
    index < loadBalancers
      ? servicePieces(service, 'wonderland', 'deployer-state')
      : lodger(service, serviceName(index % loadBalancers), Math.floor(index / loadBalancers)),
  );
  return { playbook: playbookOf(head + sharedPieces('wonderland', ['deployer-state']) + pieces.join('')), services };
}
