// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  { field: 'values', severity: 'high', means: 'the name leads elsewhere' },
  { field: 'alias', severity: 'high', means: 'the name leads elsewhere' },
  { field: 'healthCheck', severity: 'high', means: 'it answers whether or not what it leads to works' },
  { field: 'failover', severity: 'high' },
  { field: 'ttl', severity: 'low' },
  { field: 'marker', severity: 'low' },
];
