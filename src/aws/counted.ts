// Whose call is it? An access in the name of one asker: its calls are counted in the asker's meter too, and it says what they
// are for. The SDK hands the very command that was sent to the first layer below `send`, so the command itself carries the
// mark: exact, and without following promises, which would cost every recovery of a rehearsal.
import type { AwsAccess, Sender } from './access.ts';
import type { Asker } from './meter.ts';
import type { SdkClient } from './services/service.ts';

const askers = new WeakMap<object, readonly Asker[]>();

/** The same clients, gate and session meter; what is sent through it is the asker's too. */
export function askedFor(aws: AwsAccess, asker: Asker): AwsAccess {
  return {
    ...aws,
    asker,
    client: (service, options) => marked(aws.client(service, options), asker),
  };
}

/** One command that is sent for several is everybody's. */
export function sentForAll(command: object, accesses: readonly AwsAccess[]): void {
  askers.set(command, [...new Set(accesses.flatMap(({ asker }) => asker ?? []))]);
}

/** Those for whom a command is on its way. */
export function askersOf(command: unknown): readonly Asker[] {
  return (typeof command === 'object' && command !== null ? askers.get(command) : undefined) ?? [];
}

type Send = (command: object, ...rest: readonly unknown[]) => unknown;

function marked<Client extends SdkClient>(client: Sender<Client>, asker: Asker): Sender<Client> {
  const send: Send = (command, ...rest) => {
    const known = askersOf(command);
    if (known.length === 0) askers.set(command, [asker]);
    else if (!known.includes(asker)) askers.set(command, [...known, asker]);
    return (client as { send: Send }).send(command, ...rest);
  };
  return { send };
}
