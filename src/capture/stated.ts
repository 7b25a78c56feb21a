// A service as a Terraform state tells of it: for the playbook of what is gone, or of what the state knows best. Pure.
import type { ComponentType, Json, Leading, Scope } from '../components/contract.ts';
import { placeBeside, statedIn, type StatedResource } from '../owners/stated.ts';
import type { TerraformState } from '../owners/terraform-state.ts';
import { toJson } from '../util/json.ts';
import { membersOf } from './belonging.ts';
import { NothingToCapture, serviceNamed } from './capture.ts';
import { leadingTo } from './leading.ts';
import { wordsFor, type Captured, type Found, type Member } from './model.ts';
import { keyOf } from './walk.ts';

/**
 * @param words that name the service, `<cluster>/<name>`; undefined where the state has only one
 * @throws NothingToCapture where the state has no such service, or several
 */
export function capturedFrom(
  state: TerraformState,
  { names, words }: { readonly words: string | undefined; readonly names: readonly string[] },
  types: ReadonlyMap<string, ComponentType>,
  scope: Scope,
): Captured {
  const stated = statedIn(state, types).map((each) => ({ each, found: foundOf(each, scope) }));
  const found = new Map(stated.map(({ found: one }) => [one.key, one]));
  const root = rootOf([...found.values()], words, types);
  const elsewhere = stated.find((each) => each.found === root);
  const place = elsewhere === undefined ? undefined : placeBeside(elsewhere.each, scope);
  if (elsewhere !== undefined && place !== undefined) {
    throw new NothingToCapture(
      `${elsewhere.each.address} of the state is of ${place}, and this is ${scope.account} ${scope.region}: go there with --region and --profile`,
    );
  }
  // Names stand in conditions of rules, too: whose a record is, is told by what it leads to.
  const standing = new Map([...found].filter(([, { leading: one }]) => one === undefined));
  const around = membersOf(root, standing, types);
  const leading = [...found.values()].flatMap(({ leading: one }) => one ?? []);
  const { shared, taken } = leadingTo(around, leading, found.values(), names, true);
  const led = new Set<Leading>(taken);
  const members = [
    ...around,
    ...[...found.values()].flatMap((each): readonly Member[] => {
      if (each.leading === undefined || !led.has(each.leading) || around.some((one) => one.found === each)) return [];
      const why = shared.get(each.leading);
      return [{ found: each, role: why === undefined ? 'owned' : 'shared', because: why === undefined ? [] : [why] }];
    }),
  ];
  return {
    root,
    members,
    asides: [],
    unseen: [],
    left: [],
    sensitive: new Set(stated.filter(({ each }) => each.sensitive.length > 0).map(({ found: one }) => one.key)),
  };
}

function foundOf({ piece: { captured, spec, state, tags }, type }: StatedResource, scope: Scope): Found {
  const { notRepresented, spec: described } = type.undo.specOf(spec, state, captured);
  const plain = toJson(described) as Readonly<Record<string, Json>>;
  const leads = type.capturing.leads?.(described, state);
  return {
    key: keyOf(type, described),
    type,
    spec,
    state,
    tags,
    described: plain,
    notRepresented,
    outputs: type.outputsOf(described, state, scope),
    around: {},
    ...(leads === undefined
      ? {}
      : { leading: { ...leads, type: type.traits.type, spec: plain, what: type.identity(described) } }),
  };
}

function rootOf(all: readonly Found[], words: string | undefined, types: ReadonlyMap<string, ComponentType>): Found {
  const services = all.filter(({ type }) => type.inventory?.services === true);
  const wanted = words === undefined ? undefined : serviceNamed(words, types);
  const key = wanted === undefined ? undefined : types.get(wanted.type)?.identity(wanted.spec);
  const fitting = key === undefined ? services : services.filter((each) => plainIdentity(each) === key);
  const [one, another] = fitting;
  if (one === undefined) {
    const has = services.length === 0 ? 'no service' : services.map(wordsFor).join(', ');
    throw new NothingToCapture(
      `the state has ${words === undefined ? 'no service' : `no service ${words}; it has ${has}`}`,
    );
  }
  if (another !== undefined) {
    throw new NothingToCapture(
      `the state has ${fitting.map(wordsFor).join(', ')}. Name one: --service <cluster>/<name>`,
    );
  }
  return one;
}

/** A state names clusters by their ARNs, a user by their names. */
function plainIdentity({ described, type }: Found): string {
  return type.identity(type.capturing.shortly(described));
}
