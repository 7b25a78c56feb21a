// Every service that the sandbox has: one explicit list.
import type { SandboxService } from '../model.ts';
import { iamService } from './iam.ts';
import { route53Service } from './route53/index.ts';
import { stsService } from './sts.ts';

export const services: readonly SandboxService[] = [route53Service, stsService, iamService];
