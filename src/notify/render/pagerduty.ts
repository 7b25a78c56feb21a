// PagerDuty's Events API v2 [PagerDuty/api-schema, reference/events-v2/openapiv3.json; developer.pagerduty.com, "Send an Alert
// Event" and "Events API v2 Overview" for the limits]. Pure.
import { headline, isAllResolved, itemsOf, placeWords, severityOf, type Notice, type Severity } from '../notice.ts';
import { cut } from './words.ts';

export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'resolve';
  readonly dedup_key: string;
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error' | 'warning' | 'info';
    readonly timestamp: string;
    readonly component?: string;
    readonly group?: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
  readonly client?: 'relight';
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

const limits = { summary: 1_024, dedupKey: 255, bytes: 512 * 1024 } as const;
/** Of an event, to stay well below what PagerDuty takes. */
const mostItems = 200;

const severityWords: Readonly<Record<Severity, 'critical' | 'error' | 'warning' | 'info'>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'warning',
  info: 'info',
};

/** The key that an alert is opened and closed by: its one item's id, which stays the same; else the notice's. */
export function dedupKeyOf(notice: Notice): string {
  const [first, ...others] = itemsOf(notice);
  const key = first === undefined || others.length > 0 ? notice.id : first.id;
  // Ids are other people's; a longer one would be cut, and then two could be the same.
  return key.length <= limits.dedupKey ? key : key.slice(0, 200) + hashOf(key);
}

/** FNV-1a, twice 32 bits: only to tell apart what begins alike. */
function hashOf(text: string): string {
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (const unit of Buffer.from(text)) {
    one = Math.imul(one ^ unit, 0x01000193) >>> 0;
    two = Math.imul(two ^ unit, 0x85ebca6b) >>> 0;
  }
  return `-${one.toString(16)}${two.toString(16)}`;
}

export function pagerDutyEvent(notice: Notice, routingKey: string): PagerDutyEvent {
  const { about, at, groups, id, link } = notice;
  const head = { routing_key: routingKey, dedup_key: dedupKeyOf(notice) } as const;
  if (isAllResolved(notice)) return { ...head, event_action: 'resolve' };
  const places = [...new Set(groups.map(({ place }) => placeWords(place)))].filter((each) => each !== '');
  const playbooks = [...new Set(groups.flatMap(({ playbook }) => playbook ?? []))];
  const [playbook, ...further] = playbooks;
  const group = places.join('; ');
  const event = (most: number): PagerDutyEvent => ({
    ...head,
    event_action: 'trigger',
    payload: {
      summary: cut(headline(notice), limits.summary),
      source: cut(group === '' ? 'relight' : group, limits.summary),
      severity: severityWords[severityOf(notice)],
      timestamp: at,
      ...(playbook !== undefined && further.length === 0 ? { component: playbook } : {}),
      ...(group === '' ? {} : { group: cut(group, limits.summary) }),
      class: about.kind,
      custom_details: { id, ...detailsOf(notice, most) },
    },
    client: 'relight',
    ...(link === null ? {} : { links: [{ href: link, text: 'report' }] }),
  });
  let most = mostItems;
  for (;;) {
    const made = event(most);
    if (most <= 1 || Buffer.byteLength(JSON.stringify(made)) <= limits.bytes) return made;
    most = Math.floor(most / 2);
  }
}

function detailsOf({ groups }: Notice, most: number): Readonly<Record<string, unknown>> {
  let left = most;
  const findings = groups.flatMap(({ items, place, playbook }) =>
    items.slice(0, Math.max(0, left)).map((item) => {
      left -= 1;
      const { command, details, severity, state, text } = item;
      return {
        place: placeWords(place),
        playbook,
        severity,
        state,
        text: cut(text, 1_000),
        details: details.slice(0, 20).map((each) => cut(each, 500)),
        command: command === null ? null : cut(command, 2_000),
      };
    }),
  );
  const all = groups.reduce((sum, { items }) => sum + items.length, 0);
  return { findings, ...(all > findings.length ? { left_out: all - findings.length } : {}) };
}
