// A run's pieces handed back to Terraform: import blocks for those that go by new ids, and the commands around them. Pure.
import type { ComponentType, Json, Scope } from '../components/contract.ts';
import { hclText } from '../owners/hcl.ts';
import { matchStated, statedIn, type Sought, type StatedResource } from '../owners/stated.ts';
import type { TerraformState } from '../owners/terraform-state.ts';
import { indexIds, ownersIn } from '../settings/ids.ts';
import type { BeforeImage } from '../run/journal/events.ts';
import { shellWord } from '../util/shell.ts';
import { meaningFor, toldPieces, type ReturnedPiece, type ReturnedRun, type Untold } from './returned.ts';

/** A resource that goes by a new id. */
export interface TerraformImport {
  readonly component: string;
  readonly address: string;
  /** What the import wants: an ARN, an id, `cluster/service`. */
  readonly id: string;
  /** By which the state knows it; null where it is not in the state any more. */
  readonly was: string | null;
}

/** A resource of which the state needs to be told nothing. */
export interface TerraformSame {
  readonly component: string;
  readonly address: string;
  /** Null where the provider has none to import by. */
  readonly id: string | null;
  /** `made again under the same id`, `changed in place`, `the state has the new id already`. */
  readonly because: string;
}

/** A resource that the state holds and that is gone on purpose. */
export interface TerraformGone {
  readonly component: string;
  readonly address: string;
}

/** A resource that is in no component of the run and names what is gone. */
export interface TerraformReferrer {
  readonly address: string;
  /** Components whose old ids it names. */
  readonly names: readonly string[];
}

/** A piece that no resource of the state was found for. */
export interface Unaddressed extends Untold {
  /** To be imported under an address that somebody knows; null where it needs no import. */
  readonly id: string | null;
}

export interface TerraformHandback {
  readonly imports: readonly TerraformImport[];
  readonly same: readonly TerraformSame[];
  readonly gone: readonly TerraformGone[];
  readonly referrers: readonly TerraformReferrer[];
  readonly unaddressed: readonly Unaddressed[];
  readonly untold: readonly Untold[];
  /** Sentences on what the plans after the imports show. */
  readonly remarks: readonly string[];
  /** What would be a piece of the run, and is in another account or region: the state is another one. */
  readonly elsewhere: readonly string[];
  /** True where Terraform is too old for import blocks: it is told by commands. */
  readonly byCommand: boolean;
}

/** What there is to go by beside the run. */
export interface TerraformRecord {
  /** As it is now. */
  readonly state: TerraformState;
  readonly types: ReadonlyMap<string, ComponentType>;
  /** By component, where somebody knows better than the state. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** What Terraform has to be told of a run. */
export function terraformHandback(run: ReturnedRun, record: TerraformRecord): TerraformHandback {
  const { addresses, state, types } = record;
  const { told, untold } = toldPieces(run);
  const stated = statedIn(state, types);
  const { ambiguous, elsewhere, found } = matchStated(
    told.map((each) => soughtOf(each, told, run)),
    stated,
    run.scope,
  );
  const named = (component: string): StatedResource | undefined => {
    const address = addresses.get(component);
    return address === undefined ? found.get(component) : stated.find((each) => each.address === address);
  };
  const imports: TerraformImport[] = [];
  const same: TerraformSame[] = [];
  const gone: TerraformGone[] = [];
  const unaddressed: Unaddressed[] = [];
  const remarks = new Set<string>();
  for (const piece of told) {
    const { change, component } = piece;
    const kind = piece.type.owners.terraform;
    if (kind === undefined) {
      unaddressed.push({ component, id: null, because: 'relight does not know its kind in Terraform' });
      continue;
    }
    const resource = named(component);
    const address = addresses.get(component) ?? resource?.address;
    const id = piece.after === undefined ? undefined : kind.importId?.(piece.after);
    if (address === undefined) {
      const several = ambiguous.get(component);
      const why = several === undefined ? 'no resource of the state is it' : `it may be any of ${several.join(', ')}`;
      const needsId = meaningFor(piece) === 'new-id';
      unaddressed.push({
        component,
        id: needsId ? (id ?? null) : null,
        because: needsId ? `${why}; its id is new` : `${why}; ${sameWords(piece)}`,
      });
      continue;
    }
    if (change === 'delete') {
      if (resource !== undefined) gone.push({ component, address });
      continue;
    }
    const was = resource === undefined ? undefined : kind.importId?.(resource.piece);
    if (kind.importId === undefined || id === undefined || (resource !== undefined && was === id)) {
      const isTold = meaningFor(piece) === 'new-id';
      same.push({
        component,
        address,
        id: id ?? null,
        because: isTold ? 'the state has its id already' : sameWords(piece),
      });
      continue;
    }
    imports.push({ component, address, id, was: was ?? null });
    if (kind.afterImport !== undefined) remarks.add(kind.afterImport);
  }
  return {
    imports,
    same,
    gone,
    unaddressed,
    untold,
    referrers: referrersIn(state, stated, told, named, imports),
    remarks: [...remarks],
    elsewhere,
    byCommand: isBefore(state.terraformVersion, firstWithBlocks),
  };
}

function sameWords({ change }: ReturnedPiece): string {
  if (change === 'delete') return 'it is deleted';
  return change === 'update' ? 'changed in place, under the same id' : 'made again under the same id';
}

/** Import blocks came with Terraform 1.5 [Terraform docs, "Import"]. */
const firstWithBlocks = [1, 5] as const;

function isBefore(version: string | undefined, first: readonly [number, number]): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version ?? '') ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) < first[0] || (Number(major) === first[0] && Number(minor) < first[1]);
}

