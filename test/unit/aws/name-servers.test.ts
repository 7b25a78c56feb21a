// Asking name servers: what is an answer, and that nothing which is none does any harm.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { decode, encode, type Answer, type DecodedPacket } from 'dns-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { gatedNameServers, nobodyToAsk } from '../../../src/aws/dns/name-servers.ts';
import { nameServerAt, networkNameServers } from '../../../src/aws/dns/resolver.ts';
import { Gate } from '../../../src/aws/gate.ts';
import { systemClock, type Clock } from '../../../src/util/clock.ts';

const open: Socket[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** A name server of the test's own, on loopback. */
async function nameServer(answer: (query: DecodedPacket, from: RemoteInfo, socket: Socket) => void): Promise<string> {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.on('message', (message, from) => {
    answer(decode(message), from, socket);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return `127.0.0.1:${String(socket.address().port)}`;
}

/** A clock on which a time is over at once, while nothing else has happened yet. */
const impatient: Clock = { now: () => 0, sleep: () => Promise.resolve() };

const question = { name: 'www.example.com', type: 'A', servers: ['ns.example.com'] };

function answers(query: DecodedPacket, all: readonly Answer[], more: object = {}): Buffer {
  const { id = 0, questions = [] } = query;
  return encode({ type: 'response', id, questions, answers: [...all], ...more });
}

const address = (data: string): Answer => ({ type: 'A', name: question.name, ttl: 60, data });

describe('the port', () => {
  test.each([
    ['values', [address('192.0.2.1')], {}, { kind: 'values', values: ['192.0.2.1'] }],
    ['a name that is not there', [], { flags: 3 }, { kind: 'missing', code: 'NXDOMAIN' }],
    ['no record of the type', [], {}, { kind: 'missing', code: 'NODATA' }],
    ['a refusal', [], { flags: 5 }, { kind: 'unasked', why: 'EREFUSED' }],
    ['a failure', [], { flags: 2 }, { kind: 'unasked', why: 'ESERVFAIL' }],
  ] as const)('tells %s', async (_what, all, more, told) => {
    const at = await nameServer((query, from, socket) => {
      socket.send(answers(query, all, more), from.port, from.address);
    });
    expect(await nameServerAt(at, systemClock).ask(question)).toEqual(told);
  });

  test.each([
    ['MX', { preference: 10, exchange: 'mx.example.com' }, '10 mx.example.com'],
    ['SRV', { priority: 1, weight: 2, port: 443, target: 'a.example.com' }, '1 2 443 a.example.com'],
    ['CAA', { flags: 0, tag: 'issue', value: 'ca.example' }, '0 issue "ca.example"'],
    ['TXT', ['a "b"', String.raw`c\d`], String.raw`"a \"b\"" "c\\d"`],
  ] as const)('writes values as a zone has them: %s', async (type, data, told) => {
    const at = await nameServer((query, from, socket) => {
      const record = { type, name: question.name, ttl: 60, data } as unknown as Answer;
      socket.send(answers(query, [record]), from.port, from.address);
    });
    expect(await nameServerAt(at, systemClock).ask({ ...question, type })).toEqual({ kind: 'values', values: [told] });
  });

  test('takes no answer of another question’s, and none that cannot be read', async () => {
    const at = await nameServer((query, from, socket) => {
      const { id = 0 } = query;
      const spoofed = answers({ ...query, id: id ^ 1 }, [address('198.51.100.66')]);
      const other = encode({
        ...{ type: 'response', id, questions: [{ type: 'A', name: 'evil.example' }] },
        answers: [{ ...address('198.51.100.66'), name: 'evil.example' }],
      });
      for (const message of [spoofed, other]) socket.send(message, from.port, from.address);
      socket.send(answers(query, [address('192.0.2.1')]), from.port, from.address);
    });
    expect(await nameServerAt(at, systemClock).ask(question)).toEqual({ kind: 'values', values: ['192.0.2.1'] });
    const broken = await nameServer((query, from, socket) => {
      const message = answers(query, [address('192.0.2.1')]);
      socket.send(message.subarray(0, message.length - 3), from.port, from.address);
    });
    expect(await nameServerAt(broken, systemClock).ask(question)).toMatchObject({ kind: 'unasked' });
  });

  test('gives up on who does not answer, by its clock', async () => {
    const silent = await nameServer(() => undefined);
    const told = { kind: 'unasked', why: 'no answer within 3 s' };
    expect(await nameServerAt(silent, impatient).ask(question)).toEqual(told);
    // Nor are the name servers' own names waited for.
    expect(await networkNameServers(impatient).ask({ ...question, servers: [] })).toMatchObject({ kind: 'unasked' });
  });

  test('tells a port at which nobody answers, and an address that is none', async () => {
    const closed = await nameServer(() => undefined);
    await new Promise<void>((resolve) => {
      open.splice(0)[0]?.close(resolve);
    });
    expect(await nameServerAt(closed, systemClock).ask(question)).toEqual({ kind: 'unasked', why: 'ECONNREFUSED' });
    expect(await nameServerAt('no address', systemClock).ask(question)).toMatchObject({ kind: 'unasked' });
  });

  test('asks nothing before the place was compared, nor after the gate was shut', async () => {
    const asked: unknown[] = [];
    const gate = new Gate('read');
    const port = gatedNameServers(
      {
        ask: (each) => {
          asked.push(each);
          return nobodyToAsk('why').ask(each);
        },
      },
      gate,
    );
    await expect(port.ask(question)).rejects.toThrow('have not been compared');
    gate.openForReads();
    expect(await port.ask(question)).toEqual({ kind: 'unasked', why: 'why' });
    gate.shut(new Error('another place'));
    await expect(port.ask(question)).rejects.toThrow('another place');
    expect(asked).toEqual([question]);
  });
});
