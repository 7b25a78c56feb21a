// What only the operator knows, asked where somebody can answer; elsewhere, and with --yes, the safe answer is taken.
import type { Captured, Found } from '../../capture/model.ts';
import { looksSecret, type MayWrite } from '../../capture/shorten.ts';
import { toJson } from '../../util/json.ts';
import type { Io } from '../terminal/io.ts';

export interface Asking {
  readonly io: Io;
  /** Somebody is there, and wants to be asked. */
  readonly may: boolean;
}

/** Undefined where nobody is there to choose. */
export async function chooseOne(all: readonly string[], { io, may }: Asking): Promise<string | undefined> {
  if (!may) return undefined;
  const { isCancel, select } = await import('@clack/prompts');
  io.block([]);
  const answer = await select({
    message: 'Several services are meant. Which one?',
    options: all.map((each) => ({ value: each, label: each })),
  });
  return isCancel(answer) ? undefined : answer;
}

/**
 * Which private values may be written down: all but those that look like secrets with `--env-values`; on a terminal those that are
 * picked; else none.
 */
export async function mayWriteBy(captured: Captured, all: boolean, { io, may }: Asking): Promise<MayWrite> {
  if (all) {
    return (found, path, name) =>
      captured.sensitive?.has(found.key) !== true && !looksSecret(name, toJson(valueAt(found, path, name)));
  }
  const offered = may ? privateNames(captured) : [];
  if (offered.length === 0) return () => false;
  const { isCancel, multiselect } = await import('@clack/prompts');
  io.block([]);
  const picked = await multiselect({
    message: 'Which of these values may stand in the playbook? The others stay as they are, unsaid.',
    options: offered.map(({ label, value }) => ({ value, label })),
    required: false,
  });
  if (isCancel(picked)) return () => false;
  const chosen = new Set(picked);
  return (found, path, name) => chosen.has(`${found.key} ${path} ${name}`);
}

/** Names of values that are private, and look like no secrets. */
function privateNames({ members, sensitive }: Captured): readonly { readonly label: string; readonly value: string }[] {
  return members.flatMap(({ found, role }) =>
    role === 'shared' || sensitive?.has(found.key) === true
      ? []
      : placesOf(found).flatMap(({ path, values }) =>
          Object.entries(values)
            .filter(([name, value]) => !looksSecret(name, toJson(value)))
            .map(([name]) => ({ label: `${name} (${path})`, value: `${found.key} ${path} ${name}` })),
        ),
  );
}

interface PrivatePlace {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Maps of private values; a place with one value alone is never offered. */
function placesOf({ described, type }: Found): readonly PrivatePlace[] {
  return type.capturing.private.flatMap((pattern) => mapsAt(described, pattern.split('.'), ''));
}

function mapsAt(value: unknown, [head, ...rest]: readonly string[], path: string): readonly PrivatePlace[] {
  if (head === undefined) {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap ? [{ path, values: value as Readonly<Record<string, unknown>> }] : [];
  }
  const [, name = head, each] = /^(.*?)(\[\*\])?$/.exec(head) ?? [];
  const next = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  const at = path === '' ? name : `${path}.${name}`;
  if (each === undefined) return mapsAt(next, rest, at);
  return Array.isArray(next) ? next.flatMap((one, index) => mapsAt(one, rest, `${at}[${index}]`)) : [];
}

function valueAt(found: Found, path: string, name: string): unknown {
  return placesOf(found).find((each) => each.path === path)?.values[name];
}
