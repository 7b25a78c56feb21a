// The sockets of the DNS door: UDP, and TCP for what does not fit into a datagram, on one port of loopback. For who resolves
// names as the world outside would; whatever is sent in, the door goes on.
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import type { World } from '../model.ts';
import { answerMessage } from './message.ts';

export interface DnsDoor {
  /** As `setServers` of a resolver takes it: `127.0.0.1:5353`, `[::1]:5353`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Milliseconds after which a silent connection is closed. */
const patience = 10_000;
const mostConnections = 64;
/** A free port of TCP may be taken for UDP. */
const tries = 20;

/** @param port 0 takes a free one. @param host a name of loopback */
export async function openDnsDoor(world: World, { host, port }: { host: string; port: number }): Promise<DnsDoor> {
  for (let time = 1; ; time += 1) {
    const streams = streamServer(world);
    try {
      await listen(streams, port, host);
      const bound = streams.server.address() as AddressInfo;
      const datagrams = await bind(world, bound);
      const { address } = bound;
      return {
        address: `${isIPv6(address) ? `[${address}]` : address}:${String(bound.port)}`,
        close: async () => {
          await Promise.all([closeDatagrams(datagrams), streams.close()]);
        },
      };
    } catch (error) {
      await streams.close();
      if (port !== 0 || time === tries || (error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
    }
  }
}

interface Streams {
  readonly server: Server;
  close(): Promise<void>;
}

function streamServer(world: World): Streams {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.setTimeout(patience, () => socket.destroy());
    // The connection is gone, and nobody is left to be told.
    socket.on('error', () => socket.destroy());
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      // Each message has its length before it [RFC 1035, section 4.2.2].
      while (rest.length >= 2) {
        const length = rest.readUInt16BE(0);
        if (rest.length < 2 + length) return;
        const answer = answerMessage(world, rest.subarray(2, 2 + length), 'tcp');
        rest = rest.subarray(2 + length);
        if (answer === undefined) {
          socket.destroy();
          return;
        }
        const head = Buffer.alloc(2);
        head.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([head, answer]));
      }
    });
  });
  server.maxConnections = mostConnections;
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        if (!server.listening) resolve();
        else
          server.close(() => {
            resolve();
          });
      }),
  };
}

function listen({ server }: Streams, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // What cannot be accepted is that client's affair.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function bind(world: World, { address, port }: AddressInfo): Promise<Datagrams> {
  return new Promise((resolve, reject) => {
    const datagrams = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    datagrams.once('error', reject);
    datagrams.on('message', (message, from) => {
      const answer = answerMessage(world, message, 'udp');
      // Who asked and is gone needs no answer.
      if (answer !== undefined) datagrams.send(answer, from.port, from.address, () => undefined);
    });
    datagrams.bind(port, address, () => {
      datagrams.off('error', reject);
      datagrams.on('error', () => undefined);
      resolve(datagrams);
    });
  });
}

function closeDatagrams(datagrams: Datagrams): Promise<void> {
  return new Promise((resolve) => {
    datagrams.close(() => {
      resolve();
    });
  });
}
