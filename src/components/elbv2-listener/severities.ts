// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  { field: 'sslPolicy', severity: 'high', means: 'other protocols and ciphers are offered than are meant to' },
  { field: 'certificate', severity: 'high', means: 'it answers with another certificate' },
  { field: 'certificates', severity: 'high' },
  { field: 'protocol', wanted: ['HTTPS', 'TLS'], severity: 'critical', means: 'it does not encrypt' },
  { field: 'protocol', severity: 'high' },
  { field: 'mutualAuthentication', severity: 'high', means: 'clients are not checked as they are to be' },
  { field: 'forwardTo', severity: 'high', means: 'requests are led elsewhere' },
  { field: 'redirect', severity: 'high', means: 'requests are led elsewhere' },
  { field: 'defaultActions', severity: 'high', means: 'requests are led elsewhere' },
];
