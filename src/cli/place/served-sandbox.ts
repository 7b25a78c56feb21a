// Talking to a sandbox that is served on this machine, beside AWS's own calls: its endpoints below `/_relight/`.
import { isLoopback } from '../../aws/endpoints/endpoints.ts';
import { boundedText } from '../../util/bounded-body.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import { tokenHeaders, tokenOf } from './sandbox-token.ts';
import { endpointOf } from './session.ts';
import { shownName } from '../../util/shown.ts';

const answerTimeout = 10_000;
const longestBody = 64 * 1024 * 1024;
const longestRefusal = 2_000;

/** Where a served sandbox is, and what it is asked with. */
export interface ServedPlace {
  readonly endpoint: string;
  readonly token: string | undefined;
}

/** A served sandbox when an endpoint is given, else the embedded one. */
export async function servedPlace(options: GlobalOptions, io: Io): Promise<ServedPlace | undefined> {
  const endpoint = options.sandbox === true ? undefined : await endpointOf(options, io);
  return endpoint === undefined ? undefined : { endpoint, token: tokenOf(options, io) };
}

/** Whatever is elsewhere, or does not say that it is a sandbox, is sent nothing but this one question. */
export async function requireSandbox(place: ServedPlace): Promise<void> {
  const { endpoint } = place;
  if (!isLoopback(endpoint)) {
    throw new UserError(
      `refused: ${endpoint} is not a relight sandbox: sandboxes are on this machine only. Nothing was sent to it.`,
      exitCodes.refused,
    );
  }
  await askSandbox(place, 'state', undefined);
}

/**
 * Asks one of the sandbox's own endpoints.
 *
 * @param body undefined: GET
 * @returns the decoded answer
 */
export async function askSandbox(
  { endpoint, token }: ServedPlace,
  name: string,
  body: object | undefined,
): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(new URL(`/_relight/${name}`, endpoint), {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', ...tokenHeaders(token) },
      signal: AbortSignal.timeout(answerTimeout),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new UserError(`${endpoint} does not answer (${cause}); start it with: relight sandbox serve`);
  }
  if (!answer.headers.has('x-relight-sandbox')) {
    throw new UserError(
      `refused: ${endpoint} is not a relight sandbox. Nothing was changed. ` +
        'Start one with: relight sandbox serve, or add --sandbox to use the embedded one.',
      exitCodes.refused,
    );
  }
  try {
    const text = await boundedText(answer, answer.ok ? longestBody : longestRefusal);
    if (!answer.ok)
      throw new UserError(`the sandbox at ${endpoint} answered ${answer.status}: ${shownName(text, 500)}`);
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `the answer of ${endpoint} cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
