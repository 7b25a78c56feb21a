// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  { field: 'type', wanted: ['SecureString'], severity: 'critical', means: 'its value is not encrypted' },
  { field: 'value', severity: 'high' },
  { field: 'secretValue', severity: 'high' },
  { field: 'keyId', severity: 'high' },
  { field: 'description', severity: 'low' },
  { field: 'tags', severity: 'low' },
  { field: 'tier', severity: 'low' },
];
