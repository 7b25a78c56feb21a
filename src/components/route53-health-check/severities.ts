// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  { field: 'disabled', wanted: [false], severity: 'critical', means: 'it is switched off: nothing fails over' },
  { field: 'inverted', severity: 'critical', means: 'it tells the opposite' },
  { field: 'tags', severity: 'low' },
  { field: 'measureLatency', severity: 'low' },
  { field: 'regions', severity: 'low' },
];
