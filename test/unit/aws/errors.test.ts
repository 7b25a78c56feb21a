// The classifier: every code that AWS is known to answer with, and the class it must have.
import { describe, expect, test } from 'vitest';
import { CallTimeout, ClassifiedError, classify, isNotFound, type ErrorClass } from '../../../src/aws/errors.ts';
import { createRedactor } from '../../../src/util/redact.ts';

function answer(code: string, message = 'm', status = 400): Error {
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });
}

const byCode: Readonly<Record<ErrorClass, readonly string[]>> = {
  throttled: [
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'RequestLimitExceeded',
    'TooManyRequestsException',
    'ProvisionedThroughputExceededException',
    'RequestThrottled',
    'SlowDown',
  ],
  denied: [
    'AccessDenied',
    'AccessDeniedException',
    'UnauthorizedOperation',
    'AuthFailure',
    'InvalidClientTokenId',
    'UnrecognizedClientException',
    'SignatureDoesNotMatch',
    'MissingAuthenticationToken',
    'RegionDisabledException',
    'CredentialsProviderError',
  ],
  expired: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
  'not-found': [
    'CertificateNotFoundException',
    'ServiceNotFoundException',
    'ClusterNotFoundException',
    'ResourceNotFoundException',
    'LoadBalancerNotFound',
    'LoadBalancerNotFoundException',
    'TargetGroupNotFoundException',
    'ListenerNotFoundException',
    'RuleNotFoundException',
    'NoSuchHostedZone',
    'NoSuchHealthCheck',
    'NoSuchChange',
  ],
  conflict: [
    'PriorRequestNotComplete',
    'ResourceInUse',
    'ResourceInUseException',
    'ClusterContainsServicesException',
    'ClusterContainsTasksException',
    'UpdateInProgressException',
    'TransactionConflictException',
    'HealthCheckVersionMismatch',
  ],
  invalid: [
    'InvalidParameterException',
    'ValidationError',
    'ValidationException',
    'InvalidChangeBatch',
    'OperationNotPermittedException',
    'DuplicateLoadBalancerNameException',
    'PriorityInUseException',
    'ConditionalCheckFailedException',
    'ClientException',
    'DependencyViolation',
  ],
  unavailable: ['InternalFailure', 'InternalServerError', 'ServiceUnavailable', 'ServerException'],
  timeout: ['RequestTimeout', 'TimeoutError'],
};

describe('by code', () => {
  const cases = Object.entries(byCode).flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const));

  test.each(cases)('%s is %s', (code, kind) => {
    expect(classify(answer(code)).class).toBe(kind);
  });

  test('a code keeps its class whatever the HTTP status', () => {
    expect(classify(answer('RequestLimitExceeded', 'm', 503)).class).toBe('throttled');
    expect(classify(answer('AccessDenied', 'm', 403)).class).toBe('denied');
  });
});

describe('texts that mean wait and look again', () => {
  const texts = [
    ['InvalidParameterException', 'Unable to Start a service that is still Draining.'],
    [
      'InvalidParameterException',
      'The target group with targetGroupArn arn:x does not have an associated load balancer.',
    ],
    ['InvalidParameterException', 'Please verify that the ECS service linked role exists.'],
    ['InvalidParameterException', 'Unable to stop or delete service while deployments are active.'],
    ['DependencyViolation', 'resource sg-1 has a dependent object'],
  ] as const;

  test.each(texts)('%s: %s', (code, message) => {
    expect(classify(answer(code, message))).toEqual({ class: 'conflict', code, message });
  });

  test('the same words under another code mean nothing', () => {
    expect(classify(answer('ValidationError', 'still Draining')).class).toBe('invalid');
  });

  test('ECS hides a missing task definition in a general code', () => {
    expect(isNotFound(answer('ClientException', 'Unable to describe task definition.'))).toBe(true);
    expect(isNotFound(answer('ClientException', 'Too many tags'))).toBe(false);
  });
});

