// Names that do not answer while a recovery runs: what they are in the sandbox, which of relight's own reads hang, and what
// waited for them. A dependence that nobody has written down shows as a recovery that does not end.
import { saidIn } from '../../dependence/said.ts';
import type { Playbook } from '../../playbook/model.ts';
import {
  waitingIn,
  type Darkness,
  type FaultRule,
  type Input,
  type StuckState,
  type World,
} from '../../sandbox/index.ts';
import {
  covers,
  leadsIn,
  leadsTo,
  namedText,
  namedWords,
  readNamed,
  type Leads,
  type Named,
} from '../../util/leads.ts';
import type { Ending } from '../world/environment.ts';

/** Something that waits for a name that is dark. */
export interface Waits {
  /** As it was set: `orders.example.org`. */
  readonly name: string;
  /** Whose tasks wait; null for the recovery itself, and for what is no component. */
  readonly component: string | null;
  /** In words: `service`, `the recovery`, `probe 1`. */
  readonly who: string;
  /** Where that is said: `environment LICENCE_BACKEND`, `recovery.needs in orders.yaml:17`. */
  readonly because: readonly string[];
}

/** `service waits for tasks that need orders.example.org, which is dark (environment LICENCE_BACKEND)` */
export function waitText({ because, component, name, who }: Waits): string {
  const dark = readNamed(name);
  const what = `${dark === undefined ? name : namedWords(dark)}, which is dark`;
  return `${who} waits for ${component === null ? '' : 'tasks that need '}${what} (${because.join('; ')})`;
}

/** A name in the one spelling in which all is compared; undefined when it is none. */
export function darkName(text: string): string | undefined {
  const named = readNamed(text);
  return named === undefined ? undefined : namedText(named);
}

export const expectedDark = 'orders.example.org, *.example.org, registry.example.org/orders or product:orders';

/**
 * What a name is in the sandbox. One that the playbook itself provides is dark by being lost, and lights up for clients when
 * the service is back; its own tasks, which have to start before, ask for it in vain.
 */
export function darknessOf(name: string, playbook: Playbook): StuckState {
  const kind: Darkness = isOwn(name, playbook) ? 'name-dark-to-tasks' : 'name-dark';
  return { kind, resource: name };
}

export function isDarkness({ kind }: Pick<StuckState, 'kind'>): boolean {
  return kind === 'name-dark' || kind === 'name-dark-to-tasks';
}

function isOwn(name: string, { provides }: Playbook): boolean {
  const dark = readNamed(name);
  return dark !== undefined && provides.some(({ named }) => touches(named, dark));
}

/** One of both lies within the other. */
function touches(left: Named, right: Named): boolean {
  return covers(left, right) || covers(right, left);
}

/** What the recovery as a whole needs, as the playbook says, and is dark: it cannot begin. */
export function neededDark(names: readonly string[], { file, recovery }: Playbook): readonly Waits[] {
  return names.flatMap((name): readonly Waits[] => {
    const dark = readNamed(name);
    const needs = recovery.needs.filter(({ named }) => dark !== undefined && touches(named, dark));
    if (needs.length === 0) return [];
    const because = needs.map(
      ({ because: why, position }) =>
        `recovery.needs in ${file}:${position.line}${why === undefined ? '' : `, ${why}`}`,
    );
    return [{ name, component: null, who: 'the recovery', because }];
  });
}

/** Reads of registries and secrets that never answer: relight's own, as those of ECS. */
export function hangingReads(names: readonly string[], { target }: Playbook): readonly FaultRule[] {
  const dark = names.flatMap((name) => readNamed(name) ?? []);
  if (dark.length === 0) return [];
  const isDark = (leads: Leads): boolean => dark.some((each) => leadsTo(leads, each));
  return [
    {
      kind: 'hang',
      service: 'ecr',
      calls: 'reads',
      when: ({ input }) => isDark(leadsIn(imageOf(input, target), 'image')),
    },
    ...(['secretsmanager', 'ssm'] as const).map((service) => ({
      kind: 'hang' as const,
      service,
      calls: 'reads' as const,
      when: ({ input }: { readonly input: Input }) => namesOf(input).some((each) => isDark(leadsIn(each, 'name'))),
    })),
  ];
}

/** As an image of that repository is addressed [ECR user guide, "Amazon ECR registries"]. */
function imageOf(input: Input, { account, region }: Playbook['target']): string {
  // What asks for no repository asks the registry.
  const { registryId = account, repositoryName = '-' } = input;
  return `${String(registryId)}.dkr.ecr.${region}.amazonaws.com/${String(repositoryName)}`;
}

function namesOf(input: Input): readonly string[] {
  return [input['SecretId'], input['Name'], input['Names'], input['SecretIdList']]
    .flat()
    .filter((each): each is string => typeof each === 'string');
}

/** What has waited for a name at the end of a recovery, in the words of the playbook where it is a component's. */
export function waitsIn(
  world: World,
  names: readonly string[],
  playbook: Playbook,
  { assessed, probes }: Ending,
): readonly Waits[] {
  const components = new Map(
    [...assessed.observations.outputs].flatMap(([id, { arn }]) => (arn === undefined ? [] : [[arn, id] as const])),
  );
  const tasks = waitingIn(world)
    .filter(({ name }) => names.includes(name))
    .map(({ because, holder, name }): Waits => {
      const component = components.get(holder) ?? null;
      return { name, component, who: component ?? holder, because };
    });
  return [...neededDark(names, playbook), ...tasks, ...probesWaiting(names, playbook, probes)];
}

/** Probes that fail and ask for what is dark. */
function probesWaiting(names: readonly string[], playbook: Playbook, probes: Ending['probes']): readonly Waits[] {
  const asking = saidIn(playbook).filter(({ kind }) => kind === 'probe');
  return names.flatMap((name) => {
    const dark = readNamed(name);
    if (dark === undefined || isOwn(name, playbook)) return [];
    return asking.flatMap((said): readonly Waits[] => {
      const index = Number(said.what.replace('probe ', '')) - 1;
      if (!said.leadsTo(dark) || probes[index]?.ok !== false) return [];
      return [{ name, component: null, who: said.what, because: [probes[index].name] }];
    });
  });
}
