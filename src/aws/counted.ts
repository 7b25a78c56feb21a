// Whose call is it? An access in the name of one asker: its calls are counted in the asker's meter too. The SDK hands the
// very command that was sent to the first layer below `send`, so the command itself carries the mark: exact, and without
// following promises, which would cost every recovery of a rehearsal.
import type { AwsAccess } from './access.ts';
import type { CallMeter } from './meter.ts';

const meters = new WeakMap<object, readonly CallMeter[]>();

/** The same clients, gate and session meter; what is sent through it also counts in `meter`. */
export function countedIn(aws: AwsAccess, meter: CallMeter): AwsAccess {
  return {
    ...aws,
    asker: meter,
    client: (service, options) => counted(aws.client(service, options), meter),
  };
}

/** One command that is sent for several askers counts in the meter of each. */
export function countedForAll(command: object, askers: readonly AwsAccess[]): void {
  meters.set(command, [...new Set(askers.flatMap(({ asker }) => asker ?? []))]);
}

/** The meters of those for whom a command is on its way. */
export function askersMeters(command: unknown): readonly CallMeter[] {
  return (typeof command === 'object' && command !== null ? meters.get(command) : undefined) ?? [];
}

type Send = (command: object, ...rest: readonly unknown[]) => unknown;

function counted<Client extends object>(client: Client, meter: CallMeter): Client {
  const { send } = client as { send: Send };
  const own: Send = (command, ...rest) => {
    const known = askersMeters(command);
    if (!known.includes(meter)) meters.set(command, [...known, meter]);
    return send.call(client, command, ...rest);
  };
  return Object.create(client, { send: { value: own } }) as Client;
}
