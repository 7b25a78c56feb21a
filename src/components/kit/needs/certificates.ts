// Certificates of ACM: in this region, issued and not expired.
import { DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { isNotFound } from '../../../aws/errors.ts';
import { acm } from '../../../aws/services/acm.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { each, inArn, missing, there, unseen } from './answers.ts';

/** Those with which no listener can be made [ACM API, CertificateDetail, Status]. */
const unusable: ReadonlySet<string> = new Set([
  'EXPIRED',
  'FAILED',
  'INACTIVE',
  'PENDING_VALIDATION',
  'REVOKED',
  'VALIDATION_TIMED_OUT',
]);

async function see(need: Need, context: ReadContext): Promise<NeedSeen> {
  const { name } = need;
  const { region } = context.scope;
  const remedy = `Request or import one in ${region}, and name it in the playbook`;
  if (!name.includes(':acm:')) return unseen(need, 'it is one of IAM, where relight does not look');
  // A load balancer takes those of its own region only [ELB user guide, "SSL certificates"].
  if (inArn(name, 'region') !== region) return missing(need, `is not in ${region}`, remedy);
  let answer;
  try {
    answer = await context.limit(() =>
      context.aws.client(acm).send(new DescribeCertificateCommand({ CertificateArn: name })),
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return missing(need, `is not in ${region}`, remedy);
  }
  const { NotAfter: end, Status: status = '' } = answer.Certificate ?? {};
  if (end !== undefined && end.getTime() <= context.now()) {
    return missing(need, `has expired (${end.toISOString()})`, remedy);
  }
  if (status === 'ISSUED') return there;
  if (!unusable.has(status)) return unseen(need, `nobody knows what its status ${status} means`);
  return missing(need, `is not issued (${status})`, remedy);
}

export const certificates = each(see);
