// A Terraform state as a value: `terraform.tfstate` of version 4, and what `terraform show -json` prints of a state. What is
// none of the two is told apart, with what to type instead. States hold secrets in the open: nothing here shows a value. Pure.
import { z } from 'zod';
import type { Json, TerraformAttributes, TerraformNeighbours } from '../components/contract.ts';
import { shellWord } from '../util/shell.ts';
import { instanceWord } from './hcl.ts';

/** One resource of a state: one instance, where there are several. */
export interface StateResource {
  /** As on Terraform's command line: `module.web["a"].aws_lb.this[0]`. */
  readonly address: string;
  /** `aws_lb` */
  readonly type: string;
  /** False for a data source, which Terraform only reads. */
  readonly managed: boolean;
  readonly attributes: TerraformAttributes;
  /** Attributes that Terraform or its provider marks as sensitive, by the name on top: `value`. */
  readonly sensitive: readonly string[];
}

export interface TerraformState extends TerraformNeighbours {
  /** The Terraform that wrote it, `1.11.4`; undefined where the document does not tell. */
  readonly terraformVersion: string | undefined;
  readonly resources: readonly StateResource[];
}

export type ReadState =
  | { readonly kind: 'state'; readonly state: TerraformState }
  /** `what`: what the document is instead, `is a plan`; `remedy`: what to do, with the command to type. */
  | { readonly kind: 'unusable'; readonly what: string; readonly remedy: string };

const attributes = z.record(z.string(), z.json());

const instance = z.looseObject({
  index_key: z.union([z.string(), z.number()]).optional(),
  attributes: attributes.nullish(),
  sensitive_attributes: z.array(z.json()).nullish(),
  deposed: z.string().optional(),
});

/** Version 4 is what Terraform 0.12 and later write [hashicorp/terraform, internal/states/statefile/version4.go]. */
const fileSchema = z.looseObject({
  version: z.literal(4),
  terraform_version: z.string().optional(),
  resources: z
    .array(
      z.looseObject({
        module: z.string().optional(),
        mode: z.enum(['managed', 'data']),
        type: z.string(),
        name: z.string(),
        instances: z.array(instance),
      }),
    )
    .nullish(),
});

/** [Terraform docs, "JSON Output Format", values representation]. */
interface ShownModule {
  readonly resources?: readonly z.infer<typeof shownResource>[] | undefined;
  readonly child_modules?: readonly ShownModule[] | undefined;
}

const shownResource = z.looseObject({
  address: z.string(),
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  values: attributes.nullish(),
  sensitive_values: z.json().optional(),
  deposed_key: z.string().optional(),
});

const shownModule: z.ZodType<ShownModule> = z.lazy(() =>
  z.looseObject({
    resources: z.array(shownResource).optional(),
    child_modules: z.array(shownModule).optional(),
  }),
);

const shownSchema = z.looseObject({
  format_version: z.string().regex(/^[01]\./),
  terraform_version: z.string().optional(),
  values: z.looseObject({ root_module: shownModule.optional() }).optional(),
});

/**
 * Reads a document that may hold a Terraform state.
 *
 * @param bytes of the file: a state of version 4, or the output of `terraform show -json`
 * @param file its name, for the commands to type
 */
export function readTerraformState(bytes: Uint8Array, file: string): ReadState {
  // The magic number of a ZIP archive, in which Terraform saves plans.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return unusable('is a plan that terraform plan -out saved', showIt);
  let value: unknown;
  const text = new TextDecoder().decode(bytes);
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return looksLikeConfiguration(text, file)
      ? unusable("is Terraform's configuration, and tells no ids", showIt)
      : unusable('is no whole JSON document', showIt);
  }
  return readValue(value, file);
}

const showIt = 'in the directory of the configuration: terraform show -json > state.json';
const pullIt = 'in the directory of the configuration: terraform state pull > state.json';

function readValue(value: unknown, file: string): ReadState {
  const head = z.looseObject({}).safeParse(value).data;
  if (head === undefined) return unusable('is JSON, and no Terraform state', showIt);
  if ('encrypted_data' in head) {
    return unusable('is a state that OpenTofu has encrypted', pullIt.replace('terraform state', 'tofu state'));
  }
  if ('planned_values' in head || 'resource_changes' in head) {
    return unusable('is a plan, of which terraform show -json was asked', `without the name of the plan, ${showIt}`);
  }
  if ('resource' in head || 'terraform' in head || 'provider' in head) {
    return unusable("is Terraform's configuration, and tells no ids", showIt);
  }
  if ('format_version' in head) return readShown(head);
  if ('version' in head) return readFile(head, file);
  return unusable('is JSON, and no Terraform state', showIt);
}

