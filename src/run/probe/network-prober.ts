// Probes the real world: HTTP, DNS and TCP from this machine.
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { boundedText } from '../../util/bounded-body.ts';
import type { Prober } from './probe.ts';

const tcpTimeout = 5_000;
const dnsTimeout = 5_000;
/** Bytes of an answer that are looked at; what follows is not waited for. */
const longestBody = 1024 * 1024;

/** Each answer is fresh: no HTTP cache, no redirects followed, resolvers as configured on this machine. */
export const networkProber: Prober = {
  async http({ url, method, headers, timeout }, stop) {
    try {
      const answer = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: either(AbortSignal.timeout(timeout), stop),
      });
      return { status: answer.status, body: await boundedText(answer, longestBody) };
    } catch (error) {
      return { error: networkError(error) };
    }
  },

  async dns(name, type, stop) {
    const resolver = new Resolver({ timeout: dnsTimeout, tries: 2 });
    const cancel = (): void => {
      resolver.cancel();
    };
    stop?.addEventListener('abort', cancel, { once: true });
    try {
      const records: unknown = await resolver.resolve(name, type);
      return { values: Array.isArray(records) ? records.map(recordText) : [] };
    } catch (error) {
      return { error: networkError(error) };
    } finally {
      stop?.removeEventListener('abort', cancel);
    }
  },

  tcp(host, port, stop) {
    return new Promise((resolve) => {
      const socket = connect({ host, port, timeout: tcpTimeout });
      const abort = (): void => {
        end('ECANCELED');
      };
      const end = (error: string | undefined): void => {
        stop?.removeEventListener('abort', abort);
        socket.destroy();
        resolve({ error });
      };
      stop?.addEventListener('abort', abort, { once: true });
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

function either(signal: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? signal : AbortSignal.any([signal, other]);
}

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
