// May a saved plan be run here and now? Each answer is a reason in words, or undefined. Pure.
import { z } from 'zod';
import { formatDuration, longestDuration } from '../playbook/duration.ts';
import type { Playbook } from '../playbook/model.ts';
import { publicParams } from '../playbook/secrets/sensitive.ts';
import { sameJson } from '../util/json.ts';
import { hiddenValue } from '../util/secrets.ts';
import { effects } from '../components/contract.ts';
import { decisionKinds, stepActions, strategies, type PlanIdentity } from './plan.ts';
import { isKeyed, isSealedBy, savedPlanText, type SavedPlan } from './saved.ts';

export type ReadSavedPlan =
  | { readonly kind: 'sound'; readonly saved: SavedPlan }
  /** `remedy`: what to do first, where planning again is not it. */
  | { readonly kind: 'refused'; readonly reason: string; readonly remedy?: string };

/** Marker of the file format, told apart before anything else of it is believed. */
const head = z.object({ kind: z.literal('relight/plan'), version: z.unknown() });

const text = z.string();
const instant = z.iso.datetime();
/** As far as the code relies on it; the seal has shown that the rest is as it was written. */
const shape = z.object({
  tool: text,
  createdAt: instant,
  expiresAt: instant,
  id: z.string().regex(/^[a-z0-9-]{1,64}$/i),
  sandbox: z.boolean(),
  playbook: z.object({ name: text, digest: text, file: text }),
  params: z.record(text, z.union([text, z.number(), z.boolean()])),
  secrets: text.nullable(),
  identity: z.object({ account: text, alias: text.nullable(), region: text, arn: text }),
  environment: text.nullable(),
  strategy: z.enum(strategies),
  excluded: z.array(text),
  plan: z.object({
    version: z.literal(1),
    summary: z.record(text, z.number()),
    components: z.array(z.object({ id: text, verdict: text, disposition: z.enum(decisionKinds) })),
    approvals: z.array(text),
    rtoSeconds: z.number().nullable(),
    steps: z.array(
      z.object({
        id: text,
        component: text,
        action: z.enum(stepActions),
        after: z.array(text),
        destructive: z.boolean(),
        // Version 0.1.0 tells none; such a plan is refused for its version.
        effect: z.enum(effects).optional(),
        remedy: z.enum(['update']).optional(),
        afterImage: z.json(),
        differences: z.array(
          z.object({ path: text, kind: text, immutable: z.boolean(), actual: z.json(), desired: z.json() }),
        ),
      }),
    ),
    refusals: z.array(z.object({ text })),
  }),
  observed: z.record(text, z.object({ fingerprint: text, facts: z.json() })),
  seal: text,
});

/**
 * Reads the text of a file and makes sure that it is a plan just as relight wrote it.
 *
 * @param key where there is one, the plan has to be sealed with it
 */
