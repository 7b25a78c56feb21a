// Where others ask how the watch is: /healthz, red when a schedule is late, and /metrics. On loopback unless told.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WatchMetrics } from '../../watch/metrics.ts';
import type { ScheduleState } from '../../watch/supervisor.ts';

export interface Door {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface DoorOptions {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly states: () => readonly ScheduleState[];
  readonly metrics: WatchMetrics;
}

/** @throws what the system says where nobody can listen there */
export async function openDoor({ host, metrics, port, states }: DoorOptions): Promise<Door> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(405, 'text/plain; charset=utf-8', 'GET only\n');
      return;
    }
    switch (request.url?.split('?')[0]) {
      case '/healthz': {
        const { body, healthy } = healthOf(states());
        answer(healthy ? 200 : 503, 'application/json', body);
        return;
      }
      case '/metrics':
        metrics.text(states()).then(
          ({ body, type }) => {
            answer(200, type, body);
          },
          (error: unknown) => {
            answer(500, 'text/plain; charset=utf-8', `${error instanceof Error ? error.message : String(error)}\n`);
          },
        );
        return;
      default:
        answer(404, 'text/plain; charset=utf-8', '/healthz or /metrics\n');
    }
  });
  // Who connects and says nothing is let go.
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await listening(server, host, port);
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Healthy: each schedule has been heard of in time. What its scans found is no matter of health. */
export function healthOf(states: readonly ScheduleState[]): { readonly healthy: boolean; readonly body: string } {
  const healthy = states.every(({ isLate }) => !isLate);
  const instant = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
  const schedules = states.map((each) => ({
    schedule: each.schedule,
    late: each.isLate,
    running: each.running,
    nextDue: instant(each.nextDue),
    lastEnded: instant(each.lastEndedAt),
    lastSucceeded: instant(each.lastSucceededAt),
  }));
  return { healthy, body: `${JSON.stringify({ healthy, schedules }, null, 2)}\n` };
}
