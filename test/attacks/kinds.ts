// Answers that are none: what broken proxies, sign-in pages, half-finished emulators and hostile endpoints send in the place
// of AWS's. Each kind makes one from the true answer.
import { awsServices } from '../../src/aws/services/index.ts';

/** What an attack is made from, and of. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Bytes beside text: a body that need not be made anew for each case, or one that never ends. */
export type Forged = Omit<WireAnswer, 'body'> & { readonly body: string | Uint8Array; readonly drips?: true };

export interface AttackedCall {
  readonly operation: string;
  /** How often this operation has been answered so before. */
  readonly times: number;
}

export interface AttackKind {
  readonly name: string;
  /** The operations for whose answers it means anything; all unless told. */
  readonly only?: ReadonlySet<string>;
  /** Text of the message after which a command sends nothing any more. */
  readonly ends?: RegExp;
  /** Undefined where the kind means nothing for this very answer. */
  readonly forge: (answer: WireAnswer, call: AttackedCall) => Forged | undefined;
}

const html = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>';

function isJson({ headers }: WireAnswer): boolean {
  return headers['content-type']?.includes('json') === true;
}

function withBody(answer: WireAnswer, body: string): WireAnswer {
  return { ...answer, body };
}

/** Only what AWS answers with success is forged further: its refusals are no answers to take for empty. */
function forged(make: (answer: WireAnswer, call: AttackedCall) => Forged | undefined): AttackKind['forge'] {
  return (answer, call) => (answer.status < 300 ? make(answer, call) : undefined);
}

function emptyResult(answer: WireAnswer, { operation }: AttackedCall): WireAnswer {
  if (isJson(answer)) return withBody(answer, '{}');
  const whole = answer.body.includes(`<${operation}Result`) ? `<${operation}Result/>` : '';
  const metadata = /<ResponseMetadata>.*<\/ResponseMetadata>/s.exec(answer.body)?.[0] ?? '';
  return withBody(answer, `<${operation}Response>${whole}${metadata}</${operation}Response>`);
}

function wrongRoot(answer: WireAnswer, { operation }: AttackedCall): WireAnswer | undefined {
  if (isJson(answer)) return withBody(answer, `{"Output":${answer.body},"Version":"1.0"}`);
  return withBody(answer, answer.body.replaceAll(`${operation}Response`, 'ProxyResponse'));
}

/** The first list of an answer with nothing in its places but nothing. */
function nullMembers(answer: WireAnswer): WireAnswer | undefined {
  if (isJson(answer)) {
    const value = JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
    const emptied = Object.entries(value).map(([name, each]) => [name, Array.isArray(each) ? [null] : each] as const);
    if (!emptied.some(([, each]) => Array.isArray(each))) return undefined;
    return withBody(answer, JSON.stringify(Object.fromEntries(emptied)));
  }
  const item = /<([A-Z]\w*s|\w+Sets|\w+Descriptions|RecordData)><(\w+)>/.exec(answer.body);
  const [, list = '', member = ''] = item ?? [];
  if (item === null) return undefined;
  return withBody(
    answer,
    answer.body.replace(new RegExp(`<${list}>.*</${list}>`, 's'), `<${list}><${member}/></${list}>`),
  );
}

/** Where an answer can tell of further pages, the marker that it tells. */
function withMarker(answer: WireAnswer, { operation }: AttackedCall, marker: string): WireAnswer | undefined {
  if (isJson(answer)) {
    if (!/^List(TaskDefinitions|TagsOfResource)$/.test(operation)) return undefined;
    const name = operation === 'ListTaskDefinitions' ? 'nextToken' : 'NextToken';
    return withBody(answer, JSON.stringify({ ...(JSON.parse(answer.body) as object), [name]: marker }));
  }
  switch (operation) {
    case 'DescribeListeners':
    case 'DescribeRules':
    case 'DescribeListenerCertificates':
    case 'DescribeLoadBalancers':
    case 'DescribeTargetGroups':
      return withBody(
        answer,
        answer.body.replace(`</${operation}Result>`, `<NextMarker>${marker}</NextMarker></${operation}Result>`),
      );
    case 'ListHealthChecks':
      return truncated(answer, `<NextMarker>${marker}</NextMarker>`);
    case 'ListResourceRecordSets':
      return truncated(answer, `<NextRecordName>${marker}.</NextRecordName><NextRecordType>A</NextRecordType>`);
    default:
      return undefined;
  }
}

function truncated(answer: WireAnswer, next: string): WireAnswer {
  const body = answer.body.replace('<IsTruncated>false</IsTruncated>', `<IsTruncated>true</IsTruncated>${next}`);
  return withBody(answer, body);
}

/** Those whose answers may go on. */
const listing: ReadonlySet<string> = new Set([
  'ListTaskDefinitions',
  'ListTagsOfResource',
  'DescribeListeners',
  'DescribeRules',
  'ListHealthChecks',
  'ListResourceRecordSets',
]);

