// The smallest IAM policy for a playbook: the actions that its component types declare, limited to its own pieces where
// AWS allows it. Pure: nothing is asked, so what AWS makes up (ids, hosted zones) stands as `*`.
import type { ActionScope, ComponentType, Need, PolicyConditions, PolicyScope, Scope } from '../components/contract.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { TablePlace } from '../playbook/lock.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { partitionOf } from '../util/partition.ts';

/** `scan` reads: status, plan and doctor. `recover` changes too. */
export const policyPurposes = ['scan', 'recover'] as const;
export type PolicyPurpose = (typeof policyPurposes)[number];

/** One statement that allows. */
export interface PolicyStatement {
  readonly sid: string;
  /** Why it is as wide as it is. */
  readonly comment: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: PolicyConditions;
}

/** `Optional`: reads without which relight does less, and nothing wrong. */
type Access = 'Read' | 'Write' | 'Optional';

interface Grant extends ActionScope {
  readonly access: Access;
  readonly action: string;
  /** Set of what stands in a statement of its own. */
  readonly own?: Pick<PolicyStatement, 'sid' | 'comment'>;
}

/**
 * What a command of this purpose needs. `sts:GetCallerIdentity` is not in it, because it cannot be denied [STS API];
 * shared components are only read.
 *
 * @param beyond with the lists of what stands in the account
 * @param knownGood false: no table of known good is written
 */
export function policyFor(
  playbook: Playbook,
  types: ReadonlyMap<string, ComponentType>,
  purpose: PolicyPurpose,
  { beyond = false, knownGood = true }: { readonly beyond?: boolean; readonly knownGood?: boolean } = {},
): readonly PolicyStatement[] {
  const policyOf = policyScopes(playbook, types);
  const grants: Grant[] = [];
  // The alias is compared where the playbook names one.
  if (playbook.target.alias !== undefined) {
    grants.push({ access: 'Read', action: 'iam:ListAccountAliases', resources: everywhere });
  }
  if (playbook.lock.kind === 'dynamodb') {
    const { account, region } = playbook.target;
    const resources = [`arn:${partitionOf(region)}:dynamodb:${region}:${account}:table/${playbook.lock.table}`];
    grants.push({ access: 'Read', action: 'dynamodb:GetItem', resources });
    if (purpose === 'recover') grants.push({ access: 'Write', action: 'dynamodb:UpdateItem', resources });
  }
  if (knownGood && playbook.recovery.knownGood !== undefined)
    grants.push(...knownGoodGrants(playbook, playbook.recovery.knownGood));
  for (const component of playbook.components.values()) {
    const { read, readOwned = [], write } = typeIn(component, types).traits.permissions;
    const { actions } = policyOf(component);
    const grant = (access: Access) => (action: string) => {
      grants.push({ access, action, ...(actions[action] ?? { resources: everywhere }) });
    };
    read.forEach(grant('Read'));
    if (!component.shared) readOwned.forEach(grant('Read'));
    if (purpose === 'recover' && !component.shared) write.forEach(grant('Write'));
  }
  if (beyond) grants.push(...inventoryGrants(types));
  return statementsOf(joinByAction([...grants, ...optionalGrants(playbook, types, grants)]));
}

/** Lists have no resources to be limited to [Service Authorization Reference]. */
function inventoryGrants(types: ReadonlyMap<string, ComponentType>): readonly Grant[] {
  const actions = [...types.values()].flatMap(({ inventory }) => inventory?.permissions ?? []);
  return ['tag:GetResources', ...actions].map((action) => ({ access: 'Read', action, resources: everywhere }));
}

/**
 * Whoever looks keeps known good too, so both purposes have it: nothing but items of this playbook's, by the beginning of their
 * keys [DynamoDB, "Using IAM policy conditions"].
 */
function knownGoodGrants({ metadata, target }: Playbook, { table }: TablePlace): readonly Grant[] {
  const { account, region } = target;
  const resources = [`arn:${partitionOf(region)}:dynamodb:${region}:${account}:table/${table}`];
  const keys = [`relight-known-good/${metadata.name}@${account}.${region}/*`];
  const conditions = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } };
  return ['dynamodb:BatchGetItem', 'dynamodb:PutItem'].map((action) => ({
    access: 'Optional',
    action,
    resources,
    conditions,
    own: knownGoodWords,
  }));
}

