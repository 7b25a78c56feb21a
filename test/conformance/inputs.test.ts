// What AWS refuses for its form, the sandbox refuses; what AWS lets pass, it does not refuse for its form.
import { describe, expect, it } from 'vitest';
import { AwsError, createWorld, dispatch, VirtualClock, type World } from '../../src/sandbox/index.ts';
import { decode } from '../../src/sandbox/dispatch.ts';
import { notModelledCode } from '../../src/sandbox/inputs/check.ts';
import { refuseInvalid } from '../../src/sandbox/inputs/refuse.ts';
import type { SandboxService } from '../../src/sandbox/model.ts';
import type { SandboxRequest } from '../../src/sandbox/protocol/wire.ts';
import { builtInServices } from '../../src/sandbox/services/index.ts';
import { beyond, nothingBeyond } from './beyond.ts';
import { generatedCalls, type GeneratedCall, type Wire } from './generated.ts';
import { requestOf } from './wires.ts';

const services = builtInServices.filter(
  (each): each is (typeof builtInServices)[number] & SandboxService => 'inputs' in each,
);

function wireOf({ protocol }: SandboxService): Wire {
  if (protocol === 'json-1.0' || protocol === 'json-1.1') return 'json';
  // A form, too.
  return protocol === 'ec2' ? 'query' : protocol;
}

interface Told {
  readonly status: number;
  readonly text: string;
}

async function told(world: World, service: SandboxService, call: GeneratedCall): Promise<Told | undefined> {
  const request = requestOf(service, call);
  if (request === undefined) return undefined;
  const { status, body } = await dispatch(world, request);
  return { status, text: Buffer.from(body).toString() };
}

function refusalOf(service: SandboxService, operation: string, request: SandboxRequest): AwsError | undefined {
  try {
    refuseInvalid(service, operation, decode(service, request).input);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

const newWorld = (): World => createWorld({ clock: new VirtualClock(Date.UTC(2026, 8, 5, 10)) });
let tried = 0;

describe.each(services.map((service) => [service.name, service as SandboxService] as const))('%s', (_name, service) => {
  const model = service.inputs?.model;
  if (model === undefined) throw new Error('a service without a model');
  const more = beyond[service.name] ?? nothingBeyond;

  it('refuses every call that breaks a constraint of the model', async () => {
    const world = newWorld();
    const accepted: string[] = [];
    const broken: string[] = [];
    for (const call of generatedCalls(model, wireOf(service), 'invalid', more)) {
      const answer = await told(world, service, call);
      if (answer === undefined) continue;
      tried += 1;
      if (answer.status < 400) accepted.push(`${call.operation} ${call.what}`);
      if (answer.status >= 500) broken.push(`${call.operation} ${call.what} ${answer.text}`);
    }
    expect(accepted).toEqual([]);
    expect(broken).toEqual([]);
  });

  it('refuses them for their form, before an operation sees them', () => {
    const passed: string[] = [];
    for (const call of generatedCalls(model, wireOf(service), 'invalid', more)) {
      const request = requestOf(service, call);
      if (request === undefined) continue;
      // What is not modelled is refused by its name, whatever it says.
      if (refusalOf(service, call.operation, request) === undefined) passed.push(`${call.operation} ${call.what}`);
    }
    expect(passed).toEqual([]);
  });

  it('lets every call pass that the model allows', () => {
    const refused: string[] = [];
    const leftOut = new Set<string>();
    const named = new Set<string>();
    const stricter = new Map<string, number>();
    for (const call of generatedCalls(model, wireOf(service), 'valid', more)) {
      const request = requestOf(service, call);
      if (request === undefined) continue;
      tried += 1;
      try {
        refuseInvalid(service, call.operation, decode(service, request).input);
      } catch (error) {
        const reason = more.stricter.find(([text]) => text.test(String(error)))?.[1];
        if (error instanceof AwsError && error.code === notModelledCode) leftOut.add(error.message);
        else if (reason !== undefined) stricter.set(reason, (stricter.get(reason) ?? 0) + 1);
        else refused.push(`${call.operation} ${call.what} ${String(error).slice(0, 300)}`);
      }
    }
    expect(refused).toEqual([]);
    for (const [reason, calls] of stricter) console.info(`${service.name}: ${String(calls)} refused: ${reason}`);
    expect([...stricter.keys()]).toEqual(more.stricter.map(([, reason]) => reason));
    // What the sandbox does not model is refused by name, wherever it may be said, and nothing else is.
    for (const [key, reason] of Object.entries(service.inputs?.notModelled ?? {})) {
      const [, member = ''] = key.split('.');
      const name = member.charAt(0).toLowerCase() + member.slice(1);
      const told = [...leftOut].filter((each) => each.includes(name) && each.endsWith(reason));
      expect(told.length, key).toBeGreaterThan(0);
      for (const each of told) named.add(each);
    }
    expect([...leftOut].filter((each) => !named.has(each))).toEqual([]);
  });
});

it('tries them in their thousands', () => {
  expect(services.length).toBeGreaterThan(11);
  expect(tried).toBeGreaterThan(2_000);
});
