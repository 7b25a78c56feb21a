// A proxy between clients and a served sandbox that spoils answers: what a hostile, or only odd, AWS could say.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostile } from './unseen.ts';

export type Spoil = (
  operation: string,
  status: number,
  body: string,
  json: boolean,
) => { readonly status: number; readonly body: string };

export const untouched: Spoil = (_operation, status, body) => ({ status, body });

export interface SpoilingProxy {
  readonly url: string;
  spoil: Spoil;
  /** Names of members that answers had. */
  readonly members: ReadonlySet<string>;
  readonly operations: ReadonlySet<string>;
  readonly close: () => void;
}

/** The sandbox's own endpoint for probes; its answers are spoilt too. All other endpoints of its own are left alone. */
export const probes = '/_relight/probe';

export async function startSpoilingProxy(sandbox: string): Promise<SpoilingProxy> {
  const target = new URL(sandbox);
  const members = new Set<string>();
  const operations = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    const sent: Buffer[] = [];
    incoming.on('data', (part: Buffer) => sent.push(part));
    incoming.on('end', () => {
      const body = Buffer.concat(sent);
      const { headers, method, url: path = '' } = incoming;
      const operation =
        String(headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ||
        (new URLSearchParams(body.toString()).get('Action') ?? `${method ?? ''} ${path.replace(/\?.*/, '')}`);
      const own = path.startsWith('/_') && path !== probes;
      if (!path.startsWith('/_')) operations.add(operation);
      const onward = request(
        { host: target.hostname, port: target.port, method, path, headers: { ...headers, host: target.host } },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            const text = Buffer.concat(parts).toString();
            const json = text.startsWith('{');
            for (const [, quoted, tag] of text.matchAll(/"(\w+)":\s*"|<(\w+)>[^<]/g)) members.add(quoted ?? tag ?? '');
            const status = answer.statusCode ?? 500;
            const spoilt = own ? { status, body: text } : proxy.spoil(operation, status, text, json);
            const ofTheBody = ['content-length', 'transfer-encoding', 'x-amz-crc32'];
            const rest = Object.entries(answer.headers).filter(([name]) => !ofTheBody.includes(name));
            outgoing.writeHead(spoilt.status, Object.fromEntries(rest));
            outgoing.end(spoilt.body);
          });
        },
      );
      onward.once('error', () => incoming.socket.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const proxy: SpoilingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoil: untouched,
    members,
    operations,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}

/** Every character by its number, so that XML holds even those that it forbids. */
export function inXml(text: string): string {
  return Array.from(text, (each) => `&#${each.codePointAt(0) ?? 0};`).join('');
}

export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Members of these names say what they said, and something more. */
export function longer(names: readonly string[], more = hostile): Spoil {
  const anyOf = names.join('|');
  const [json, xml] = [inJson(more), inXml(more)];
  return (_operation, status, body, isJson) => ({
    status,
    body: isJson
      ? body.replaceAll(new RegExp(`("(?:${anyOf})":\\s*"[^"]*)"`, 'g'), (_whole, head: string) => `${head}${json}"`)
      : body.replaceAll(new RegExp(`(<(?:${anyOf})>[^<]+)</`, 'g'), (_whole, head: string) => `${head}${xml}</`),
  });
}

/** The operation is refused, with a code and a text. */
export function refusing(struck: string, more = hostile): Spoil {
  return (operation, status, body, json) =>
    operation !== struck
      ? { status, body }
      : {
          status: 400,
          body: json
            ? `{"__type":"Odd${inJson(more)}","message":"said ${inJson(more)}"}`
            : `<ErrorResponse><Error><Type>Sender</Type><Code>Odd${inXml(more)}</Code><Message>said ${inXml(more)}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
        };
}
