// A world on disk: one JSON file, replaced as a whole, so that a crash leaves the old world or the new one.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { largestRecord, readRegularText, UnusableFile } from '../util/storage-read.ts';
import { discard } from '../util/write-whole.ts';
import type { ServicePlug, Services } from './model.ts';
import type { WorldData } from './world-data.ts';
import { servicesWith } from './service-set.ts';

/**
 * The saved world, or undefined when there is no file yet. Stores of services that came after it was saved are given to it
 * by the world that takes it over.
 *
 * @param services those of that world; the sandbox's own unless told
 */
export function loadWorldData(path: string, services = servicesWith()): WorldData | undefined {
  let text: string;
  try {
    text = readRegularText(path, largestRecord);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof UnusableFile) throw damaged(path, `it is ${error.code}`);
    throw new Error(`cannot read the sandbox's state file ${path}: ${messageOf(error)}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(path, messageOf(error), error);
  }
  const fault = faultOf(value, services);
  if (fault !== undefined) throw damaged(path, fault);
  return value as WorldData;
}

/** Readable by its owner only: items may hold what production holds. */
export function saveWorldData(path: string, data: WorldData): void {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, JSON.stringify(data), { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw new Error(`cannot save the sandbox's state file ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * The same without holding up the process.
 *
 * @param durable true: the data have reached the disk when this resolves, and not only the system's memory
 */
export async function storeWorldData(path: string, data: WorldData, durable: boolean): Promise<void> {
  const text = JSON.stringify(data);
  const temporary = `${path}.${String(process.pid)}.tmp`;
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(temporary, text, { mode: 0o600, flush: durable });
    await rename(temporary, path);
    if (durable) await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Error(`cannot save the sandbox's state file ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** The new name lies in the folder: without this it may be gone after a power failure. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and keeps names with its files.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What is wrong with the outermost level; the stores below it are as their services wrote them. */
function faultOf(value: unknown, services: Services): string | undefined {
  if (!isObject(value)) return 'it holds no object';
  if (value['version'] !== 1) return `version ${JSON.stringify(value['version'])} is not known here, only 1 is`;
  if (typeof value['account'] !== 'string') return '"account" is missing';
  if (typeof value['callerArn'] !== 'string') return '"callerArn" is missing';
  if (value['alias'] !== null && typeof value['alias'] !== 'string') return '"alias" is neither text nor null';
  for (const name of ['now', 'sequence']) if (!Number.isFinite(value[name])) return `"${name}" is no number`;
  if (!isObject(value['regions'])) return '"regions" is missing';
  const { accounts } = value;
  if (accounts !== undefined && !isObject(accounts)) return '"accounts" is no object';
  for (const [number, member] of Object.entries(accounts ?? {})) {
    const fault = faultOf(member, services);
    if (fault !== undefined) return `account ${number}: ${fault}`;
  }
  const { all } = services;
  const stores = (scope: ServicePlug['scope']): readonly string[] =>
    all.flatMap((plug) => (plug.scope === scope && plug.store !== undefined ? [plug.store.name] : []));
  // Absent is fine: the service came later.
  const isBad = (store: unknown): boolean => store !== undefined && !isObject(store);
  for (const name of stores('account')) if (isBad(value[name])) return `"${name}" is no object`;
  for (const [region, local] of Object.entries(value['regions'])) {
    if (!isObject(local)) return `region ${region} is no object`;
    for (const name of stores('region')) if (isBad(local[name])) return `"${name}" of region ${region} is no object`;
  }
  return undefined;
}

function damaged(path: string, reason: string, cause?: unknown): Error {
  return new Error(
    `the sandbox's state file ${path} is damaged: ${reason}; remove the file to start with an empty world`,
    { cause },
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMissing(error: unknown): boolean {
  return isCode(error, 'ENOENT');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
