// Probes a served sandbox through its own endpoint: names and load balancers of that world exist nowhere else.
import { z } from 'zod';
import { boundedText } from '../util/bounded-body.ts';
import { systemClock } from '../util/clock.ts';
import type { Prober } from './probe.ts';

const failure = z.object({ error: z.string(), detail: z.string().optional() });
const httpAnswer = z.union([z.object({ status: z.number(), body: z.string().optional() }), failure]);
const dnsAnswer = z.object({ answers: z.array(z.string()) });
const tcpAnswer = z.union([z.object({ connected: z.literal(true) }), failure]);

const answerTimeout = 10_000;
const longestBody = 2 * 1024 * 1024;

/** @param endpoint of the sandbox, such as `http://127.0.0.1:4566` */
export function servedProber(endpoint: string): Prober {
  const ask = async (question: object, stop: AbortSignal | undefined): Promise<unknown> => {
    const timeout = AbortSignal.timeout(answerTimeout);
    const answer = await fetch(new URL('/_relight/probe', endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal: stop === undefined ? timeout : AbortSignal.any([timeout, stop]),
    });
    const text = await boundedText(answer, longestBody);
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
  return {
    wireClock: systemClock,
    http: async ({ url }, stop) => {
      const answer = httpAnswer.parse(await ask({ url }, stop));
      return 'error' in answer ? { error: textOf(answer) } : { status: answer.status, body: answer.body ?? '' };
    },
    dns: async (name, type, stop) => ({ values: dnsAnswer.parse(await ask({ dns: { name, type } }, stop)).answers }),
    tcp: async (host, port, stop) => {
      const answer = tcpAnswer.parse(await ask({ tcp: { host, port } }, stop));
      return { error: 'error' in answer ? textOf(answer) : undefined };
    },
  };
}

function textOf(answer: z.infer<typeof failure>): string {
  return answer.detail === undefined ? answer.error : `${answer.error}: ${answer.detail}`;
}
