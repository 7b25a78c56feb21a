// Which codes count as healthy [ELB API, Matcher].
import type { Input } from '../../model.ts';
import { invalid, textOf } from './input.ts';
import type { CheckedGroup, HealthCheckSettings } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** Codes that a matcher may name: of HTTP behind an application or a network load balancer, of gRPC. */
const ranges = { application: [200, 499], network: [200, 599], grpc: [0, 99] } as const;

/** @throws AwsError for codes of the other kind, or outside the range */
export function matcherFrom(
  matcher: Input,
  { protocol, protocolVersion }: CheckedGroup,
): NonNullable<HealthCheckSettings['matcher']> {
  const http = textOf(matcher, 'HttpCode');
  const grpc = textOf(matcher, 'GrpcCode');
  if (protocolVersion === 'GRPC') {
    if (http !== undefined) throw invalid(unverifiedTexts.matcherOfOther('HTTP', 'GRPC'));
    if (grpc === undefined || grpc === '') throw invalid(unverifiedTexts.matcherEmpty);
    checkCodes(grpc, ranges.grpc, 'gRPC');
    return { GrpcCode: grpc };
  }
  if (grpc !== undefined) throw invalid(unverifiedTexts.matcherOfOther('gRPC', protocolVersion ?? 'HTTP1'));
  // [hashicorp/terraform#16690, pulumi/pulumi-aws#3746]
  if (http === undefined || http === '') throw invalid('Health check matcher HTTP code cannot be empty');
  const isNetwork = protocol !== null && protocol !== 'HTTP' && protocol !== 'HTTPS';
  checkCodes(http, isNetwork ? ranges.network : ranges.application, 'HTTP');
  return { HttpCode: http };
}

/** `200`, `200,202`, `200-299`. */
function checkCodes(codes: string, [least, most]: readonly [number, number], kind: string): void {
  for (const part of codes.split(',')) {
    const [, from, to = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part.trim()) ?? [];
    const isWithin = (code: string): boolean => Number(code) >= least && Number(code) <= most;
    if (from === undefined || to === undefined || !isWithin(from) || !isWithin(to) || Number(from) > Number(to)) {
      throw invalid(unverifiedTexts.matcherCode(kind, codes, `${String(least)}-${String(most)}`));
    }
  }
}
