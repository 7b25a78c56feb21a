// The report of a run for people elsewhere: one HTML file that asks nobody for anything, and Markdown for an issue.
import { describe, expect, test } from 'vitest';
import { graphSvg } from '../../../src/report/document/html/graph-svg.ts';
import { markup } from '../../../src/report/document/html/markup.ts';
import { runPage } from '../../../src/report/run-document.ts';
import { timeBars } from '../../../src/report/document/html/time-bars.ts';
import { foldReport, type RunReport } from '../../../src/report/report.ts';
import { runMarkdown } from '../../../src/report/run-document.ts';
import type { JournalRecord } from '../../../src/run/journal/events.ts';
import { httpCheck } from '../../helpers/playbook.ts';
import { awsError } from '../../helpers/scripted.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';

const approval = { how: 'typed-name', by: 'ann@laptop', at: '2026-01-01T00:00:00.000Z' } as const;

async function recordsOf(fail: boolean): Promise<readonly JournalRecord[]> {
  const rig = scriptedRig('net shared; lb -> net.name; service -> in=net.name, lb.arn; record -> lb.arn', {
    rto: 300_000,
    verify: [httpCheck('https://shop.example/health')],
  });
  rig.world.takes.create = 40;
  rig.world.remove('service', 'record');
  const refuse = (): never => {
    throw awsError('ResourceInUseException', 'an update is under way', 400);
  };
  const deny = (): never => {
    throw awsError('AccessDenied', 'user is not | authorized', 403);
  };
  if (fail) rig.world.on('create service', refuse, deny);
  const { journal } = await rig.run();
  return journal.records.map((record) => (record.type === 'run-started' ? { ...record, approval } : record));
}

/** Puts a text in the place of every text that a playbook, an operator or AWS can choose. */
function hostile(records: readonly JournalRecord[], text: string): RunReport {
  const chosen = new Set([
    'because',
    'detail',
    'message',
    'code',
    'by',
    'file',
    'alias',
    'before',
    'arn',
    'reason',
    'name',
  ]);
  const infect = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return chosen.has(key) ? text : value;
    if (Array.isArray(value)) return value.map((each) => infect(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, infect(member, name)]));
  };
  const report = foldReport(infect(records) as readonly JournalRecord[]);
  return {
    ...report,
    components: report.components.map((each) => ({
      ...each,
      id: `${each.id}${text}`,
      type: text,
      needs: each.needs.map((id) => `${id}${text}`),
    })),
    steps: report.steps.map((each) => ({ ...each, component: text })),
  };
}

const voidElements = new Set(['meta', 'br', 'rect', 'path', '!DOCTYPE']);

