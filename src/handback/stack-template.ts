// The three templates by which a stack takes pieces in that go by new ids: as CloudFormation's user guide does it ("Resolve drift
// with an import operation"). Pure.
import { z } from 'zod';
import type { Json } from '../components/contract.ts';
import type { StackImport } from './cloudformation.ts';

type Map = Readonly<Record<string, Json>>;

/** A template as far as it is read; all else stays as it is. */
const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});

export interface StackTemplates {
  /** As it is, and what is to be imported is retained when it leaves the template. */
  readonly retain: Map;
  /** Without what is to be imported; who read of it has the values of now. */
  readonly without: Map;
  /** With it again, to be imported. */
  readonly importing: Map;
  /** Places that read what nobody knows of it: to be written by hand. */
  readonly unresolved: readonly string[];
  /** CDK's own names of what is imported, by logical id; empty for a template that CDK did not write. */
  readonly cdkPaths: Readonly<Record<string, string>>;
}

export type MadeTemplates =
  { readonly kind: 'made'; readonly templates: StackTemplates } | { readonly kind: 'unusable'; readonly what: string };

/**
 * @param text of the template in JSON, as `aws cloudformation get-template --query TemplateBody` prints it
 */
export function stackTemplates(text: string, imports: readonly StackImport[]): MadeTemplates {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'unusable', what: 'is no JSON: a template in YAML has to be changed by hand' };
  }
  if (typeof value === 'string') {
    return { kind: 'unusable', what: 'holds a template in YAML as a text: such a one has to be changed by hand' };
  }
  const parsed = templateSchema.safeParse(value);
  if (!parsed.success) return { kind: 'unusable', what: 'is no template of CloudFormation: it has no Resources' };
  const template = value as Map & { readonly Resources: Readonly<Record<string, Map>> };
  const resources = template.Resources;
  const wrong = imports.find(
    ({ resource }) => resources[resource.LogicalResourceId]?.['Type'] !== resource.ResourceType,
  );
  if (wrong !== undefined) {
    const { LogicalResourceId: id, ResourceType: type } = wrong.resource;
    return { kind: 'unusable', what: `has no ${id} of type ${type}: it is another stack's, or of another time` };
  }
  const values = new Map(imports.map(({ resource, values: own }) => [resource.LogicalResourceId, own]));
  const unresolved: string[] = [];
  const others = Object.entries(resources).filter(([id]) => !values.has(id));
  const cleared = clearing(values, unresolved);
  const rest = Object.fromEntries(Object.entries(template).filter(([name]) => name !== 'Resources'));
  const kept = {
    ...(cleared(rest, []) as Map),
    Resources: Object.fromEntries(others.map(([id, each]) => [id, cleared(withoutDependence(each, values), [id])])),
  };
  const taken = imports.flatMap(({ resource: { LogicalResourceId: id } }) => {
    const own = resources[id];
    return own === undefined ? [] : [[id, own] as const];
  });
  return {
    kind: 'made',
    templates: {
      retain: {
        ...template,
        Resources: { ...resources, ...Object.fromEntries(taken.map(([id, own]) => [id, noted(retained(own))])) },
      },
      without: kept,
      importing: {
        ...kept,
        Resources: {
          ...kept.Resources,
          ...Object.fromEntries(
            taken.map(([id, own]) => [id, cleared(withoutDependence(retained(own), values), [id])]),
          ),
        },
      },
      unresolved: [...new Set(unresolved)],
      cdkPaths: Object.fromEntries(taken.flatMap(([id, own]) => cdkPath(id, own))),
    },
  };
}

/** What is imported needs a policy of deletion [CloudFormation user guide, "Considerations during an import operation"]. */
function retained(resource: Map): Map {
  return { ...resource, DeletionPolicy: 'Retain' };
}

/** A policy of deletion may count for no change by itself; metadata count for one [CloudFormation user guide, "Modify a stack template"]. */
function noted(resource: Map): Map {
  const metadata = resource['Metadata'];
  return { ...resource, Metadata: { ...(isMap(metadata) ? metadata : {}), 'relight:handback': 'it goes by a new id' } };
}

/** CDK writes the path of a construct into the metadata of its resource [CDK guide, "aws:cdk:path"]. */
function cdkPath(id: string, resource: Map): readonly (readonly [string, string])[] {
  const metadata = resource['Metadata'];
  const path = isMap(metadata) ? metadata['aws:cdk:path'] : undefined;
  return typeof path === 'string' ? [[id, path]] : [];
}

function withoutDependence(resource: Map, values: ReadonlyMap<string, unknown>): Map {
  const { DependsOn: on, ...others } = resource;
  if (on === undefined) return resource;
  const all = Array.isArray(on) ? (on as readonly Json[]) : [on];
  const left = all.filter((each) => typeof each !== 'string' || !values.has(each));
  return left.length === 0 ? others : { ...others, DependsOn: left };
}

type Clear = (value: Json, place: readonly string[]) => Json;

/** Puts the values of now in the place of what reads them. */
function clearing(values: ReadonlyMap<string, Readonly<Record<string, string>>>, unresolved: string[]): Clear {
  /** Undefined where it is of another resource. */
  const read = (id: string, attribute: string, place: readonly string[]): string | undefined => {
    const own = values.get(id);
    if (own === undefined) return undefined;
    const value = own[attribute];
    if (value === undefined) unresolved.push(`${place.join('.')} reads ${id}.${attribute}`);
    return value;
  };
  const text = (words: string, place: readonly string[]): string =>
    words.replaceAll(
      /\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}/g,
      (all, id: string, attribute: string | undefined) => read(id, attribute ?? 'Ref', place) ?? all,
    );
  const clear: Clear = (value, place) => {
    if (Array.isArray(value)) return value.map((each: Json, index) => clear(each, [...place, String(index)]));
    if (!isMap(value)) return value;
    const [only, ...more] = Object.entries(value);
    if (only !== undefined && more.length === 0) {
      const [word, said] = only;
      if (word === 'Ref' && typeof said === 'string') return read(said, 'Ref', place) ?? value;
      if (word === 'Fn::GetAtt') {
        const [id = '', ...path] = wordsOf(said);
        return read(id, path.join('.'), place) ?? value;
      }
      if (word === 'Fn::Sub' && typeof said === 'string') return { [word]: text(said, place) };
      if (word === 'Fn::Sub' && Array.isArray(said)) {
        const [words, names] = said as readonly Json[];
        return { [word]: [typeof words === 'string' ? text(words, place) : (words ?? ''), clear(names ?? {}, place)] };
      }
    }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clear(each, [...place, name])]));
  };
  return clear;
}

/** `[LoadBalancer, DNSName]`, or `LoadBalancer.DNSName`. */
function wordsOf(said: Json): readonly string[] {
  if (typeof said === 'string') return said.split('.');
  const all = Array.isArray(said) ? (said as readonly Json[]) : [];
  return all.filter((each): each is string => typeof each === 'string');
}

function isMap(value: Json | undefined): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
