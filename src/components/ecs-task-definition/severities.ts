// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  {
    field: 'containers[*].privileged',
    wanted: [false],
    severity: 'critical',
    means: 'the container may do on its host what it likes',
  },
  {
    field: 'containers[*].readonlyRootFilesystem',
    wanted: [true],
    severity: 'high',
    means: 'the container may write to its root file system',
  },
  { field: 'containers[*].user', severity: 'high', means: 'it runs as another user' },
  { field: 'containers[*].image', severity: 'high', means: 'something else runs than is meant to' },
  { field: 'containers[*].command', severity: 'high', means: 'something else runs than is meant to' },
  { field: 'containers[*].entryPoint', severity: 'high', means: 'something else runs than is meant to' },
  { field: 'containers[*].secrets', severity: 'high' },
  { field: 'containers[*].dockerLabels', severity: 'low' },
  { field: 'executionRole', severity: 'high' },
  { field: 'taskRole', severity: 'high', means: 'its tasks may do other things than are meant to' },
  { field: 'networkMode', severity: 'high' },
];
