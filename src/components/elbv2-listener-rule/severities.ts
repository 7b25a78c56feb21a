// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  { field: 'forwardTo', severity: 'high', means: 'requests are led elsewhere' },
  { field: 'redirect', severity: 'high', means: 'requests are led elsewhere' },
  { field: 'actions', severity: 'high', means: 'requests are led elsewhere' },
  { field: 'conditions', severity: 'high', means: 'it holds for other requests' },
];
