// Loading in tests: a sound head to put components under, and shortcuts that say what is wrong when they fail.
import { formatDiagnostics } from '../../../src/playbook/diagnostic.ts';
import type { Playbook } from '../../../src/playbook/model.ts';
import { loadPlaybook, type LoadResult } from '../../../src/playbook/playbook.ts';
import { catalog } from './catalog.ts';

export const head = `apiVersion: relight/v1
kind: Playbook
metadata: { name: deployer-api }
target: { account: "123456789012", region: eu-west-1 }
`;

export function load(text: string, params: Readonly<Record<string, string>> = {}): LoadResult {
  return loadPlaybook({ text, file: 'playbook.yaml', params, types: catalog });
}

/** The playbook of a text that must be sound. */
export function sound(text: string, params: Readonly<Record<string, string>> = {}): Playbook {
  const result = load(text, params);
  if (!result.ok) throw new Error(shown(text, params));
  return result.playbook;
}

/** What people see. */
export function shown(text: string, params: Readonly<Record<string, string>> = {}): string {
  const result = load(text, params);
  return formatDiagnostics(result.diagnostics, result.text, { color: false });
}

/** `line:column code` of each diagnostic. */
export function codes(text: string, params: Readonly<Record<string, string>> = {}): readonly string[] {
  return load(text, params).diagnostics.map((each) => `${each.line}:${each.column} ${each.code}`);
}
