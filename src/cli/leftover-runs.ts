// Runs in the state directory of which the journal does not tell the end.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LeftoverRun } from '../doctor/findings.ts';

/** @param directory `.relight/runs`; a missing one holds no runs */
export function leftoverRuns(directory: string): readonly LeftoverRun[] {
  return runsIn(directory).flatMap((run) => {
    const lines = linesOf(join(directory, run, 'journal.jsonl'));
    const first = lines?.[0];
    if (lines === undefined || first?.['type'] !== 'run-started') return [{ run, playbook: null }];
    if (lines.some((line) => line?.['type'] === 'run-finished')) return [];
    const plan = first['plan'];
    const name = typeof plan === 'object' && plan !== null && 'playbook' in plan ? nameOf(plan.playbook) : null;
    return [{ run, playbook: name }];
  });
}

function runsIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .map((each) => each.name)
      .sort();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return [];
    throw error;
  }
}

type Line = Readonly<Record<string, unknown>> | undefined;

/** The lines of a journal; one that was torn while it was written is undefined. */
function linesOf(file: string): readonly Line[] | undefined {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map(parse);
  } catch {
    return undefined;
  }
}

function parse(text: string): Line {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(playbook: unknown): string | null {
  if (typeof playbook === 'string') return playbook;
  if (typeof playbook === 'object' && playbook !== null && 'name' in playbook) {
    return typeof playbook.name === 'string' ? playbook.name : null;
  }
  return null;
}