/** What a piece was found by when the state was written: ids that others have got since are theirs of then. */
function soughtOf(piece: ReturnedPiece, all: readonly ReturnedPiece[], { scope }: ReturnedRun): Sought {
  const { after, before, component, type } = piece;
  const image = after ?? before;
  return {
    id: component,
    type,
    state: image?.state,
    specWith: (then) => {
      // What a run has deleted may have had other ids than the state knows, too: of a recovery that was not handed back.
      const moved = new Map(
        all.flatMap((other) =>
          [other.before, other.after].flatMap((each) => (each === undefined ? [] : movedIn(other, each, then, scope))),
        ),
      );
      return replaced(image?.spec ?? null, moved);
    },
  };
}

function movedIn(
  { component, type }: ReturnedPiece,
  image: BeforeImage,
  then: (component: string, output: string) => string | undefined,
  scope: Scope,
): readonly (readonly [string, string])[] {
  return Object.entries(type.outputsOf(image.spec, image.state, scope)).flatMap(([output, now]) => {
    const old = then(component, output);
    return now === undefined || old === undefined ? [] : [[now, old] as const];
  });
}

function replaced(value: Json, moved: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return moved.get(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => replaced(each, moved));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, moved)]));
}

/** What is shorter is no id that AWS made, and may stand anywhere by chance. */
const shortestId = 12;

/** Resources that name what the imports take the place of. Values are looked through, and never told. */
function referrersIn(
  state: TerraformState,
  stated: readonly StatedResource[],
  told: readonly ReturnedPiece[],
  named: (component: string) => StatedResource | undefined,
  imports: readonly TerraformImport[],
): readonly TerraformReferrer[] {
  const old = imports.flatMap(({ component, was }): readonly (readonly [string, string])[] => {
    const resource = named(component);
    const tail = /[^/]*$/.exec(was ?? '')?.[0] ?? '';
    if (resource === undefined || was === null || tail.length < shortestId) return [];
    // Its ARN, the end of its ARN, and a DNS name: whatever the old one alone had.
    const { dns_name: dnsName } = resource.attributes;
    const texts = Object.values(resource.attributes).filter(
      (each): each is string => typeof each === 'string' && each.endsWith(tail),
    );
    return [...texts, ...(typeof dnsName === 'string' ? [dnsName] : [])]
      .filter((each) => each.length >= shortestId)
      .map((each) => [each, component] as const);
  });
  if (old.length === 0) return [];
  const index = indexIds(old);
  const own = new Set(told.flatMap(({ component }) => named(component)?.address ?? []));
  const following = new Map(stated.map((each) => [each.address, each.type.owners.terraform?.follow ?? []]));
  return state.resources.flatMap(({ address, attributes, managed }) => {
    if (!managed || own.has(address)) return [];
    const follow = following.get(address) ?? [];
    const said = Object.entries(attributes).filter(([name]) => !follow.includes(name));
    const names = ownersIn(JSON.stringify(Object.fromEntries(said)), index);
    return names.size === 0 ? [] : [{ address, names: [...names].sort() }];
  });
}

// --- What to write and to type -----------------------------------------------------------------------------------------

/** The blocks' text, for a file of the root module: only there Terraform takes them. */
export function importBlocks(imports: readonly TerraformImport[]): string {
  return imports.map(({ address, id }) => `import {\n  to = ${address}\n  id = ${hclText(id)}\n}\n`).join('\n');
}

/** One thing to do: a command to type, and what is to be seen then. */
export interface HandbackStep {
  /** Null where there is no command for it. */
  readonly command: string | null;
  readonly text: string;
}

/** @param file that the blocks are in, as Terraform's directory sees it */
export function terraformSteps(
  handback: Pick<TerraformHandback, 'byCommand' | 'imports' | 'referrers'>,
  file: string,
): readonly HandbackStep[] {
  const { byCommand, imports, referrers } = handback;
  if (imports.length === 0) {
    return [
      { command: 'terraform plan', text: 'nothing is to be imported; it shows what differs from the configuration' },
    ];
  }
  const known = imports.filter(({ was }) => was !== null).map(({ address }) => address);
  const forget = {
    command: `terraform state rm ${known.map(shellWord).join(' ')}`,
    text: 'takes the old ids out of the state; it touches nothing in AWS',
  };
  const beside = referrers.length === 0 ? 'anything' : 'anything but what is named above';
  const last = { command: 'terraform plan', text: 'No changes' };
  if (byCommand) {
    return [
      ...(known.length === 0 ? [] : [forget]),
      ...imports.map(({ address, id }) => ({
        command: `terraform import ${shellWord(address)} ${shellWord(id)}`,
        text: 'this Terraform has no import blocks',
      })),
      { command: 'terraform plan', text: `0 to add, 0 to destroy; with ${beside} to add or to destroy, do not apply` },
      { command: 'terraform apply', text: 'changes what it said, tags at most' },
      last,
    ];
  }
  return [
    { command: null, text: `put ${file} beside the configuration, into the directory of the root module` },
    ...(known.length === 0 ? [] : [forget]),
    {
      command: 'terraform plan -out=relight.tfplan',
      text: `Plan: ${imports.length} to import, 0 to add, … to change, 0 to destroy; with ${beside} to add or to destroy, do not apply`,
    },
    {
      command: 'terraform apply relight.tfplan',
      text: `Apply complete! Resources: ${imports.length} imported, 0 added`,
    },
    { command: `rm ${shellWord(file)} relight.tfplan`, text: 'the blocks have done their work' },
    last,
  ];
}
