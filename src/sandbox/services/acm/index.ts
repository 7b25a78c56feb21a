// Certificate Manager: whether a certificate is there, in which state, and who uses it. The contract is in SPEC.md.
import { AwsError, timestamp, type CallContext, type JsonService, type Operation, type Output } from '../../model.ts';
import { pageOfList } from '../../pages.ts';
import { elbv2Of } from '../elbv2/store.ts';
import { certificateState, networkOf, type CertificateRecord } from '../network/store.ts';
import { acmAuthorization } from './authorization.ts';
import { inputs } from './inputs.ts';
import { unverifiedTexts, usualPage } from './unverified.ts';

/** ARNs of the load balancers whose listeners have it. */
function usersOf(arn: string, { local }: CallContext): readonly string[] {
  const using = Object.values(elbv2Of(local).listeners).filter(
    ({ certificates, furtherCertificates = [] }) => certificates.includes(arn) || furtherCertificates.includes(arn),
  );
  return [...new Set(using.map(({ loadBalancer }) => loadBalancer))];
}

/** What a description and a summary have in common. */
function told(arn: string, certificate: CertificateRecord, { now }: CallContext): Output {
  const { domain = 'presumed.invalid', notAfter } = certificate;
  return {
    CertificateArn: arn,
    DomainName: domain,
    Status: certificateState(certificate, now),
    Type: 'AMAZON_ISSUED',
    // So it is told, whatever the filter calls it [LocalStack, recorded: tests/aws/services/acm/test_acm.py].
    KeyAlgorithm: 'RSA-2048',
    NotAfter: notAfter === undefined ? undefined : timestamp(notAfter),
    RenewalEligibility: 'INELIGIBLE',
  };
}

/** As the filter of ListCertificates has it. */
const keyAlgorithm = 'RSA_2048';

/** What Amazon's certificates are for, once they are there [LocalStack, recorded: test_certificate_for_subdomain_wildcard]. */
const keyUsages = ['DIGITAL_SIGNATURE', 'KEY_ENCIPHERMENT'];
const extendedUsages = {
  TLS_WEB_SERVER_AUTHENTICATION: '1.3.6.1.5.5.7.3.1',
  TLS_WEB_CLIENT_AUTHENTICATION: '1.3.6.1.5.5.7.3.2',
};
const notThereYet = ['PENDING_VALIDATION', 'FAILED', 'VALIDATION_TIMED_OUT'];

const describeCertificate: Operation = (input, context) => {
  const arn = String(input['CertificateArn']);
  const { certificates } = networkOf(context.local);
  const certificate = Object.hasOwn(certificates, arn) ? certificates[arn] : undefined;
  if (certificate === undefined) {
    throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn}.`);
  }
  const { domain = 'presumed.invalid' } = certificate;
  const isThere = !notThereYet.includes(certificateState(certificate, context.now));
  return {
    Certificate: {
      ...told(arn, certificate, context),
      Issuer: 'Amazon',
      Subject: `CN=${domain}`,
      SignatureAlgorithm: 'SHA256WITHRSA',
      KeyUsages: isThere ? keyUsages.map((Name) => ({ Name })) : [],
      ExtendedKeyUsages: isThere ? Object.entries(extendedUsages).map(([Name, OID]) => ({ Name, OID })) : [],
      SubjectAlternativeNames: [domain],
      InUseBy: usersOf(arn, context),
      Options: { CertificateTransparencyLoggingPreference: 'ENABLED' },
    },
  };
};

const listCertificates: Operation = (input, context) => {
  const statuses = input['CertificateStatuses'] as readonly string[] | undefined;
  const { keyTypes } = (input['Includes'] ?? {}) as { readonly keyTypes?: readonly string[] };
  const all = Object.entries(networkOf(context.local).certificates).filter(
    ([, each]) =>
      (statuses === undefined || statuses.includes(certificateState(each, context.now))) &&
      (keyTypes === undefined || keyTypes.length === 0 || keyTypes.includes(keyAlgorithm)),
  );
  const size = typeof input['MaxItems'] === 'number' ? input['MaxItems'] : usualPage;
  const refuse = (): AwsError => new AwsError('ValidationException', unverifiedTexts.nextToken);
  const { items, next } = pageOfList(all, { size, token: input['NextToken'], refuse });
  return {
    CertificateSummaryList: items.map(([arn, each]) => ({
      ...told(arn, each, context),
      SubjectAlternativeNameSummaries: [each.domain ?? 'presumed.invalid'],
      HasAdditionalSubjectAlternativeNames: false,
      KeyUsages: notThereYet.includes(certificateState(each, context.now)) ? [] : keyUsages,
      ExtendedKeyUsages: notThereYet.includes(certificateState(each, context.now)) ? [] : Object.keys(extendedUsages),
      InUse: usersOf(arn, context).length > 0,
    })),
    NextToken: next,
  };
};

const noDates = 'presumed certificates have no dates of their making';
const onlyPlain = 'all presumed certificates are alike';

export const acmService = {
  name: 'acm',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'CertificateManager',
  errorNamespace: '',
  operations: { DescribeCertificate: describeCertificate, ListCertificates: listCertificates },
  // It writes nothing that a read could show late; what it tells is a store of the network's.
  inputs: {
    model: inputs,
    code: 'ValidationException',
    notModelled: {
      'ListCertificatesRequest.SortBy': noDates,
      'ListCertificatesRequest.SortOrder': noDates,
      'Filters.extendedKeyUsage': onlyPlain,
      'Filters.keyUsage': onlyPlain,
      'Filters.managedBy': onlyPlain,
      'Filters.exportOption': onlyPlain,
    },
  },
  authorization: acmAuthorization,
  errorCodes: { internal: 'InternalFailure' },
} as const satisfies JsonService;