/**
 * What a team's memory of scans needs: nothing but its items, by the beginning of their keys. In whatever account and region who scans
 * is.
 */
export function scanMemoryStatement({ target }: Pick<Playbook, 'target'>, { table }: TablePlace): PolicyStatement {
  return {
    sid: 'ScanMemory',
    comment: 'What scans remember for a team. Without it, it is remembered in the state directory alone.',
    actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
    resources: [`arn:${partitionOf(target.region)}:dynamodb:*:*:table/${table}`],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['relight-scans/*'] } },
  };
}

const knownGoodWords = {
  sid: 'KnownGood',
  comment:
    'Known good in the table of recovery.knownGood. Without it, known good is kept in the state directory alone.',
};

/** The reads that tell whether what new pieces need is there, as far as they are not granted already. */
function optionalGrants(
  playbook: Playbook,
  types: ReadonlyMap<string, ComponentType>,
  granted: readonly Grant[],
): readonly Grant[] {
  const scope = scopeOf(playbook);
  const known = new Set(granted.filter(isEverywhere).map(({ action }) => action));
  const needs = new Map<ComponentType, Need[]>();
  for (const component of playbook.components.values()) {
    const type = typeIn(component, types);
    const spec = resolveReferences(component.spec, () => undefined);
    needs.set(type, [...(needs.get(type) ?? []), ...type.needs.of(spec)]);
  }
  return [...needs].flatMap(([type, own]) =>
    Object.entries(type.needs.policy(own, scope)).flatMap(([action, limits]): readonly Grant[] =>
      known.has(action) ? [] : [{ access: 'Optional', action, ...limits }],
    ),
  );
}

const everywhere: readonly string[] = ['*'];

function scopeOf({ metadata, target: { account, region } }: Playbook): Scope {
  return { account, region, partition: partitionOf(region), playbook: metadata.name };
}

function typeIn(component: Component, types: ReadonlyMap<string, ComponentType>): ComponentType {
  const type = types.get(component.type);
  if (type === undefined) throw new Error(`Internal error: no component type ${component.type}`);
  return type;
}

/** Components are asked for after those that they refer to, so that a rule knows its listener's load balancer. */
function policyScopes(
  playbook: Playbook,
  types: ReadonlyMap<string, ComponentType>,
): (component: Component) => PolicyScope {
  const scope = scopeOf(playbook);
  const known = new Map<string, { readonly policy: PolicyScope; readonly outputs: Outputs }>();
  const scoped = (component: Component): { readonly policy: PolicyScope; readonly outputs: Outputs } => {
    const before = known.get(component.id);
    if (before !== undefined) return before;
    const spec = resolveReferences(component.spec, (id, output) => {
      const other = playbook.components.get(id);
      return other === undefined ? undefined : scoped(other).outputs[output];
    });
    const type = typeIn(component, types);
    const policy = type.safety.policyScope(spec, scope);
    const outputs = { ...policy.outputs, ...withoutUndefined(type.outputsOf(spec, undefined, scope)) };
    const made = { policy, outputs };
    known.set(component.id, made);
    return made;
  };
  return (component) => scoped(component).policy;
}

type Outputs = Readonly<Record<string, string>>;

function withoutUndefined(outputs: Readonly<Record<string, string | undefined>>): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** One grant for each action and kind of condition: resources side by side, values of equal condition keys too. */
function joinByAction(grants: readonly Grant[]): readonly Grant[] {
  const joined = new Map<string, Grant>();
  for (const grant of grants) {
    if (grant.resources.length === 0) continue;
    const key = JSON.stringify([grant.access, grant.own?.sid, grant.action, shapeOf(grant.conditions ?? {})]);
    const before = joined.get(key);
    joined.set(key, {
      ...grant,
      resources: withoutCovered([...(before?.resources ?? []), ...grant.resources]),
      conditions: joinConditions(before?.conditions ?? {}, grant.conditions ?? {}),
    });
  }
  return [...joined.values()];
}

function shapeOf(conditions: PolicyConditions): readonly unknown[] {
  return sortedEntries(conditions).map(([operator, keys]) => [operator, Object.keys(keys).sort()]);
}

