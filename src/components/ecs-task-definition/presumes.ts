// What a task definition takes for granted: all that its tasks need of others.
import type { Need, Presumption } from '../contract.ts';
import { needsOf } from './needs.ts';
import type { TaskDefinitionSpec } from './schema.ts';

export function presumes(spec: TaskDefinitionSpec): readonly Presumption[] {
  return needsOf(spec).flatMap((need) => presumptionOf(need) ?? []);
}

/** As a world is told of it; undefined for what is no name that could be there. */
function presumptionOf({ kind, name, region }: Need): Presumption | undefined {
  switch (kind) {
    case 'role':
      return /^([\w+=,.@-]{1,64}|arn:[^:]*:iam::\d{12}:role\/.+)$/.test(name) ? { kind, role: name } : undefined;
    case 'image':
      return { kind, image: name };
    case 'secret':
      return { kind, secret: name };
    case 'parameter':
      return { kind, parameter: name };
    case 'log-group':
      return { kind, name, ...(region === undefined ? {} : { region }) };
    default:
      return undefined;
  }
}
