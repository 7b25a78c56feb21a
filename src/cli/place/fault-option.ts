// --fault: a fault as a rehearsal file has it, `{ kind: throttle, service: ecs, for: 40s }`, or in short.
import { parse } from 'yaml';
import { isStuckKind, readFaults, type Fault, type Services } from '../../sandbox/index.ts';
import { UserError } from '../exit.ts';

/**
 * Reads one fault of the command line.
 *
 * @throws UserError that names every mistake in it, and what may be written
 */
export function readFaultOption(text: string, services: Services): Fault {
  const isMap = text.trimStart().startsWith('{');
  const read = readFaults([isMap ? mapOf(text) : shortOf(text, services)], services);
  const [fault] = read.ok ? read.faults : [];
  if (fault !== undefined) return fault;
  const problems = read.ok ? [] : read.problems.map((each) => each.replace(/^faults\[0\][.:] ?/, ''));
  throw mistaken(text, problems.join('; '));
}

function mapOf(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw mistaken(text, line);
  }
}

/** `kind:service:Operation:nth` of a rule for calls, `kind:resource` of what is stuck; `*` and nothing stand for any. */
function shortOf(text: string, services: Services): object {
  const [kind = '', ...parts] = text.split(':');
  const names = isStuckKind(kind, services) ? ['resource'] : ['service', 'operation', 'nth'];
  if (parts.length > names.length) throw mistaken(text, `too many parts: ${kind} takes ${names.join(', ')}`);
  const said = parts.flatMap((part, index): [string, string | number][] => {
    const name = names[index];
    if (name === undefined || part === '' || part === '*') return [];
    return [[name, name === 'nth' ? Number(part) : part]];
  });
  return { kind, ...Object.fromEntries(said) };
}

function mistaken(text: string, why: string): UserError {
  return new UserError(
    `--fault ${text}: ${why}
expected kind[:service[:Operation[:nth]]], such as throttle:ecs:CreateService:1; kind:resource of what is stuck, such as
targets-unhealthy:deployer-api; or a fault as in a rehearsal file: '{ kind: throttle, service: ecs, rate: 0.3, for: 40s }'`,
  );
}
