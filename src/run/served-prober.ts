// Probes a served sandbox through its own endpoint: names and load balancers of that world exist nowhere else.
import { z } from 'zod';
import type { Prober } from './probe.ts';

const failure = z.object({ error: z.string(), detail: z.string().optional() });
const httpAnswer = z.union([z.object({ status: z.number(), body: z.string().optional() }), failure]);
const dnsAnswer = z.object({ answers: z.array(z.string()) });
const tcpAnswer = z.union([z.object({ connected: z.literal(true) }), failure]);

const answerTimeout = 10_000;

/** @param endpoint of the sandbox, such as `http://127.0.0.1:4566` */
export function servedProber(endpoint: string): Prober {
  const ask = async (question: object): Promise<unknown> => {
    const answer = await fetch(new URL('/_relight/probe', endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal: AbortSignal.timeout(answerTimeout),
    });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  return {
    http: async ({ url }) => {
      const answer = httpAnswer.parse(await ask({ url }));
      return 'error' in answer ? { error: textOf(answer) } : { status: answer.status, body: answer.body ?? '' };
    },
    dns: async (name, type) => ({ values: dnsAnswer.parse(await ask({ dns: { name, type } })).answers }),
    tcp: async (host, port) => {
      const answer = tcpAnswer.parse(await ask({ tcp: { host, port } }));
      return { error: 'error' in answer ? textOf(answer) : undefined };
    },
  };
}

function textOf(answer: z.infer<typeof failure>): string {
  return answer.detail === undefined ? answer.error : `${answer.error}: ${answer.detail}`;
}
