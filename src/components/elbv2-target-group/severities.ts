// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  { field: 'protocol', severity: 'high' },
  { field: 'port', severity: 'high' },
  {
    field: 'healthCheck.enabled',
    wanted: [true],
    severity: 'critical',
    means: 'its health checks are off: requests go to what does not work',
  },
  { field: 'healthCheck', severity: 'medium' },
  { field: 'deregistrationDelay', severity: 'low' },
];
