// Makes a recording that the sandbox is held to out of what `relight --record` wrote:
//
//   node scripts/recording.mjs calls.jsonl "what it shows" > test/conformance/recordings/name.jsonl
//
// Ids that AWS gave out become names, instants become `<any>`, repeated polls are told once, and what the inputs take for granted
// (networks, certificates, roles) is listed for the world to hold. What cannot be known from the calls is for a reader to add.
import { readFileSync } from 'node:fs';

const [file, about = 'recorded'] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/recording.mjs <calls.jsonl> [about]');
  process.exit(64);
}
const calls = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Forms of the ids that AWS gives out: of zones, changes and health checks, of pieces in ARNs, of host names. */
const minted = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
  /(?<=\/hostedzone\/)Z[A-Z0-9]{8,32}/g,
  /(?<=\/change\/)C[A-Z0-9]{8,32}/g,
  /(?<=\/)[0-9a-f]{32}(?=$|\/)/g,
  /(?<=ecs-svc\/)\d{19}/g,
  /(?<=\/)[0-9a-f]{16}(?=$|\/)/g,
  /(?<=^(?:internal-)?[\w-]+-)\d{8,10}(?=\.)/g,
  /(?<=^[\w-]+-)[0-9a-f]{16}(?=\.elb\.)/g,
  /(?<=^eni-)[0-9a-f]{17}/g,
];
const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const names = new Map();

/** Everything that an answer tells anew gets a name; inputs that bear ids from before the recording keep them. */
function learn(value) {
  for (const text of textsIn(value)) {
    if (given.has(text)) continue;
    for (const form of minted) {
      for (const [id] of text.matchAll(form))
        if (!names.has(id) && !given.has(id)) names.set(id, `<id-${names.size + 1}>`);
    }
  }
}

function* textsIn(value) {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* textsIn(each);
}

/** @param vague what stands for a value that differs each time, or that nobody may read */
function named(value, vague = '<any>') {
  if (typeof value === 'string') {
    if (instant.test(value) || value === '(hidden)') return vague;
    let text = value;
    for (const [id, name] of names) text = text.replaceAll(id, name);
    return text;
  }
  if (Array.isArray(value)) return value.map((each) => named(each, vague));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, named(each, vague)]));
}

/** What inputs have said before any answer told it. */
const given = new Set();
const presumes = new Map();
let region;

function notePresumed(value) {
  for (const text of textsIn(value)) {
    given.add(text);
    const arn = /^arn:aws:(acm|iam):([\w-]*):\d{12}:(certificate|role)\/(.+)$/.exec(text);
    if (arn?.[3] === 'certificate') presumes.set(text, { kind: 'certificate', arn: text });
    if (arn?.[3] === 'role' && !text.includes(':role/aws-service-role/'))
      presumes.set(text, { kind: 'role', role: text });
    // Names of filters look like ids: `vpc-id`.
    const id = /^(vpc|subnet|sg)-(?!id$)[\w-]+$/.exec(text);
    const kind = { vpc: 'vpc', subnet: 'subnet', sg: 'security-group' }[id?.[1]];
    if (kind !== undefined) presumes.set(text, { kind, id: text });
  }
}

const lines = [];
let before = 0;
let last;
for (const { service, operation, at, input, output, error } of calls) {
  notePresumed(input);
  for (const text of textsIn(output))
    region ??= /^arn:aws:(?:ecs|elasticloadbalancing|dynamodb):([\w-]+):/.exec(text)?.[1];
  // Input first: a name is used before the answer to the same call may tell it.
  const asked = named(input, 'hidden');
  learn(output);
  const told = error === undefined ? { output: named(output) } : { error };
  const same = JSON.stringify([service, operation, asked, told]);
  if (same === last) continue;
  last = same;
  lines.push({ service, operation, ...(at > before ? { after: at - before } : {}), input: asked, ...told });
  before = at;
}
const place = region ?? 'us-east-1';
const items = [...presumes.values()].map((item) => (item.id === undefined ? item : { ...item, region: place }));
const order = ['vpc', 'subnet', 'security-group'];
items.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
for (const line of [{ about, region: place, presumes: items }, ...lines]) console.log(JSON.stringify(line));