/** Reads a page strictly: quoted attributes, known entities, tags that close in order. Returns the names of its tags. */
function tagsOf(page: string): readonly string[] {
  const body = page.replace(/<style>[^<]*<\/style>/, '<style></style>');
  const open: string[] = [];
  const names: string[] = [];
  let end = 0;
  for (const match of body.matchAll(/<(\/?)([!a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/g)) {
    const text = body.slice(end, match.index);
    expect(text, 'text between tags').not.toMatch(/[<>]/);
    expect(text.replaceAll(/&(amp|lt|gt|quot|#39);/g, ''), 'entities').not.toContain('&');
    end = match.index + match[0].length;
    const [, closing, name = '', , selfClosing] = match;
    if (closing === '/') expect(open.pop(), `</${name}>`).toBe(name);
    else if (selfClosing !== '/' && name !== '!DOCTYPE') open.push(name);
    else expect(voidElements, `<${name}/>`).toContain(name);
    if (closing !== '/') names.push(name);
  }
  expect(body.slice(end).trim()).toBe('');
  expect(open).toEqual([]);
  return names;
}

describe('the HTML page', () => {
  test.each([['of a success', false] as const, ['of a failure', true] as const])(
    '%s is well formed',
    async (_, fail) => {
      const tags = tagsOf(runPage(foldReport(await recordsOf(fail))));
      expect(tags).toContain('svg');
      expect(tags.filter((each) => each === 'rect')).toHaveLength(4);
    },
  );

  test('asks nobody for anything: no script, no link, no address that a browser would fetch', async () => {
    const page = runPage(foldReport(await recordsOf(true)));
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base|form|video|audio|source|use|image|a)\b/i);
    expect(page).not.toMatch(/\b(src|href|action|srcset|data|poster|xlink:href)\s*=/i);
    expect(page).not.toMatch(/url\(|@import|javascript:/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    '</title></style><b>',
    '&lt;script&gt; & \u0000\u001b[31m',
    ']]> --> <!-- -->',
  ])('takes %j for text wherever it comes from', async (text) => {
    const records = await recordsOf(true);
    const before = tagsOf(runPage(foldReport(records)));
    const page = runPage(hostile(records, text));
    const after = tagsOf(page);
    // What is drawn depends on ids and not on these texts, so no text may add a kind of tag.
    expect(new Set(after)).toEqual(new Set(before));
    expect(page).not.toMatch(/[\u0000\u001b]/);
  });

  test('tells the result, the measured time against the objective, the approver and the root cause', async () => {
    const good = runPage(foldReport(await recordsOf(false)));
    expect(good).toContain('shop is back');
    expect(good).toMatch(/The last probe was green \d+ s after the start; the objective of 5m00s is met/);
    expect(good).toContain('ann@laptop, who typed the playbook’s name on the terminal');
    const bad = runPage(foldReport(await recordsOf(true)));
    expect(bad).toContain('shop is not back');
    expect(bad).toContain('AccessDenied: user is not | authorized');
    expect(bad).toContain('What was not done, and why');
    expect(bad).toContain('ResourceInUseException (conflict); again in 1 s');
  });
});

describe('the numbers at the top', () => {
  const tilesOf = (report: RunReport): readonly string[] =>
    [...runPage(report).matchAll(/<div class="tile [a-z]+"><b>([^<]*)<\/b><span>([^<]*)<\/span><\/div>/g)].map(
      ([, value = '', label = '']) => `${value}: ${label}`,
    );
  const forecast = {
    p50Seconds: 92,
    p95Seconds: 123,
    sources: [],
    measuredSeconds: 90,
    waitedForPeopleSeconds: 0,
    within: 'p50',
  } as const;

  test('one forecast, beside the objective, and the same time only once', async () => {
    const report = foldReport(await recordsOf(false));
    const measuredSeconds = report.durationSeconds;
    const objective = { ...report.objective, measuredSeconds };
    const tiles = tilesOf({ ...report, forecast, objective });
    expect(tiles.filter((each) => /whole run|planned/.test(each))).toEqual([]);
    expect(tiles[0]).toMatch(/^\d+ s: from start to last green probe; objective 5m00s, met$/);
    expect(tiles[1]).toBe('1m32s: forecast (p50); at worst 2m03s (p95); objective 5m00s');

    const longer = tilesOf({ ...report, forecast, objective, durationSeconds: measuredSeconds + 60 });
    expect(longer.filter((each) => each.endsWith(': whole run'))).toHaveLength(1);
  });

  test('without a forecast or a measured time', async () => {
    const report = foldReport(await recordsOf(true));
    const tiles = tilesOf({ ...report, forecast: null });
    expect(tiles[0]).toMatch(/^\?: recovery time, not measured; objective 5m00s/);
    expect(tiles[1]).toMatch(/: planned, by estimate$/);
    expect(tiles[2]).toMatch(/: whole run$/);
  });
});

describe('a drawing', () => {
  const node = (id: string): Parameters<typeof graphSvg>[0][number] => ({
    id,
    notes: ['type'],
    tone: 'quiet',
    dashed: false,
  });

  test('has a box for each node and a line for each edge; edges to nowhere and to oneself are left out', () => {
    const edges = [
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c' },
      { from: 'b', to: 'b' },
      { from: 'gone', to: 'c' },
    ];
    const svg = graphSvg(['a', 'b', 'c'].map(node), edges, 'three').markup;
    expect(svg.match(/<rect/g)).toHaveLength(3);
    expect(svg.match(/class="edge"/g)).toHaveLength(2);
    expect(svg).not.toContain('NaN');
  });

  test('stands a cycle, which no sound playbook has but a damaged journal may', () => {
    const svg = graphSvg(
      ['a', 'b'].map(node),
      [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
      'cycle',
    ).markup;
    expect(svg.match(/<rect/g)).toHaveLength(2);
  });

  test('no two boxes overlap', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `node-${index}`);
    const edges = ids.flatMap((to, index) =>
      [1, 2, 5].flatMap((back) => (index >= back ? [{ from: ids[index - back] ?? '', to }] : [])),
    );
    const svg = graphSvg(ids.map(node), edges, 'thirty').markup;
    const boxes = [...svg.matchAll(/<rect class="box" x="([\d.-]+)" y="([\d.-]+)" width="(\d+)" height="(\d+)"/g)].map(
      ([, x, y, width, height]) => ({ x: Number(x), y: Number(y), width: Number(width), height: Number(height) }),
    );
    expect(boxes).toHaveLength(30);
    const overlapping = boxes.flatMap((one, index) =>
      boxes
        .slice(index + 1)
        .filter(
          (other) =>
            one.x < other.x + other.width &&
            other.x < one.x + one.width &&
            one.y < other.y + other.height &&
            other.y < one.y + one.height,
        ),
    );
    expect(overlapping).toEqual([]);
  });
});

test('time bars stay on their axis, whatever they are given', () => {
  const segments = [
    { kind: 'acting', from: -5, to: 5, title: 'x' },
    { kind: 'settling', from: 5, to: 50, title: 'y' },
  ] as const;
  const row = {
    name: 'a',
    tone: 'good',
    word: undefined,
    from: 0,
    segments,
    retries: [{ at: 99, title: 'z' }],
    said: '',
  } as const;
  const bars = timeBars({ rows: [row], seconds: 10, limit: { at: 20, title: 'objective' } }).markup;
  const numbers = [...bars.matchAll(/(?:left|width):([\d.-]+)%/g)].map(([, number]) => Number(number));
  expect(numbers.every((each) => each >= 0 && each <= 100)).toBe(true);
  expect(bars).not.toContain('class="limit"');
});

test('markup escapes what is inserted, and nothing twice', () => {
  const inner = markup`<b title="${'"x"'}">${'<&>'}</b>`;
  expect(markup`<p>${inner}${[inner]}${undefined}${7}</p>`.markup).toBe(
    '<p><b title="&quot;x&quot;">&lt;&amp;&gt;</b><b title="&quot;x&quot;">&lt;&amp;&gt;</b>7</p>',
  );
});

describe('the Markdown', () => {
  test('of a failure', async () => {
    const text = runMarkdown(foldReport(await recordsOf(true))).replaceAll(/`[0-9a-f]{64}`/g, '`<digest>`');
    expect(text).toMatchInlineSnapshot(`
      "# shop is not back: a part of it was done (partly done)

      A repair of shop was begun at 2026-01-01 00:00:00 UTC in account 123456789012 (shop-prod), eu-west-1; it ended after 45 s. Not every probe became green, and the objective is 5m00s. 1 of 3 steps was done, 0 pieces were taken away, 2 things were left undone.

      ## What was not done, and why

      | What |  | Why | Root causes |
      | --- | --- | --- | --- |
      | \`service.create\` | failed | AccessDenied: user is not \\| authorized |  |
      | \`verify-1\` | skipped | waited for service.create, which failed | \`service.create\` |

      ## Who, where, and by which plan

      - **Playbook**: shop (playbook.yaml), digest \`digest\`
      - **Place**: account 123456789012 (shop-prod), eu-west-1
      - **Acting as**: \`arn:aws:sts::123456789012:assumed-role/ops/ann\`
      - **Approved by**: ann@laptop, who typed the playbook’s name on the terminal at 2026-01-01 00:00:00 UTC
      - **Plan**: repair, SHA-256 \`<digest>\`
      - **Began**: 2026-01-01 00:00:00 UTC
      - **Ended**: 2026-01-01 00:00:45 UTC
      - **Run**: \`run-1\`, relight test

      ## The components and what became of them

      \`\`\`mermaid
      flowchart TB
        c0(["net<br/>test/node<br/>kept"]):::quiet
        c1["lb<br/>test/node<br/>kept"]:::quiet
        c2["service<br/>test/node<br/>failed"]:::bad
        c3["record<br/>test/node<br/>created"]:::good
        c0 --> c1
        c0 --> c2
        c1 --> c2
        c1 --> c3
        classDef good stroke:#1a7f45,stroke-width:2px
        classDef change stroke:#1761c7,stroke-width:2px
        classDef warn stroke:#b07300,stroke-width:2px
        classDef bad stroke:#bf2334,stroke-width:2px
        classDef quiet stroke:#7b8794,stroke-width:2px
      \`\`\`

      ## The time of each step

      | Step |  | Began | Took | Expected | Tries | Own calls | Looks | Why, and how it went |
      | --- | --- | --- | --- | --- | --- | --- | --- | --- |
      | \`service.create\` | failed | +0 s | 1 s | 10 s | 2 | 0 | 2 | missing — AccessDenied: user is not \\| authorized |
      | \`record.create\` | done | +0 s | 45 s | 10 s | 1 | 0 | 8 | missing |
      | \`verify-1\` http https:<!-- -->//shop.example/health | skipped |  |  | 2 s |  |  |  | proves that the service answers — waited for service.create, which failed |

      The chain that took the time: \`record.create\`

      Waited for longest:

      - 45 s: \`record.create\` for is being created
      - 1 s: \`service.create\` for ResourceInUseException: an update is under way

      ## Retries

      | When | Step | Class | What AWS said | Pause |
      | --- | --- | --- | --- | --- |
      | +0 s | \`service.create\` | conflict | ResourceInUseException: an update is under way | 1 s |

      ## Every component

      | Component | Type | Found | Outcome | Because |
      | --- | --- | --- | --- | --- |
      | \`net\` | test/node (shared) | healthy | kept | shared |
      | \`lb\` | test/node | healthy | kept | healthy |
      | \`service\` | test/node | missing | failed | missing |
      | \`record\` | test/node | missing | created | missing |
      "
    `);
  });

  test.each(['<script>alert(1)</script>', '| a | b |', '`x`', '[x](http://evil.example)', '# x', '\n\n# x'])(
    'takes %j for text',
    async (hostileText) => {
      const records = await recordsOf(true);
      const count = (text: string): readonly number[] => {
        const lines = text.split('\n');
        const cells = (line: string): number => line.replaceAll('\\|', '').split('|').length;
        return [lines.length, ...lines.filter((line) => line.startsWith('|')).map(cells)];
      };
      const text = runMarkdown(hostile(records, hostileText));
      expect(count(text)).toEqual(count(runMarkdown(foldReport(records))));
      expect(text.replaceAll(/`[^`]*`/g, '')).not.toMatch(/<script|(?<!\\)\]\(http/);
    },
  );
});
