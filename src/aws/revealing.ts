// Who has said that a call is to give away a secret value: only a component type does, of its own calls, through the client
// that it asks for. The command itself carries the mark, as with the meter of whoever sends it (counted.ts).

const revealing = new WeakSet<object>();

/** The same client, through which reads of secret values may pass. */
export function revealingClient<Client extends object>(client: Client): Client {
  const { send } = client as { send: (command: object, ...rest: readonly unknown[]) => unknown };
  const own: typeof send = (command, ...rest) => {
    revealing.add(command);
    return send.call(client, command, ...rest);
  };
  return Object.create(client, { send: { value: own } }) as Client;
}

/** Whether a command that is on its way was sent through such a client. */
export function mayReveal(command: unknown): boolean {
  return typeof command === 'object' && command !== null && revealing.has(command);
}
