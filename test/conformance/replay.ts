// Plays a recording to a sandbox in this process.
import { createWorld, presume, VirtualClock } from '../../src/sandbox/index.ts';
import { Names, type Exchange, type Recording } from './recordings.ts';
import { sendTo } from './sdk-clients.ts';

const start = Date.UTC(2026, 8, 5, 10);

/** Sends a recording's calls to an empty world that holds what it presumes. What is not as it was recorded, one line each. */
export async function replay({ exchanges, presumes, region }: Recording): Promise<readonly string[]> {
  const clock = new VirtualClock(start);
  const world = createWorld({ clock });
  presume(world, presumes);
  const names = new Names();
  const problems: string[] = [];
  const told = async ({
    after = 0,
    error,
    input,
    operation,
    output,
    service,
  }: Exchange): Promise<readonly string[]> => {
    clock.advance(after * 1000);
    const reply = await sendTo(world, region, { service, operation, input: names.fill(input) });
    if (reply.kind === 'refusal') {
      if (error !== undefined && bare(error) === bare(reply.code)) return [];
      return [`${reply.code} (HTTP ${String(reply.status)}) ${reply.message}`];
    }
    if (error !== undefined) return [`answered instead of refused with ${error}`];
    if (reply.wrong !== undefined) return [`an answer that AWS does not send: ${reply.wrong}`];
    return names.differences(output, reply.output);
  };
  for (const [index, exchange] of exchanges.entries()) {
    for (const problem of await told(exchange).catch((thrown: unknown) => [String(thrown)])) {
      problems.push(`line ${String(index + 2)} ${exchange.service}:${exchange.operation}: ${problem}`);
    }
  }
  return problems;
}

/** The SDK calls `LoadBalancerNotFoundException` what AWS's wire calls `LoadBalancerNotFound`. */
function bare(code: string): string {
  return code.replace(/Exception$/, '');
}
