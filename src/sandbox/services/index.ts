// Every service that the sandbox has: one explicit list.
import type { SandboxService } from '../model.ts';
import { iamService } from './iam.ts';
import { stsService } from './sts.ts';

export const services: readonly SandboxService[] = [stsService, iamService];