/** Those whose answers name the piece that they are about. */
const identifying: ReadonlySet<string> = new Set(awsServices.flatMap((each) => Object.keys(each.identifyingMembers)));

/** All pieces lie elsewhere, as they do behind an endpoint of somebody else's. Refusals name no piece. */
function elsewhere(region: string, account: string): AttackKind['forge'] {
  return forged((answer) => {
    const body = answer.body.replaceAll(
      /arn:aws:(ecs|elasticloadbalancing|dynamodb):[\w-]+:\d{12}:/g,
      (_arn, service: string) => `arn:aws:${service}:${region}:${account}:`,
    );
    return body === answer.body ? undefined : withBody(answer, body);
  });
}

/** JSON with something else in the place of each list that lies within an entry. */
function nestedLists(answer: WireAnswer, instead: unknown): WireAnswer | undefined {
  const within = (value: unknown, depth: number): unknown => {
    if (Array.isArray(value)) {
      if (depth > 1) return instead;
      return value.map((each) => within(each, depth + 1));
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, within(each, depth + 1)]));
  };
  return changed(answer, JSON.stringify(within(JSON.parse(answer.body), 0)));
}

function changed(answer: WireAnswer, body: string): WireAnswer | undefined {
  return body === answer.body ? undefined : withBody(answer, body);
}

const numbers =
  'Port|TTL|Weight|Order|HealthCheckVersion|RequestInterval|FailureThreshold|\\w+Seconds|\\w+ThresholdCount';
const flags = 'IsDefault|IsTruncated|EvaluateTargetHealth|PrivateZone|Inverted|Disabled|HealthCheckEnabled|Enabled';

function wrongType(answer: WireAnswer): WireAnswer | undefined {
  if (isJson(answer)) return nestedLists(answer, {});
  return changed(
    answer,
    answer.body
      .replaceAll(new RegExp(`<(${numbers})>[^<]*<`, 'g'), '<$1>abc<')
      .replaceAll(new RegExp(`<(${flags})>[^<]*<`, 'g'), '<$1>perhaps<'),
  );
}

const nested =
  'Tags|ResourceRecords|DefaultActions|Actions|AvailabilityZones|Conditions|LoadBalancerArns|SecurityGroups';

function unreadableList(answer: WireAnswer): WireAnswer | undefined {
  if (isJson(answer)) return nestedLists(answer, 'gone');
  const list = new RegExp(`<(${nested})(?:/>|>.*?</\\1>)`, 'gs');
  return changed(answer, answer.body.replaceAll(list, '<$1>gone</$1>'));
}

/** Of each operation, a member that AWS always sends and on which a change may rest. */
const alwaysSent: Readonly<Record<string, string>> = {
  DescribeClusters: 'tags',
  DescribeServices: 'deployments',
  DescribeTaskDefinition: 'containerDefinitions',
  DescribeLoadBalancers: 'DNSName',
  DescribeTargetGroups: 'LoadBalancerArns',
  DescribeListeners: 'Port',
  DescribeRules: 'Actions',
  DescribeTags: 'Value',
  DescribeTargetHealth: 'State',
  DescribeLoadBalancerAttributes: 'Value',
  DescribeTargetGroupAttributes: 'Value',
  DescribeTable: 'KeySchema',
  ListTagsOfResource: 'Value',
  ListResourceRecordSets: 'ResourceRecords',
  ListHealthChecks: 'Type',
  ListTagsForResources: 'Value',
};

function withoutMember(answer: WireAnswer, { operation }: AttackedCall): WireAnswer | undefined {
  const member = alwaysSent[operation] ?? '';
  if (isJson(answer)) {
    const body = JSON.stringify(JSON.parse(answer.body), (name, value: unknown) =>
      name === member ? undefined : value,
    );
    return changed(answer, body);
  }
  return changed(answer, answer.body.replaceAll(new RegExp(`<${member}(?:/>|>.*?</${member}>)`, 'gs'), ''));
}

