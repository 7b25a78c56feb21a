// A door to the embedded AWS at which somebody stands who forges answers: the request is carried out, and what comes back is
// another thing. Below the real SDK clients, on the virtual clock.
import { EventEmitter } from 'node:events';
import type { AccessOptions } from '../../src/aws/access.ts';
import type { OpenSandbox } from '../../src/rehearse/world/sandbox.ts';
import type { AttackKind, WireAnswer } from './kinds.ts';

/** Which answers are forged. */
export interface Attack {
  readonly kind: AttackKind;
  readonly operation: string;
  /** The call of that operation which it begins with, counted from 1. */
  readonly nth: number;
  /** From then on for ever, or this once. A kind that is about pages goes on to the next pages in both cases. */
  readonly lasting: boolean;
}

interface Handled {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Record<string, string>;
    readonly body: Uint8Array;
  };
}

interface Handler {
  readonly handle: (request: SentRequest, options?: { readonly abortSignal?: unknown }) => Promise<Handled>;
}

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, unknown>>;
}

type Forge = (operation: string, answer: WireAnswer) => ReturnType<AttackKind['forge']>;

export interface TrueAnswer {
  readonly operation: string;
  readonly answer: WireAnswer;
}

/** Stands between relight and a world and forges nothing; gives the answers that go by, in order. */
export function listenIn(sandbox: OpenSandbox): readonly TrueAnswer[] {
  const heard: TrueAnswer[] = [];
  stand(sandbox, (operation, answer) => {
    heard.push({ operation, answer });
    return undefined;
  });
  return heard;
}

/** Puts a forger between relight and a world. Tells of each forged answer the time. */
export function standIn(sandbox: OpenSandbox, attack: Attack): readonly number[] {
  const times: number[] = [];
  let calls = 0;
  stand(sandbox, (operation, answer) => {
    const forgeries = times.length;
    if (operation !== attack.operation) return undefined;
    calls += 1;
    if (calls < attack.nth || (!attack.lasting && forgeries > (isAboutPages(attack) ? 500 : 0))) return undefined;
    const found = attack.kind.forge(answer, { operation, times: forgeries });
    if (found !== undefined) times.push(sandbox.clock.now());
    return found;
  });
  return times;
}

function stand(sandbox: OpenSandbox, forge: Forge): void {
  const open = sandbox.access;
  const access: OpenSandbox['access'] = (region, mode): AccessOptions => {
    const options = open(region, mode);
    return {
      ...options,
      transport: (service) => {
        const settings = options.transport?.(service) as { readonly requestHandler: Handler };
        return {
          ...settings,
          requestHandler: {
            ...settings.requestHandler,
            takesTime: () => true,
            handle: forging(settings.requestHandler, forge),
          },
        };
      },
    };
  };
  Object.assign(sandbox, { access });
}

function isAboutPages({ kind }: Attack): boolean {
  return /pages|token/.test(kind.name);
}

function forging(
  handler: Handler,
  forge: Forge,
): (request: SentRequest, options?: { readonly abortSignal?: unknown }) => Promise<unknown> {
  return async (request, options) => {
    const handled = await handler.handle(withoutForgedMarker(request), options);
    const { statusCode: status, headers, body } = handled.response;
    const answer = { status, headers, body: Buffer.from(body).toString('utf8') };
    const found = forge(operationOf(request, answer.body), answer);
    if (found === undefined) return handled;
    return {
      response: {
        statusCode: found.status,
        headers: { ...found.headers },
        body: found.drips === true ? dripping() : typeof found.body === 'string' ? Buffer.from(found.body) : found.body,
      },
    };
  };
}

/** As `kinds.ts` makes them up. */
const forged = /^(page\d+|again|second)\.?$/;

/** The world knows no marker that was made up here: asked without it, it goes on answering, page after page. */
function withoutForgedMarker(request: SentRequest): SentRequest {
  const { body, query } = request;
  const names = Object.keys(query ?? {}).filter((name) => forged.test(String(query?.[name])));
  if (names.length > 0) {
    // What stands beside a record's name says where in the listing it is.
    const gone = new Set([...names, ...(names.includes('name') ? ['type', 'identifier'] : [])]);
    return { ...request, query: Object.fromEntries(Object.entries(query ?? {}).filter(([name]) => !gone.has(name))) };
  }
  if (typeof body !== 'string') return request;
  if (!body.startsWith('{')) {
    const sent = new URLSearchParams(body);
    if (!forged.test(sent.get('Marker') ?? '')) return request;
    sent.delete('Marker');
    return { ...request, body: sent.toString() };
  }
  const sent = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const kept = Object.entries(sent).filter(
    ([name, value]) => !(/^nextToken$/i.test(name) && forged.test(String(value))),
  );
  return kept.length === Object.keys(sent).length
    ? request
    : { ...request, body: JSON.stringify(Object.fromEntries(kept)) };
}

/** By header (JSON), by parameter (Query); Route 53 names it in its answer only. */
function operationOf({ headers, body }: SentRequest, answer: string): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return target.slice(target.indexOf('.') + 1);
  const action = typeof body === 'string' ? /(?:^|&)Action=(\w+)/.exec(body)?.[1] : undefined;
  return action ?? /<(\w+)Response[ >/]/.exec(answer)?.[1] ?? '';
}

/** A body of which some comes, and the rest never. */
function dripping(): EventEmitter {
  const body = new EventEmitter();
  return Object.assign(body, {
    destroy: () => {
      body.emit('close');
    },
  });
}
