// How long calls take at AWS's rates.
import { awsServices } from '../src/aws/services/index.ts';
import { rateOf } from '../src/aws/services/service.ts';
import { tidy } from './table.ts';

/** Milliseconds that calls take at the rates of each bucket, and the bucket that takes longest. */
export function pacedTime(sent: readonly { readonly service: string; readonly operation: string }[]): {
  readonly bucket: string;
  readonly milliseconds: number;
} {
  const counts = new Map<string, { count: number; burst: number; refill: number }>();
  for (const { service, operation } of sent) {
    const row = awsServices.find((each) => each.signingName === service);
    if (row === undefined) throw new Error(`nobody knows the service ${service}`);
    const { bucket, burst, refill } = rateOf(row, operation);
    const known = counts.get(bucket);
    if (known === undefined) counts.set(bucket, { count: 1, burst, refill });
    else known.count += 1;
  }
  const times = [...counts].map(([bucket, { count: sentOf, burst, refill }]) => ({
    bucket: `${bucket}: ${tidy(sentOf)} calls, ${burst} at once, then ${refill} a second`,
    milliseconds: (Math.max(0, sentOf - burst) / refill) * 1000,
  }));
  return times.toSorted((a, b) => b.milliseconds - a.milliseconds)[0] ?? { bucket: 'none', milliseconds: 0 };
}
