// Probes a served sandbox through its own endpoint: names and load balancers of that world exist nowhere else.
import { z } from 'zod';
import { boundedText } from '../../util/bounded-body.ts';
import { systemClock } from '../../util/clock.ts';
import type { Prober } from './probe.ts';

const failure = z.object({ error: z.string(), detail: z.string().optional() });
const httpAnswer = z.union([z.object({ status: z.number(), body: z.string().optional() }), failure]);
const dnsAnswer = z.object({ answers: z.array(z.string()) });
const tcpAnswer = z.union([z.object({ connected: z.literal(true) }), failure]);

const answerTimeout = 10_000;
const longestBody = 2 * 1024 * 1024;

/**
 * @param endpoint of the sandbox, such as `http://127.0.0.1:4566`
 * @param headers that it is to be asked with, beside those of every question
 */
export function servedProber(endpoint: string, headers: Readonly<Record<string, string>> = {}): Prober {
  const ask = async (question: object, stop: AbortSignal | undefined): Promise<unknown> => {
    const timeout = AbortSignal.timeout(answerTimeout);
    const answer = await fetch(new URL('/_relight/probe', endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(question),
      signal: stop === undefined ? timeout : AbortSignal.any([timeout, stop]),
    });
    const text = await boundedText(answer, longestBody);
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
  return {
    wireClock: systemClock,
    http: ({ url }, stop) =>
      orError(async () => {
        const answer = httpAnswer.parse(await ask({ url }, stop));
        return 'error' in answer ? { error: textOf(answer) } : { status: answer.status, body: answer.body ?? '' };
      }),
    dns: (name, type, stop) =>
      orError(async () => ({ values: dnsAnswer.parse(await ask({ dns: { name, type } }, stop)).answers })),
    tcp: (host, port, stop) =>
      orError(async () => {
        const answer = tcpAnswer.parse(await ask({ tcp: { host, port } }, stop));
        return { error: 'error' in answer ? textOf(answer) : undefined };
      }),
  };
}

/** Whatever stands at the endpoint: a sandbox that is gone, or something else that answers, is no bug of this program. */
async function orError<Answer>(work: () => Promise<Answer>): Promise<Answer | { readonly error: string }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return { error: 'the sandbox answered something that is no answer to a probe' };
    }
    return { error: `the sandbox did not answer: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function textOf(answer: z.infer<typeof failure>): string {
  return answer.detail === undefined ? answer.error : `${answer.error}: ${answer.detail}`;
}
