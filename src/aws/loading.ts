// SDK clients are loaded when they are used first, and what has been loaded is kept: from then on a call waits for nothing more
// than it would without.
import { loadSchemas } from './contract/shape.ts';
import type { AwsService, SdkClient } from './services/service.ts';

/** Loads once, when it is asked for first. */
export function lazily<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  let loading: Promise<Loaded> | undefined;
  return () => (loading ??= load());
}

type Make = (settings: object) => SdkClient;

const loaded = new WeakMap<AwsService, Make>();

async function load(service: AwsService): Promise<Make> {
  const [make] = await Promise.all([service.load(), loadSchemas()]);
  loaded.set(service, make);
  return make;
}

/**
 * Loads clients ahead of their use. Where time is virtual this must be done before it matters: a virtual clock does not wait
 * for the disk, and which of two calls goes out first must not depend on it.
 */
export async function loadClients(services: readonly AwsService[]): Promise<void> {
  await Promise.all(services.filter((each) => !loaded.has(each)).map(load));
}

/** A client that is made, and if need be loaded, when something is sent. */
export function loadedLate(service: AwsService, build: (make: Make) => SdkClient): SdkClient {
  let client: SdkClient | undefined;
  const made = (make: Make): SdkClient => (client ??= build(make));
  const send = (command: never, ...rest: readonly unknown[]): unknown => {
    if (client !== undefined) return sendBy(client, command, rest);
    const make = loaded.get(service);
    if (make !== undefined) return sendBy(made(make), command, rest);
    return load(service).then((late) => sendBy(made(late), command, rest));
  };
  return { send };
}

interface Sending {
  readonly send: (...args: readonly unknown[]) => unknown;
}

function sendBy(client: object, command: unknown, rest: readonly unknown[]): unknown {
  return (client as Sending).send(command, ...rest);
}
