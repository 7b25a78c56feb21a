// The pages of docs/components/, made from the registry: what a type says of itself is said once.
import { format } from 'prettier';
import { z } from 'zod';

/** File names and texts of all pages, formatted as the repository's other documents are. */
export async function componentPages(types) {
  const pages = new Map([['README.md', indexPage([...types.values()])]]);
  for (const type of types.values()) pages.set(fileOf(type.traits.type), typePage(type));
  const formatted = [...pages].map(async ([name, text]) => [
    name,
    await format(text, { parser: 'markdown', printWidth: 120 }),
  ]);
  return new Map(await Promise.all(formatted));
}

function fileOf(type) {
  return `${type.replaceAll('/', '-')}.md`;
}

const made = 'Made from the registry by `npm run docs`; edit the type’s `schema.ts`, not this page.';

function indexPage(types) {
  return `# Component types

${made}

${table(
  ['Type', 'What it is', 'May be shared', 'A leftover may stay'],
  types.map((each) => [
    `[\`${each.traits.type}\`](${fileOf(each.traits.type)})`,
    each.traits.description,
    yesNo(each.traits.shareable),
    yesNo(each.traits.reuse),
  ]),
)}

How a playbook names them: [playbook reference](../playbook.md). How to add one:
[writing a component type](../writing-a-component.md).

## Permissions of all types

\`status\` and \`plan\` need what is listed under read, and \`sts:GetCallerIdentity\`, which every caller has;
\`iam:ListAccountAliases\` is optional, and without it the alias is not compared. \`recover\` and \`teardown\` need both lists.

Read:

${list(
  unique(
    types.flatMap(
      ({
        traits: {
          permissions: { read, readOwned = [] },
        },
      }) => [...read, ...readOwned],
    ),
  ),
)}

Write:

${list(unique(types.flatMap((each) => each.traits.permissions.write)))}
`;
}

function typePage(type) {
  const schema = z.toJSONSchema(type.traits.schema, { io: 'input', unrepresentable: 'any' });
  const fields = fieldsOf(schema, schema.$defs ?? {}, '');
  return `# ${type.traits.type}

${type.traits.description} ${made}

## Spec

${table(
  ['Field', 'Type', 'Required', 'Default', 'Meaning'],
  fields
    .filter((each) => !each.generic)
    .map(({ path, kind, required, fallback, meaning }) => [
      `\`${path}\``,
      kind,
      required ? 'yes' : '',
      fallback,
      meaning,
    ]),
)}
${genericText(fields.filter((each) => each.generic))}
Any text may be, or contain, a parameter or a reference: \`\${params.name}\`, \`\${component.output}\`.
${ownedText(type)}
## Outputs

${table(
  ['Output', 'What it is', 'After delete and create', 'After an update'],
  Object.entries(type.traits.outputs).map(([name, each]) => [
    `\`${name}\``,
    each.description,
    each.onReplace === 'same' ? 'the same value' : 'a new value',
    each.onUpdate === 'new' ? 'a new value' : 'the same value',
  ]),
)}

## How plans treat it

${table(
  ['Rule', 'Here'],
  [
    ['Found by', words(type.traits.locators) || 'its tags and its whole spec'],
    ['Lives in', words(type.traits.containers) || 'nothing: looked up by itself'],
    ['Cannot be changed in place', words(type.traits.immutable) || 'nothing'],
    ...(type.traits.sensitive?.onlyByParam === undefined
      ? []
      : [['Filled in from a sensitive parameter only', words(type.traits.sensitive.onlyByParam)]]),
    ['May be `shared`', yesNo(type.traits.shareable)],
    ['May be created and deleted by a playbook', yesNo(type.traits.ownable)],
    ['A leftover that fits may stay', yesNo(type.traits.reuse)],
    ['Does nothing when unused, so `rebuild` keeps it', yesNo(type.traits.inert)],
    ['These must let go of it before it is deleted', words(type.traits.heldBy) || 'none'],
    ['When it is in sync and still unhealthy', remedies[type.traits.remedy]],
  ],
)}

${severitiesText(type)}## Typical times

${table(
  ['Change', 'Seconds'],
  ['create', 'update', 'delete'].map((action) => [action, secondsOf(type, action)]),
)}

Estimates for the smallest spec; plans work them out from the real one. AWS decides.

## Permissions

Read:

${list(type.traits.permissions.read)}
${ownedReads(type)}
Write:

${list(type.traits.permissions.write)}
`;
}

/** How bad a scan tells a difference to be. */
function severitiesText({ judging: { severities } }) {
  if (severities.length === 0) return '';
  return `## How bad a difference is

