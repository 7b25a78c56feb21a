// Calls that leave this process, whoever sends them: the embedded AWS is reached without a socket, so each is by a client that
// was not got of relight, past gate, pacing and meters.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What Node tells of requests by `node:http`, of sockets, and of `fetch`. */
const channels = {
  'http.client.request.start': ({ request }: Told): string => `${request?.method ?? ''} ${request?.host ?? ''}`,
  'net.client.socket': (): string => 'a socket',
  'undici:request:create': ({ request }: Told): string => `${request?.method ?? ''} ${request?.origin ?? ''}`,
} as const;

interface Told {
  readonly request?: { readonly method?: string; readonly host?: string; readonly origin?: string };
}

/**
 * What was sent out of the process while something was done, also when that failed of it.
 *
 * @throws what `work` throws, if nothing was sent
 */
export async function callsBeside(work: () => Promise<void>): Promise<readonly string[]> {
  const seen: string[] = [];
  const listeners = Object.entries(channels).map(([name, text]) => {
    const listener = (message: unknown): void => {
      seen.push(`${name}: ${text(message as Told)}`.trimEnd());
    };
    subscribe(name, listener);
    return { name, listener };
  });
  try {
    await work();
  } catch (error) {
    if (seen.length === 0) throw error;
  } finally {
    for (const { listener, name } of listeners) unsubscribe(name, listener);
  }
  return seen;
}
