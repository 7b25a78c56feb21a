// Whose call is it? An access in the name of one asker: its calls are counted in the asker's meter too. The SDK hands the
// very command that was sent to the first layer below `send`, so the command itself carries the mark: exact, and without
// following promises, which would cost every recovery of a rehearsal.
import type { AwsAccess } from './access.ts';
import type { CallMeter } from './meter.ts';

const meters = new WeakMap<object, CallMeter>();

/** The same clients, gate and session meter; what is sent through it also counts in `meter`. */
export function countedIn(aws: AwsAccess, meter: CallMeter): AwsAccess {
  return {
    ...aws,
    client: (service, options) => counted(aws.client(service, options), meter),
  };
}

/** The asker's meter of a command that is on its way. */
export function askersMeter(command: unknown): CallMeter | undefined {
  return typeof command === 'object' && command !== null ? meters.get(command) : undefined;
}

type Send = (command: object, ...rest: readonly unknown[]) => unknown;

function counted<Client extends object>(client: Client, meter: CallMeter): Client {
  const { send } = client as { send: Send };
  const own: Send = (command, ...rest) => {
    meters.set(command, meter);
    return send.call(client, command, ...rest);
  };
  return Object.create(client, { send: { value: own } }) as Client;
}