function readShown(head: object): ReadState {
  const shownState = shownSchema.safeParse(head);
  if (!shownState.success) {
    const { format_version: version } = head as { readonly format_version?: unknown };
    const isNewer = typeof version === 'string' && !/^[01]\./.test(version);
    return isNewer
      ? unusable(`is of a form of terraform show -json that relight does not know (${version})`, pullIt)
      : unusable(`is damaged: ${issueIn(shownState.error)}`, showIt);
  }
  const { terraform_version: terraformVersion, values } = shownState.data;
  const resources = values?.root_module === undefined ? [] : resourcesOf(values.root_module);
  return { kind: 'state', state: stateOf(terraformVersion, resources) };
}

function resourcesOf({ child_modules: children = [], resources = [] }: ShownModule): readonly StateResource[] {
  const own = resources.flatMap((each): StateResource[] => {
    const { address, deposed_key: deposed, mode, sensitive_values: marks, type, values } = each;
    if (values === undefined || values === null || deposed !== undefined) return [];
    return [{ address, type, managed: mode === 'managed', attributes: values, sensitive: markedIn(marks) }];
  });
  return [...own, ...children.flatMap(resourcesOf)];
}

/** `{ value: true, tags: {} }`: what is true, or has something true in it. */
function markedIn(marks: Json | undefined): readonly string[] {
  if (typeof marks !== 'object' || marks === null || Array.isArray(marks)) return [];
  return Object.entries(marks).flatMap(([name, mark]) => (holdsMark(mark) ? [name] : []));
}

function holdsMark(mark: Json): boolean {
  if (typeof mark !== 'object' || mark === null) return mark === true;
  return Object.values(mark).some(holdsMark);
}

function readFile(head: object, file: string): ReadState {
  const { backend, version } = head as { readonly backend?: unknown; readonly version?: unknown };
  const kind = z.looseObject({ type: z.string() }).safeParse(backend).data?.type;
  // `.terraform/terraform.tfstate`: only where the state is kept [hashicorp/terraform, internal/command/workdir].
  if (kind !== undefined) return unusable(`tells only that the state is kept elsewhere (backend ${kind})`, pullIt);
  if (typeof version === 'number' && version < 4) {
    return unusable(
      `is a state of version ${version}, which Terraform before 0.12 wrote`,
      `let a newer one write it anew: terraform state pull > state.json, after terraform apply; not ${shellWord(file)}`,
    );
  }
  if (typeof version === 'number' && version > 4) {
    return unusable(`is a state of version ${version}, which relight does not know`, showIt);
  }
  const whole = fileSchema.safeParse(head);
  if (!whole.success) return unusable(`is damaged: ${issueIn(whole.error)}`, pullIt);
  const { resources, terraform_version: terraformVersion } = whole.data;
  const all = (resources ?? []).flatMap(({ instances, mode, module, name, type }) => {
    const path = [...(module === undefined ? [] : [module]), ...(mode === 'data' ? ['data'] : []), type, name];
    return instances.flatMap((each): StateResource[] => {
      // A deposed one is being replaced; one without attributes was written by something very old.
      if (each.deposed !== undefined || each.attributes === undefined || each.attributes === null) return [];
      const address = `${path.join('.')}${instanceWord(each.index_key)}`;
      const sensitive = [...new Set((each.sensitive_attributes ?? []).flatMap(topOf))];
      return [{ address, type, managed: mode === 'managed', attributes: each.attributes, sensitive }];
    });
  });
  return { kind: 'state', state: stateOf(terraformVersion, all) };
}

/** `[{ "type": "get_attr", "value": "tags" }, { "type": "index", ... }]`: `tags` */
function topOf(path: Json): readonly string[] {
  const [first] = Array.isArray(path) ? (path as readonly Json[]) : [];
  const step = z.looseObject({ type: z.literal('get_attr'), value: z.string() }).safeParse(first).data;
  return step === undefined ? [] : [step.value];
}

function stateOf(terraformVersion: string | undefined, resources: readonly StateResource[]): TerraformState {
  return {
    terraformVersion,
    resources,
    find: (types, attribute, value) =>
      resources.find((each) => types.includes(each.type) && each.attributes[attribute] === value)?.attributes,
  };
}

/** Where it does not fit, never what stands there. */
function issueIn(error: z.ZodError): string {
  const [issue] = error.issues;
  const where = issue?.path.join('.') ?? '';
  return `${where === '' ? 'its top' : where} is not as Terraform writes it`;
}

function looksLikeConfiguration(text: string, file: string): boolean {
  return (
    /\.tf$/.test(file) ||
    /^\s*(terraform|provider|resource|variable|module|data|locals|output|import)\b[^\n]*\{/m.test(text)
  );
}

function unusable(what: string, remedy: string): ReadState {
  return { kind: 'unusable', what, remedy };
}
