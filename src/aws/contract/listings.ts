// Pages of one listing, held together by the markers that lead from one to the next, so that no listing goes on for ever:
// by its pages, its bytes, the time in which it is answered, and the markers that it has already gone by.
import { unexpected } from './envelope.ts';
import type { Members, Paging } from './rules.ts';

/** Pages of most listings; where AWS's rate is low, fewer. */
const usualPages = 200;
const mostBytes = 64 * 1024 * 1024;
/** Milliseconds in which AWS may be waited for, in all; waits for a turn are not counted. */
const longestAnswering = 15_000;
/** Listings that nobody follows to their end are forgotten, the oldest first. */
const mostRemembered = 1_000;

interface Chain {
  readonly pages: number;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly markers: readonly string[];
}

const none: Chain = { pages: 0, bytes: 0, milliseconds: 0, markers: [] };

export interface Page {
  readonly operation: string;
  readonly paging: Paging;
  readonly input: Members;
  readonly output: Members;
  readonly bytes: number;
  /** In which it was answered. */
  readonly milliseconds: number;
}

/** The listings that are under way through one access. */
export class Listings {
  readonly #chains = new Map<string, Chain>();

  /** Takes down a page that was answered. Throws when the listing must not go on. */
  follow({ operation, paging, input, output, bytes, milliseconds }: Page): void {
    const next = paging.next(output);
    const from = paging.from(input);
    if (next === undefined) return;
    const before = (from === undefined ? undefined : this.#chains.get(keyOf(operation, input, from))) ?? none;
    const chain: Chain = {
      pages: before.pages + 1,
      bytes: before.bytes + bytes,
      milliseconds: before.milliseconds + milliseconds,
      markers: [...before.markers, ...(from === undefined ? [] : [from])],
    };
    if (next === from || chain.markers.includes(next)) {
      throw unexpected(`${operation} lists in a circle: a page leads back to one before it`);
    }
    const most = paging.most ?? usualPages;
    if (chain.pages >= most) throw unexpected(`${operation} goes on after ${most} pages: no listing of AWS is so long`);
    if (chain.bytes > mostBytes) throw unexpected(`${operation} goes on after ${mostBytes / 1024 / 1024} MB of pages`);
    if (chain.milliseconds > longestAnswering) {
      throw unexpected(`${operation} goes on after ${longestAnswering / 1000} s of pages`);
    }
    this.#chains.set(keyOf(operation, input, next), chain);
    if (this.#chains.size > mostRemembered) {
      for (const oldest of this.#chains.keys()) {
        this.#chains.delete(oldest);
        break;
      }
    }
  }
}

/** Names and markers mean nothing beyond the thing that is listed. */
function keyOf(operation: string, input: Members, marker: string): string {
  const of =
    input['HostedZoneId'] ??
    input['LoadBalancerArn'] ??
    input['ListenerArn'] ??
    input['ResourceArn'] ??
    input['TableName'];
  return `${operation} ${typeof of === 'string' ? of : ''} ${marker}`;
}