describe('codes', () => {
  test('the wire code wins over the SDK’s name', () => {
    const error = Object.assign(answer('ResourceInUseException'), { Code: 'ResourceInUse' });
    expect(classify(error)).toMatchObject({ class: 'conflict', code: 'ResourceInUse' });
  });

  test('without a wire code, ELBv2’s names lose what the SDK added', () => {
    expect(classify(answer('LoadBalancerNotFoundException')).code).toBe('LoadBalancerNotFound');
    expect(classify(answer('ServiceNotFoundException')).code).toBe('ServiceNotFoundException');
  });

  test('system errors are told by their code', () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(classify(reset)).toEqual({ class: 'unavailable', code: 'ECONNRESET', message: 'socket hang up' });
    expect(classify(Object.assign(new Error('x'), { code: 'ETIMEDOUT' })).class).toBe('timeout');
    expect(classify(Object.assign(new Error('x'), { code: 'ENOTFOUND' })).class).toBe('unavailable');
  });
});

describe('what nobody knows', () => {
  const cases: readonly (readonly [string, unknown, ErrorClass])[] = [
    ['a new code, refused', answer('BrandNewException'), 'invalid'],
    ['a new code, 403', answer('BrandNewException', 'm', 403), 'denied'],
    ['a new code, 429', answer('BrandNewException', 'm', 429), 'throttled'],
    ['a new code, 500', answer('BrandNewException', 'm', 500), 'unavailable'],
    ['an HTML page of a proxy', answer('SyntaxError', 'Unexpected token <', 502), 'unavailable'],
    ['an error that is not of HTTP', new Error('x'), 'unavailable'],
    ['no error at all', 'a text', 'unavailable'],
    ['nothing', undefined, 'unavailable'],
  ];

  test.each(cases)('%s', (_name, error, kind) => {
    expect(classify(error).class).toBe(kind);
  });

  test('never not-found, whatever the status: an empty 404 proves nothing', () => {
    expect(classify(answer('NotFound', '', 404)).class).not.toBe('not-found');
  });
});

test('relight’s own errors carry their class', () => {
  expect(classify(new CallTimeout('ecs:DescribeServices', 10_000))).toEqual({
    class: 'timeout',
    code: 'CallTimeout',
    message: 'ecs:DescribeServices gave no answer within 10 s',
  });
  expect(classify(new ClassifiedError('conflict', 'still attached')).class).toBe('conflict');
});

describe('a text without a measure', () => {
  const told = (text: string): string => classify(answer('AccessDeniedException', text)).message;

  test('is at most a page, and says how long it was', () => {
    const message = told('a word '.repeat(2_000_000));
    expect(message.length).toBeLessThan(8_100);
    expect(message).toMatch(/^a word a word [\s\S]*… \(cut: the whole text has 14000000 characters\)$/);
    expect(classify(answer('AccessDeniedException', 'x'.repeat(1_000_000))).class).toBe('denied');
    expect(told('x-'.repeat(1_000_000)).length).toBeLessThan(8_100);
  });

  test('of a page is told as it is', () => {
    expect(told('x'.repeat(8_000))).toBe('x'.repeat(8_000));
  });

  test('is never cut where a secret shows: short or long, in whatever word', () => {
    const secrets = ['hunter2', 'S3cr', 'Zq7#vK/p9&"x<L+2mT=4uB%r8~nY'];
    const redactor = createRedactor(() => ({ strong: secrets, implied: [], open: [] }));
    for (const secret of secrets) {
      for (const around of [`{"password":"${secret}","more":"`, `a b ${secret} c d `, `password=${secret}&user=`]) {
        for (let before = 7_900; before <= 8_010; before += 1) {
          const message = redactor.text(told(`${'x'.repeat(before)}${around}${'z'.repeat(20_000)}`));
          // Less than eight characters of a long one give little away (`fragments.ts`); of a short one nothing may be seen.
          const piece = secret.length < 8 ? 4 : 8;
          const pieces = Array.from({ length: secret.length - piece + 1 }, (_, at) => secret.slice(at, at + piece));
          expect(pieces.filter((each) => message.includes(each))).toEqual([]);
        }
      }
    }
  });

  test('is never cut where a credential is not seen for one any more', () => {
    for (let before = 7_800; before <= 8_010; before += 1) {
      const filler = 'x '.repeat(before / 2);
      expect(told(`${filler} https://ann:correct-horse@example.com/${'z '.repeat(9_000)}`)).not.toContain('correct');
      expect(told(`${filler} X-Amz-Security-Token=IQoJb3JpZ2lu${'Q'.repeat(400)}${' z'.repeat(9_000)}`)).not.toContain(
        'IQoJ',
      );
    }
  });
});
