// A part of a spec whose members are AWS's own, and how a spec calls them.
import { structureNamed, type MembersData } from './data.ts';

/**
 * By which members the items of a list are told apart, by the list's path in the spec: `containers[*].volumesFrom` to
 * `['sourceContainer']`. No member at all means that the item is its own key: a set of texts.
 */
export type ListKeys = Readonly<Record<string, readonly string[]>>;

/** A structure of AWS's input, as far as no rule of the type's own says it. */
export interface Part {
  readonly data: MembersData;
  /** The structure's name. */
  readonly shape: string;
  /** AWS's names of the members that the type itself says, sends, reads and compares. */
  readonly except: readonly string[];
}

/**
 * The part at a path of the spec where AWS's input begins: the empty path is the spec itself.
 *
 * @throws Error when the data has nothing there
 */
export function partAt(data: MembersData, path: string, except: readonly string[]): Part {
  const shape = data.roots[path];
  if (shape === undefined) throw new Error(`Internal error: no input at the path "${path}" of a spec`);
  return { data, shape, except };
}

/** One member: AWS's name, that of a spec, and its shape. */
export interface Member {
  readonly name: string;
  readonly word: string;
  readonly shape: string;
}

const known = new WeakMap<MembersData, Map<string, readonly Member[]>>();

/** All members of a structure. */
export function membersOf(data: MembersData, shape: string): readonly Member[] {
  let ofData = known.get(data);
  if (ofData === undefined) known.set(data, (ofData = new Map<string, readonly Member[]>()));
  let members = ofData.get(shape);
  if (members === undefined) {
    members = Object.entries(structureNamed(data, shape).members).map(([name, of]) => ({
      name,
      word: wordOf(name),
      shape: of,
    }));
    ofData.set(shape, members);
  }
  return members;
}

/** The members of a part: those that go by the generic rule. */
export function genericMembers({ data, except, shape }: Part): readonly Member[] {
  return membersOf(data, shape).filter(({ name }) => !except.includes(name));
}

/**
 * AWS's name in camelCase: `VpcId` is `vpcId`, `IPAddress` `ipAddress`, `SSESpecification` `sseSpecification`,
 * `IPv6Address` `ipv6Address`; capitals further inside stay, `EnableSNI` is `enableSNI`.
 */
export function wordOf(name: string): string {
  return name.replace(/^(?:IPv(?=\d)|[A-Z]+(?=[A-Z][a-z])|[A-Z]+(?![a-z])|[A-Z])/, (capitals) =>
    capitals.toLowerCase(),
  );
}
