// One request to a receiver. No redirect is followed: what is signed and secret goes where it was to go, or nowhere.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { shownName } from '../../util/shown.ts';
import { retryAfterOf, type Outcome } from './outcome.ts';

export interface Posted {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Of an answer, so many bytes are read. */
const mostAnswer = 4_096;

/**
 * Posts JSON and tells what the answer means.
 *
 * @param signal ends the attempt: whether it arrived is not known then, unless the request had not been sent
 * @param now milliseconds since the epoch, for dates in answers
 */
export function post({ body, headers, url }: Posted, signal: AbortSignal, now: () => number): Promise<Outcome> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    let sent = false;
    const bytes = Buffer.from(body);
    const request = send(url, {
      method: 'POST',
      // A connection of its own, closed at the end: none is kept open that would keep the process alive.
      agent: false,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': String(bytes.length),
        'user-agent': 'relight',
        ...headers,
      },
    });
    const fail = (error: unknown): void => {
      resolve({ kind: 'failed', why: failureWords(error, signal), unsure: sent });
    };
    request.once('error', fail);
    request.once('response', (answer) => {
      textOf(answer).then((text) => {
        resolve(outcomeOf(answer, text, now()));
      }, fail);
    });
    // From here on something of it may have arrived.
    request.once('socket', (socket) => {
      const event = url.startsWith('https:') ? 'secureConnect' : 'connect';
      socket.once(event, () => {
        sent = true;
      });
    });
    request.end(bytes);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    // The rest is not waited for.
    if (size >= mostAnswer) break;
  }
  return Buffer.concat(parts).subarray(0, mostAnswer).toString('utf8');
}

/** What a status means [RFC 9110, 15]: refusals of this very notice, refusals of all of them, and what may pass. */
function outcomeOf({ headers, statusCode: status = 0 }: IncomingMessage, text: string, now: number): Outcome {
  const said = text.trim() === '' ? '' : `: ${shownName(text.trim(), 200)}`;
  const why = `HTTP ${status}${said}`;
  if (status >= 200 && status < 300) return { kind: 'accepted', how: `HTTP ${status}` };
  const retryAfter = retryAfterOf(headers['retry-after'], now);
  const wait = retryAfter === undefined ? {} : { retryAfter };
  // Surely not taken: too early, too often, or not now.
  if (status === 408 || status === 425 || status === 429 || status === 503)
    return { kind: 'failed', why, unsure: false, ...wait };
  if (status >= 500) return { kind: 'failed', why, unsure: true, ...wait };
  // The address or the key is wrong; with the right one the same notice is welcome.
  if ([401, 402, 403, 404, 405, 407, 410].includes(status) || status < 400)
    return { kind: 'failed', why, unsure: false, lasting: true };
  return { kind: 'refused', why };
}

function failureWords(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    return reason instanceof Error ? reason.message : 'stopped';
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return code ?? (error instanceof Error ? shownName(error.message, 200) : 'no answer');
}
