// Pieces of somebody else, for the types' neighbours: named so that a name which is half read would strike them.
import type { Fields } from '../contract.ts';

/** Load balancers and target groups take 32 characters. */
export function canaryName(name: string): string {
  return `${name.slice(0, 25).replace(/-+$/, '')}-canary`;
}

/** A task definition that is valid and runs nothing. */
export function canaryTasks(family: string): Fields {
  const containers = [{ name: 'canary', image: 'registry.example/canary:1' }];
  return { family, cpu: '256', memory: '512', containers };
}

/** What a listener or a rule of somebody else answers. */
export const canaryAnswer = { status: '200', contentType: 'text/plain', body: 'of next door' };

/** Told by the playbook, or by what it shares with others. */
export function isKnown(value: string): boolean {
  return !value.includes('${');
}
