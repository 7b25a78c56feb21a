// Probes the real world: HTTP, DNS and TCP from this machine.
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import type { Prober } from './probe.ts';

const tcpTimeout = 5_000;
const dnsTimeout = 5_000;
const longestBody = 1_000_000;

/** Each answer is fresh: no HTTP cache, no redirects followed, resolvers as configured on this machine. */
export const networkProber: Prober = {
  async http({ url, method, headers, timeout }) {
    try {
      const answer = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
      });
      const body = await answer.text();
      return { status: answer.status, body: body.slice(0, longestBody) };
    } catch (error) {
      return { error: networkError(error) };
    }
  },

  async dns(name, type) {
    const resolver = new Resolver({ timeout: dnsTimeout, tries: 2 });
    try {
      const records: unknown = await resolver.resolve(name, type);
      return { values: Array.isArray(records) ? records.map(recordText) : [] };
    } catch (error) {
      return { error: networkError(error) };
    }
  },

  tcp(host, port) {
    return new Promise((resolve) => {
      const socket = connect({ host, port, timeout: tcpTimeout });
      const end = (error: string | undefined): void => {
        socket.destroy();
        resolve({ error });
      };
      socket.once('connect', () => {
        end(undefined);
      });
      socket.once('timeout', () => {
        end('ETIMEDOUT');
      });
      socket.once('error', (error) => {
        end(networkError(error));
      });
    });
  },
};

/** The system's code where there is one, as `curl` users know it. */
function networkError(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === 'string') return code;
    if (each.name === 'TimeoutError') return 'ETIMEDOUT';
  }
  return error instanceof Error ? error.message : String(error);
}

/** TXT records come as lists of chunks, MX and SRV as objects; written as `dig` writes them. */
function recordText(record: unknown): string {
  if (typeof record === 'string') return record;
  if (Array.isArray(record)) return record.join('');
  if (typeof record === 'object' && record !== null) return Object.values(record).map(String).join(' ');
  return String(record);
}
