// Component types from outside: modules that are named on the command line, never by a playbook. What they export is taken
// by its shape, since they may have copies of relight and of zod of their own, and judged before anything is done with it.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ComponentType, TypeDefinition, TypeSource } from '../../components/contract.ts';
import { componentTypes, shippedTypes, type TypeSet } from '../../components/index.ts';
import { componentType } from '../../components/kit/type.ts';
import { servicesOf } from '../../engine.ts';
import { shown } from '../../util/shown.ts';
import { readRegularFile } from '../../util/storage-read.ts';
import { missingIn } from './type-shape.ts';
import { worldServices } from './plugs.ts';

/** A module as it was named, and its absolute path. */
export interface NamedModule {
  readonly word: string;
  readonly file: string;
}

export type LoadedTypes =
  | { readonly ok: true; readonly set: TypeSet }
  | { readonly ok: false; /** Each with the module that it is in. */ readonly problems: readonly string[] };

/** Loads modules of types beside the shipped ones. Runs their code. */
export async function loadTypes(modules: readonly NamedModule[]): Promise<LoadedTypes> {
  if (modules.length === 0) return { ok: true, set: shippedTypes };
  const types = new Map<string, ComponentType>(componentTypes);
  const problems: string[] = [];
  for (const module of modules) {
    const told = (problem: string): number => problems.push(`--types ${module.word}: ${problem}`);
    const found = await typesIn(module);
    if (typeof found === 'string') {
      told(found);
      continue;
    }
    const { file, word } = module;
    const source: TypeSource = { word, module: basename(file), digest: moduleDigest(file) };
    for (const [index, value] of found.entries()) {
      const name = nameOf(value) ?? `types[${index}]`;
      const missing = missingIn(value);
      if (missing.length > 0) missing.forEach((each) => told(`${name}: ${each}`));
      else if (componentTypes.has(name)) told(`${name} is a type that ships with relight: call it otherwise`);
      else if (types.has(name)) told(`${name} is there already, from ${types.get(name)?.source?.module ?? ''}`);
      else types.set(name, { ...componentType(value as TypeDefinition), source });
    }
  }
  if (problems.length === 0) problems.push(...clashesOf(types));
  if (problems.length > 0) return { ok: false, problems };
  const set = { words: modules.map(({ word }) => word), files: modules.map(({ file }) => file), types };
  return { ok: true, set };
}

/** What a module exports as `types`; in words, why there is nothing. */
async function typesIn({ file }: NamedModule): Promise<readonly unknown[] | string> {
  if (!/\.m?js$/.test(file)) return 'expected a JavaScript module: a name that ends in .js or .mjs';
  if (!isFile(file)) return 'no such file';
  let exported: { readonly types?: unknown };
  try {
    exported = (await import(pathToFileURL(file).href)) as typeof exported;
  } catch (error) {
    return `it cannot be loaded: ${shown(error instanceof Error ? error.message : String(error))}`;
  }
  const { types } = exported;
  if (!Array.isArray(types) || types.length === 0) {
    return 'it exports no component types: export const types = [myType]';
  }
  return types as readonly unknown[];
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function nameOf(value: unknown): string | undefined {
  const { traits } = (value ?? {}) as { readonly traits?: { readonly type?: unknown } };
  return typeof traits?.type === 'string' ? traits.type : undefined;
}

/** Rows of AWS services and services of the sandbox, of all types together. */
function clashesOf(types: ReadonlyMap<string, ComponentType>): readonly string[] {
  const problems: string[] = [];
  const names = new Map<string, string>();
  for (const { name, signingName } of servicesOf(types)) {
    const other = names.get(name) ?? names.get(signingName);
    if (other !== undefined) {
      problems.push(
        `--types: there are two rows for the AWS service ${other}: a type brings only those that relight does not have`,
      );
    }
    names.set(name, name);
    names.set(signingName, name);
  }
  try {
    worldServices(types);
  } catch (error) {
    problems.push(`--types: ${error instanceof Error ? error.message : String(error)}`);
  }
  return problems;
}

const relativeImport = /\b(?:from|import)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/** SHA-256 over a module and all that it imports by a relative path, each with its place. */
export function moduleDigest(file: string): string {
  const parts = new Map<string, string>();
  const gather = (path: string): void => {
    if (parts.has(path) || !isFile(path)) return;
    const content = readRegularFile(path);
    parts.set(path, createHash('sha256').update(content).digest('hex'));
    for (const [, , target = ''] of content.toString('utf8').matchAll(relativeImport))
      gather(join(dirname(path), target));
  };
  gather(file);
  const lines = [...parts].map(([path, digest]) => `${relative(dirname(file), path)} ${digest}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
