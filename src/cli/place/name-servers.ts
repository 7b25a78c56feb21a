// Whose name servers a session asks: AWS's own, or those of the sandbox at its endpoint, which tells their address itself.
import { nobodyToAsk, type NameServers } from '../../aws/dns/name-servers.ts';
import { nameServerAt, networkNameServers } from '../../aws/dns/resolver.ts';
import { systemClock } from '../../util/clock.ts';

/**
 * @param endpoint instead of AWS's own; undefined: AWS
 * @param sandbox headers of an answer of a relight sandbox at this endpoint; undefined while none has come, and for all others
 */
export function nameServersFor(
  endpoint: string | undefined,
  sandbox: () => Readonly<Record<string, string>> | undefined,
): NameServers {
  if (endpoint === undefined) return networkNameServers(systemClock);
  return {
    ask: (question) => {
      const headers = sandbox();
      return nameServersBehind(endpoint, headers).ask(question);
    },
  };
}

function nameServersBehind(endpoint: string, headers: Readonly<Record<string, string>> | undefined): NameServers {
  if (headers === undefined) return nobodyToAsk(`${endpoint} is not AWS`);
  const address = sandboxDns(headers);
  if (address === undefined) return nobodyToAsk(`the sandbox at ${endpoint} does not say where it answers DNS`);
  return nameServerAt(address, systemClock);
}

/** Where a served sandbox answers DNS, as it tells in each answer: `1; speed=60; now=1479...; dns=127.0.0.1:5353`. */
function sandboxDns(headers: Readonly<Record<string, string>>): string | undefined {
  // This machine alone can be a sandbox, whatever a header says.
  return /;\s*dns=((?:127\.0\.0\.1|\[::1\]):\d{1,5})(?:;|$)/.exec(headers['x-relight-sandbox'] ?? '')?.[1];
}