/** Sorted, without what another pattern covers: `…:hostedzone/*` covers `…:hostedzone/Z1`. */
function withoutCovered(resources: readonly string[]): readonly string[] {
  const all = [...new Set(resources)].sort();
  return all.filter(
    (each) => !all.some((other) => other !== each && other.endsWith('*') && each.startsWith(other.slice(0, -1))),
  );
}

function joinConditions(left: PolicyConditions, right: PolicyConditions): PolicyConditions {
  return Object.fromEntries(
    sortedEntries({ ...left, ...right }).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        sortedEntries(keys).map(([key]) => [
          key,
          [...new Set([...(left[operator]?.[key] ?? []), ...(right[operator]?.[key] ?? [])])].sort(),
        ]),
      ),
    ]),
  );
}

/** Actions with the same resources and conditions share a statement; those of `*` do so across services. */
function statementsOf(grants: readonly Grant[]): readonly PolicyStatement[] {
  const groups = new Map<string, Grant[]>();
  for (const grant of grants) {
    const { access, action, resources, conditions, own } = grant;
    // Each optional read is about one kind of resource: side by side they take less of what a policy may have.
    const limits = access === 'Optional' && own === undefined ? [isEverywhere(grant)] : [resources, conditions];
    const service = access === 'Optional' || isEverywhere(grant) ? '' : serviceOf(action);
    const key = JSON.stringify([access, own?.sid, service, ...limits]);
    groups.set(key, [...(groups.get(key) ?? []), grant]);
  }
  const statements = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { conditions = {} } = first;
    const resources = [...new Set(group.flatMap((each) => each.resources))].sort();
    const actions = [...new Set(group.map((each) => each.action))].sort();
    return [{ ...nameOf(first), actions, resources, conditions }];
  });
  statements.sort((left, right) => compare(sortKey(left), sortKey(right)));
  return withUniqueSids(statements);
}

function isEverywhere({ resources }: ActionScope): boolean {
  return resources.includes('*');
}

function nameOf(grant: Grant): Pick<PolicyStatement, 'sid' | 'comment'> {
  if (grant.own !== undefined) return grant.own;
  if (grant.access === 'Optional') {
    return { sid: isEverywhere(grant) ? 'OptionalReadsAnywhere' : 'OptionalReads', comment: optionalWords };
  }
  if (isEverywhere(grant)) {
    return {
      sid: `${grant.access}WithoutResourceLevel`,
      comment: 'These actions take no resource-level permissions.',
    };
  }
  return {
    sid: `${grant.access}${serviceWords[serviceOf(grant.action)] ?? ''}${kindsOf(grant.resources)}`,
    comment: grant.resources.some((each) => each.includes('*'))
      ? 'Stars stand for what AWS makes up: ids and revisions.'
      : 'Pieces by their ARNs.',
  };
}

const optionalWords =
  'Optional: whether what new pieces need is there. Without it, plans tell what could not be checked.';

/** The kinds of resources in one word: `TaskDefinition` of `arn:aws:ecs:...:task-definition/api:*`. */
function kindsOf(resources: readonly string[]): string {
  const kinds = resources.map((each) => /^[^/:]*/.exec(each.split(':').slice(5).join(':'))?.[0] ?? '');
  return [...new Set(kinds)]
    .map((kind) => kind.replaceAll(/(?:^|[^a-z]+)([a-z]?)/g, (_, first: string) => first.toUpperCase()))
    .join('');
}

/** A Sid is made of letters and digits. */
const serviceWords: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDb',
  ecs: 'Ecs',
  elasticloadbalancing: 'LoadBalancing',
  iam: 'Iam',
  route53: 'Route53',
};

/** `ecs` of `ecs:CreateService` */
function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}

function sortKey({ sid, actions }: PolicyStatement): string {
  return `${sid} ${actions.join(' ')}`;
}

function withUniqueSids(statements: readonly PolicyStatement[]): readonly PolicyStatement[] {
  const counts = new Map<string, number>();
  return statements.map((statement) => {
    const number = (counts.get(statement.sid) ?? 0) + 1;
    counts.set(statement.sid, number);
    return number === 1 ? statement : { ...statement, sid: `${statement.sid}${number}` };
  });
}

function sortedEntries<Value>(record: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] {
  return Object.entries(record).sort(([left], [right]) => compare(left, right));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