[Scans](../scans.md) tell the first that fits; any other field is \`medium\`, and a reference to what is gone \`high\`.

${table(
  ['Field', 'Where the playbook wants', 'Severity', 'It means'],
  severities.map(({ field, means = '', severity, wanted }) => [
    `\`${field}\``,
    wanted === undefined ? '' : wanted.map((each) => `\`${JSON.stringify(each)}\``).join(', '),
    severity,
    means,
  ]),
)}

`;
}

/** What AWS's input has besides: by the hundred in some types, and looked up by name. */
function genericText(fields) {
  if (fields.length === 0) return '';
  return `
All else that AWS's input has can be said too, by AWS's name in camelCase and with AWS's meaning:

<details>
<summary>${fields.length} more fields</summary>

${table(
  ['Field', 'Type', 'Required'],
  fields.map(({ path, kind, required }) => [`\`${path}\``, kind, required ? 'yes' : '']),
)}

</details>
`;
}

function ownedReads({
  traits: {
    permissions: { readOwned = [] },
  },
}) {
  return readOwned.length === 0 ? '' : `\nRead, of pieces that are not \`shared\`:\n\n${list(readOwned)}\n`;
}

const remedies = {
  update: 'it is updated: tried anew without a change of its fields',
  replace: 'it is replaced',
  'replace-stuck': 'it is replaced where waiting does not heal it, else watched',
  none: 'it is watched: no change of it would help',
};

function ownedText(type) {
  const needs = type.traits.requiredWhenOwned ?? [];
  if (needs.length === 0) return '';
  const texts = needs.map((need) => (typeof need === 'string' ? code(need) : `one of ${words(need)}`));
  return `\nUnless it is \`shared\`, it also needs ${texts.join(', and ')}.\n`;
}

/** The smallest spec that the schema describes, for an estimate; what cannot be told is left open. */
function secondsOf(type, action) {
  try {
    const seconds = type.time.estimate(action, {}, undefined);
    return Number.isFinite(seconds) ? `about ${seconds}` : 'depends on the spec';
  } catch {
    return 'depends on the spec';
  }
}

// --- Fields of a JSON Schema ----------------------------------------------------------------------------------------

/** How members are described that have no rule written by hand: src/components/kit/members/schema.ts. */
const genericMark = 'AWS: ';

function fieldsOf(schema, definitions, base, within = false) {
  const { properties = {}, required = [] } = resolve(schema, definitions);
  return Object.entries(properties).flatMap(([name, raw]) => {
    const inner = resolve(raw, definitions);
    const path = `${base}${name}`;
    const meaning = raw.description ?? inner.description ?? '';
    const generic = within || meaning.startsWith(genericMark);
    const own = {
      path,
      kind: kindOf(inner, definitions),
      required: required.includes(name),
      fallback: 'default' in raw ? code(JSON.stringify(raw.default)) : '',
      meaning,
      generic,
    };
    const item = inner.type === 'array' ? resolve(inner.items ?? {}, definitions) : undefined;
    const below = item === undefined ? [inner, `${path}.`] : [item, `${path}[].`];
    return [own, ...fieldsOf(below[0], definitions, below[1], generic)];
  });
}

function resolve(schema, definitions) {
  const name = /^#\/\$defs\/(.*)$/.exec(schema.$ref ?? '')?.[1];
  return name === undefined ? schema : (definitions[name] ?? {});
}

function kindOf(schema, definitions) {
  const own = resolve(schema, definitions);
  // A value that may hold values of its own kind.
  if (schema.$ref !== undefined && own.anyOf !== undefined) return 'any value';
  const variants = own.anyOf ?? own.oneOf;
  if (variants !== undefined) return unique(variants.map((each) => kindOf(each, definitions))).join(' or ');
  if (own.enum !== undefined) return own.enum.map((each) => code(String(each))).join(', ');
  if (own.const !== undefined) return code(String(own.const));
  switch (own.type) {
    case 'string':
      return `text${own.maxLength === undefined ? '' : `, at most ${own.maxLength}`}`;
    case 'integer':
    case 'number':
      return `${own.type}${boundsOf(own)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `list of ${kindOf(own.items ?? {}, definitions)}`;
    case 'object':
      return own.properties === undefined ? `map of ${kindOf(own.additionalProperties ?? {}, definitions)}` : 'map';
    default:
      return 'any value';
  }
}

function boundsOf({ minimum, maximum }) {
  const low = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const high = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (low === undefined && high === undefined) return '';
  if (high === undefined) return `, at least ${low}`;
  return low === undefined ? `, at most ${high}` : ` from ${low} to ${high}`;
}

// --- Markdown -------------------------------------------------------------------------------------------------------

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function list(items) {
  return items.map((each) => `- \`${each}\``).join('\n');
}

function words(items) {
  return items.map(code).join(', ');
}

function code(text) {
  return `\`${text}\``;
}

function yesNo(value) {
  return value ? 'yes' : 'no';
}

function unique(items) {
  return [...new Set(items)].sort();
}