/** A refusal in AWS's own form. */
function refusal(answer: WireAnswer, status: number, code: string): WireAnswer {
  if (isJson(answer)) return { ...answer, status, body: JSON.stringify({ __type: code, message: 'not found' }) };
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>not found</Message></Error><RequestId>R</RequestId></ErrorResponse>`;
  return { ...answer, status, body };
}

/** What another service, or another operation, says of what it does not find. */
function alienRefusal(answer: WireAnswer, { operation }: AttackedCall): WireAnswer {
  const isRest = !isJson(answer) && !answer.body.includes(`<${operation}Result`);
  return isRest ? refusal(answer, 404, 'LoadBalancerNotFound') : refusal(answer, 400, 'NoSuchHostedZone');
}

/** What AWS itself says here of what it does not find, and never with this status. */
function brokenRefusal(answer: WireAnswer, { operation }: AttackedCall): WireAnswer | undefined {
  const [code] = awsServices.flatMap((service) => Object.keys(service.proofs[operation]?.missing ?? {}));
  return code === undefined ? undefined : refusal(answer, 503, code);
}

/** The first entry of a list twice, once with other words in it. */
function contradiction(answer: WireAnswer): WireAnswer | undefined {
  if (isJson(answer)) return jsonContradiction(answer);
  const [, before = '', item = ''] = /^(.*?<(?:[A-Z]\w*s|\w+Sets|\w+Descriptions)><)(\w+)>/s.exec(answer.body) ?? [];
  if (item === '') return undefined;
  const start = before.length - 1;
  const entry = entryAt(answer.body, start, item);
  const other = entry.replaceAll(
    /<(Value|State|Code|DNSName|TTL|FailureThreshold|Weight)>[^<]*</g,
    (_all, name: string) => `<${name}>${/TTL|Threshold|Weight/.test(name) ? '1' : 'other'}<`,
  );
  return withBody(answer, answer.body.slice(0, start) + other + answer.body.slice(start));
}

/** The element that begins there, with all in it. */
function entryAt(body: string, start: number, item: string): string {
  let depth = 0;
  for (const tag of body.slice(start).matchAll(new RegExp(`<(/?)${item}>`, 'g'))) {
    depth += tag[1] === '' ? 1 : -1;
    if (depth === 0) return body.slice(start, start + tag.index + tag[0].length);
  }
  throw new Error(`no end of <${item}>`);
}

function jsonContradiction(answer: WireAnswer): WireAnswer | undefined {
  const other = (entry: unknown): unknown =>
    JSON.parse(JSON.stringify(entry, (name, value: unknown) => (name === 'status' ? 'INACTIVE' : value)));
  const doubled = (value: unknown): unknown => {
    const [first] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    if (first === undefined) return value;
    return [other(first), ...(value as readonly unknown[])];
  };
  const outermost = JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
  const value = Object.fromEntries(
    Object.entries(outermost).map(([name, each]) => [
      name,
      // By table, and then the items [DynamoDB].
      name === 'Responses'
        ? Object.fromEntries(Object.entries(each as object).map(([table, items]) => [table, doubled(items)]))
        : doubled(each),
    ]),
  );
  return changed(answer, JSON.stringify(value));
}

/** One byte more than is taken; the same for all cases. */
const huge = new Uint8Array(64 * 1024 * 1024 + 1).fill(0x20);

export const attackKinds: readonly AttackKind[] = [
  { name: 'empty body', forge: forged((answer) => withBody(answer, '')) },
  {
    name: 'empty result',
    // Some are empty anyway.
    forge: forged((answer, call) => {
      const empty = emptyResult(answer, call);
      return empty.body === answer.body ? undefined : empty;
    }),
  },
  { name: 'wrong root', forge: forged(wrongRoot) },
  { name: 'null members', forge: forged(nullMembers) },
  { name: 'half an answer', forge: forged((answer) => withBody(answer, answer.body.slice(0, answer.body.length / 2))) },
  {
    name: 'HTML with 200',
    forge: () => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: html }),
  },
  { name: 'HTML with 503', forge: () => ({ status: 503, headers: { 'content-type': 'text/html' }, body: html }) },
  { name: 'HTML with 404', forge: () => ({ status: 404, headers: { 'content-type': 'text/html' }, body: html }) },
  {
    name: 'redirect',
    forge: () => ({ status: 302, headers: { location: 'https://portal.example/login' }, body: '' }),
  },
  { name: 'dripping', forge: (answer) => ({ ...answer, drips: true }) },
  { name: 'huge body', forge: forged((answer) => ({ ...answer, body: huge })) },
  {
    name: 'endless pages',
    only: listing,
    forge: forged((answer, call) => withMarker(answer, call, `page${call.times + 1}`)),
  },
  { name: 'repeated token', only: listing, forge: forged((answer, call) => withMarker(answer, call, 'again')) },
  // Twice the same page: what is told twice is one piece.
  {
    name: 'duplicates across pages',
    only: listing,
    forge: forged((answer, call) => (call.times === 0 ? withMarker(answer, call, 'second') : answer)),
  },
  {
    name: "another account's ARNs",
    only: identifying,
    ends: /lies in account 210987654321, region eu-west-1/,
    forge: elsewhere('eu-west-1', '210987654321'),
  },
  {
    name: "another region's ARNs",
    only: identifying,
    ends: /lies in account 123456789012, region us-east-1/,
    forge: elsewhere('us-east-1', '123456789012'),
  },
  { name: 'wrong type nested', forge: forged(wrongType) },
  { name: 'unreadable nested list', forge: forged(unreadableList) },
  { name: 'missing member', only: new Set(Object.keys(alwaysSent)), forge: forged(withoutMember) },
  { name: 'alien code of absence', forge: forged(alienRefusal) },
  { name: 'not found with HTTP 503', forge: forged(brokenRefusal) },
  { name: 'contradictory entry', forge: forged(contradiction) },
];
