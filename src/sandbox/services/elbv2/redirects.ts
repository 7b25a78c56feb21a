// Redirects: what they may say, and when they would lead back to where they come from [ELB API, RedirectActionConfig].
import { AwsError } from '../../model.ts';
import type { Input } from '../../model.ts';
import { recordOf, requiredText, textOf } from './input.ts';
import type { ActionRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

type Redirect = Extract<ActionRecord, { kind: 'redirect' }>;

function refused(text: string): AwsError {
  return new AwsError('InvalidLoadBalancerAction', text);
}

/** @throws AwsError for one without a configuration [hashicorp/terraform#32620], and for members that cannot be */
export function redirectOf(item: Input, order: number | null): Redirect {
  const config = recordOf(item, 'RedirectConfig');
  if (config === undefined) {
    throw refused("For actions of type 'redirect', you must specify the following fields: 'RedirectConfig'");
  }
  const path = textOf(config, 'Path') ?? '/#{path}';
  const port = textOf(config, 'Port') ?? '#{port}';
  // "The absolute path, starting with the leading /"; "a value from 1 to 65535 or #{port}".
  if (!path.startsWith('/')) throw refused(unverifiedTexts.redirectMember('path', path));
  if (port !== '#{port}' && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    throw refused(unverifiedTexts.redirectMember('port', port));
  }
  return {
    kind: 'redirect',
    order,
    protocol: textOf(config, 'Protocol') ?? '#{protocol}',
    port,
    host: textOf(config, 'Host') ?? '#{host}',
    path,
    query: textOf(config, 'Query') ?? '#{query}',
    statusCode: requiredText(config, 'StatusCode') === 'HTTP_302' ? 'HTTP_302' : 'HTTP_301',
  };
}

/**
 * "You must modify at least one of the following components: protocol, port, hostname or path"; "you can't redirect HTTPS
 * to HTTP". The text of a loop: [kubernetes-sigs/aws-load-balancer-controller#487, #1752].
 */
export function checkRedirects(
  actions: readonly ActionRecord[],
  listener: { readonly protocol: string; readonly port: number },
): void {
  for (const action of actions) {
    if (action.kind !== 'redirect') continue;
    const protocol = action.protocol === '#{protocol}' ? listener.protocol : action.protocol;
    const port = action.port === '#{port}' ? String(listener.port) : action.port;
    const isSame = protocol === listener.protocol && port === String(listener.port);
    if (isSame && action.host === '#{host}' && action.path === '/#{path}') {
      throw refused('The redirect configuration is not valid because it creates a loop.');
    }
    if (listener.protocol === 'HTTPS' && protocol === 'HTTP') throw refused(unverifiedTexts.redirectToPlain);
  }
}