export function readSavedPlan(file: string, key?: string): ReadSavedPlan {
  const refused = (reason: string, remedy?: string): ReadSavedPlan => {
    return { kind: 'refused', reason, ...(remedy === undefined ? {} : { remedy }) };
  };
  const value = parse(file);
  if (value === undefined) {
    return refused(
      file.trim() === '' ? 'the file is empty' : 'the file is not JSON: it was cut off, damaged, or is something else',
    );
  }
  const known = head.safeParse(value);
  if (!known.success) return refused('the file is JSON, but no plan of relight');
  if (known.data.version !== 1) {
    return refused(`the file has format version ${JSON.stringify(known.data.version)}, this relight reads version 1`);
  }
  const { seal, ...body } = value as SavedPlan;
  // The very bytes too: what a reader of the file sees must be what runs, doubled keys and odd blanks included.
  if (typeof seal === 'string' && isKeyed(seal) !== (key !== undefined)) {
    return key === undefined
      ? refused(
          'it is sealed with a key, and RELIGHT_PLAN_KEY is not set: whether it is whole cannot be told without the key',
          'Set RELIGHT_PLAN_KEY to the key that it was sealed with',
        )
      : refused('it is not sealed with a key, and RELIGHT_PLAN_KEY asks for that: who made it cannot be told');
  }
  if (typeof seal !== 'string' || !isSealedBy(body, seal, key) || savedPlanText(value as SavedPlan) !== file) {
    const otherKey = key === undefined ? '' : ', or it was sealed with another key';
    const reason = `its seal does not fit: the file was edited or damaged since it was written${otherKey}`;
    return refused(reason, key === undefined ? undefined : 'Check that RELIGHT_PLAN_KEY is the key it was sealed with');
  }
  const whole = shape.safeParse(value);
  if (!whole.success) {
    const [issue] = whole.error.issues;
    return refused(`it lacks what a plan has: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const saved = value as SavedPlan;
  const { plan } = saved;
  const twice = ['playbook', 'identity', 'environment', 'strategy'] as const;
  const torn = twice.find((name) => !sameJson(saved[name], plan[name]));
  return torn === undefined ? { kind: 'sound', saved } : refused(`it contradicts itself about ${torn}`);
}

function parse(file: string): unknown {
  try {
    return JSON.parse(file) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function otherTool(saved: SavedPlan, tool: string): string | undefined {
  const isSame = saved.tool === tool || saved.tool.startsWith(`${tool} with `);
  return isSame ? undefined : `it was made by ${saved.tool}, this is ${tool}`;
}

/** @param tool with the modules whose types the playbook was read with */
export function otherTypes(saved: SavedPlan, tool: string): string | undefined {
  return saved.tool === tool ? undefined : `it was made by ${saved.tool}, this is ${tool}: --types names the modules`;
}

/** Values to load the playbook with: those given now, and from the plan what is not hidden. */
export function paramsFor(saved: SavedPlan, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = Object.entries(saved.params).filter(([, value]) => value !== hiddenValue);
  return { ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])), ...given };
}

/** Is it the playbook that the plan was made from, with the same parameters? */
export function otherPlaybook(saved: SavedPlan, playbook: Playbook): string | undefined {
  if (playbook.digest === saved.playbook.digest) {
    if (playbook.secrets.fingerprint(saved.id) === saved.secrets) return undefined;
    const again = [...playbook.secrets.params].map((name) => `--param ${name}=...`);
    const advice =
      again.length === 0 ? '' : `; parameters that are kept out of plans are to be given again: ${again.join(' ')}`;
    return `a secret value of the playbook ${playbook.file} or of its parameters is not what the plan was made with${advice}`;
  }
  const now = publicParams({ values: playbook.params, sensitive: playbook.secrets.params });
  const names = [...new Set([...Object.keys(saved.params), ...Object.keys(now)])];
  const changed = names.filter((name) => saved.params[name] !== now[name]);
  const hidden = names.filter((name) => saved.params[name] === hiddenValue);
  const values = changed.map(
    (name) => `${name} was ${String(saved.params[name] ?? '(none)')}, is ${String(now[name] ?? '(none)')}`,
  );
  const digests = `digest then ${saved.playbook.digest}, now ${playbook.digest}`;
  if (values.length > 0) return `the parameters differ: ${values.join('; ')} (${digests})`;
  const advice =
    hidden.length === 0
      ? ''
      : `; if only a parameter that is kept out of plans differs, give it again: ${hidden.map((name) => `--param ${name}=...`).join(' ')}`;
  return `the playbook ${playbook.file} is not the one that the plan was made from (${digests})${advice}`;
}

/** What it says of the playbook and the playbook does not: nothing of that is believed. */
export function otherSayings({ environment, excluded }: SavedPlan, playbook: Playbook): string | undefined {
  const own = playbook.target.environment ?? null;
  if (environment !== own) {
    return `it says that the environment is ${environment ?? '(none)'}, the playbook says ${own ?? '(none)'}`;
  }
  const unknownId = excluded.find((id) => !playbook.components.has(id));
  return unknownId === undefined ? undefined : `it leaves out ${unknownId}, and the playbook has no such component`;
}

export interface Caller extends PlanIdentity {
  readonly sandbox: boolean;
}

/** Is it the same place, and the same caller? */
export function otherPlace(saved: SavedPlan, caller: Caller): string | undefined {
  if (saved.sandbox !== caller.sandbox) {
    return saved.sandbox
      ? 'it was made in a sandbox, and this is not one'
      : 'it was made in an AWS account, and this is a sandbox';
  }
  const names = ['account', 'region', 'alias', 'arn'] as const;
  const differing = names.filter((name) => saved.identity[name] !== caller[name]);
  const words = differing.map(
    (name) =>
      `${name === 'arn' ? 'caller' : name} was ${saved.identity[name] ?? '(none)'}, is ${caller[name] ?? '(none)'}`,
  );
  return words.length === 0 ? undefined : `it was made in another place or by another caller: ${words.join('; ')}`;
}

/** Two machines' clocks may be this far apart: what AWS allows for in signatures. */
const clockSkew = 5 * 60_000;

/** @param now milliseconds since the epoch */
export function outOfTime(saved: SavedPlan, now: number): string | undefined {
  const [made, end] = [Date.parse(saved.createdAt), Date.parse(saved.expiresAt)];
  if (now >= end) return `it expired at ${saved.expiresAt}: it was valid for ${formatDuration(end - made)}`;
  if (end - made > longestDuration) return `it says that it is valid for ${formatDuration(end - made)}: no plan is`;
  if (made - now > clockSkew) return `it was made at ${saved.createdAt}, which is still to come: a clock is wrong`;
  return undefined;
}
