// A comparison of two services as a page.
import {
  unexpectedIn,
  type ComparedPiece,
  type FactDifference,
  type PieceStatus,
  type Severity,
  type Side,
} from '../compare/comparison.ts';
import { differenceWords, headlineOf } from '../compare/words.ts';
import { groupBy } from '../util/group-by.ts';
import type { Json } from '../util/json.ts';
import { bothSides, isSamePlace, resultOf, verdictWords, type CompareView } from './compare-view.ts';
import {
  badge,
  code,
  note,
  numbers,
  table,
  wide,
  type Badge,
  type Block,
  type Document,
  type Text,
  type Tile,
  type Tone,
} from './document/document.ts';
import { documentPage } from './document/html/page.ts';
import { instantText } from './run-words.ts';

/** Stands in every page, and tells it from other files. */
export const compareKicker = 'relight compare';

/** One file for a browser. */
export function comparePage(view: CompareView): string {
  return documentPage(compareDocument(view));
}

function compareDocument(view: CompareView): Document {
  const { comparison, labels } = view;
  const unexpected = unexpectedIn(comparison);
  const expected = comparison.differences.filter((each) => each.expected !== null);
  return {
    title: `${labels.left} and ${labels.right} compared`,
    kicker: compareKicker,
    headline: `${labels.left} and ${labels.right}`,
    verdict: [resultBadge(view)],
    opening: [
      { kind: 'lead', text: headlineOf(comparison, labels) ?? verdictWords(view) },
      { kind: 'tiles', tiles: tilesOf(view) },
    ],
    sections: [
      { title: 'The two places', blocks: [placesTable(view)] },
      {
        title: 'What differs, and nobody expects it',
        blocks: [...groupBy(unexpected, ({ component }) => component)].map(([component, all]) =>
          partOf(component, all, view),
        ),
      },
      { title: 'What cannot be told', blocks: [unseenTable(view)] },
      { title: 'What is expected to differ', blocks: [expectedTable(expected, view)] },
      {
        title: 'Expected, and no longer so',
        blocks: [
          note('Nothing fits these any more: they can go, or something has changed that should not have.'),
          staleTable(view),
        ],
      },
      { title: 'Every component', blocks: [piecesTable(view)] },
    ],
    footer: [
      'What AWS said of both, read by relight and changed by nobody. Accounts, regions, ids that AWS makes up and names of the same ',
      'component count as alike. Values of secrets are not compared and not shown. All times in UTC.',
    ],
  };
}

function resultBadge(view: CompareView): Badge {
  switch (resultOf(view.comparison)) {
    case 'alike':
      return badge('alike', 'good');
    case 'differs':
      return badge('differs', 'bad');
    case 'incomplete':
      return badge('not all was seen', 'warn');
  }
}

function tilesOf({ comparison }: CompareView): readonly Tile[] {
  const { differences, pieces, stale, unseen } = comparison;
  const open = unexpectedIn(comparison).length;
  const alike = pieces.filter(({ status }) => status === 'alike').length;
  const tile = (value: number, label: string, tone: Tone): Tile => ({ value: String(value), label, tone });
  return [
    tile(
      open,
      open === 1 ? 'difference that nobody expects' : 'differences that nobody expects',
      open === 0 ? 'good' : 'bad',
    ),
    tile(differences.length - open, 'expected', 'quiet'),
    tile(unseen.length, 'cannot be told', unseen.length === 0 ? 'quiet' : 'warn'),
    ...(stale.length === 0 ? [] : [tile(stale.length, 'expected, and no longer so', 'warn')]),
    tile(alike, `of ${pieces.length} components are alike`, 'quiet'),
  ];
}

const sideTones: Readonly<Record<Side, Tone>> = { left: 'change', right: 'warn' };

/** As on the terminal: a colour for each side, and production's own where only one of them is that. */
function sideBadge(side: Side, { labels, sides }: CompareView): Badge {
  const [left, right] = bothSides.map((each) => sides[each].place.environment === 'production');
  const isProduction = left !== right && (side === 'left' ? left : right) === true;
  return badge(labels[side], isProduction ? 'bad' : sideTones[side]);
}

function placesTable(view: CompareView): Block {
  const row = (name: string, of: (side: Side) => Text): readonly Text[] => [name, of('left'), of('right')];
  const place = (side: Side): CompareView['sides'][Side]['place'] => view.sides[side].place;
  return table(
    ['', wide(''), wide('')],
    [
      row('Side', (side) => sideBadge(side, view)),
      row('Account', (side) => ({ kind: 'strong', text: place(side).account })),
      row('Alias', (side) => place(side).alias ?? (place(side).aliasDetail === null ? '(none)' : 'not readable')),
      row('Region', (side) => place(side).region),
      row('Environment', (side) => place(side).environment ?? 'not named'),
      row('Where', (side) => whereWords(place(side))),
      row('Playbook', (side) => [
        code(view.sides[side].playbook.name),
        { kind: 'aside', text: view.sides[side].playbook.file },
      ]),
      row('As', (side) => code(place(side).arn)),
      row('Looked at', (side) => instantText(new Date(view.sides[side].observedAt).toISOString())),
    ],
    isSamePlace(view) ? 'Both are in the same account and region' : undefined,
  );
}

function whereWords({ endpoint, sandbox }: CompareView['sides'][Side]['place']): string {
  return sandbox ? 'a sandbox, not AWS' : endpoint === null ? 'AWS' : `${endpoint}, not AWS`;
}

const tones: Readonly<Record<Severity, Tone>> = { high: 'bad', medium: 'warn', low: 'change' };

function partOf(component: string, differences: readonly FactDifference[], view: CompareView): Block {
  const { labels } = view;
  const piece = view.comparison.pieces.find((each) => each.component === component);
  return {
    kind: 'part',
    title: component,
    blocks: [
      ...(piece === undefined ? [] : [{ kind: 'paragraph' as const, text: calledText(piece, view) }]),
      table(
        ['Setting', wide(labels.left), wide(labels.right), 'How'],
        differences.map((each) => [
          each.field === null ? 'the whole of it' : code(each.field),
          valueOf(each, 'left'),
          valueOf(each, 'right'),
          badge(differenceWords(each, labels), each.follows === null ? tones[each.severity] : 'quiet'),
        ]),
      ),
    ],
  };
}

function valueOf(difference: FactDifference, side: Side): Text {
  const { field, kind } = difference;
  if (field === null && kind !== 'type') {
    return kind === (side === difference.side ? 'missing' : 'only') ? '(none)' : 'there';
  }
  return valueCell(difference[side]);
}

const longestValue = 600;

function valueCell(value: Json | undefined): Text {
  if (value === undefined) return '(none)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return code(text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`);
}

function calledText({ called, ids, type }: ComparedPiece, { labels }: CompareView): Text {
  const other =
    ids.left !== null && ids.right !== null && ids.left !== ids.right ? `, ${ids.right} in ${labels.right}` : '';
  const names = [...new Set(bothSides.flatMap((side) => called[side] ?? []))];
  return [`${type}${other}: `, ...names.flatMap((name, index) => [...(index === 0 ? [] : [' and ']), code(name)])];
}

function unseenTable(view: CompareView): Block {
  return table(
    ['Component', 'Setting', 'Where', wide('Why')],
    view.comparison.unseen.map(({ component, field, side, why }) => [
      code(component),
      field === null ? 'all of it' : code(field),
      sideBadge(side, view),
      why,
    ]),
  );
}

function expectedTable(expected: readonly FactDifference[], { labels }: CompareView): Block {
  return table(
    ['Component', 'Setting', wide(labels.left), wide(labels.right), 'How', wide('Because')],
    expected.map((each) => [
      code(each.component),
      each.field === null ? 'the whole of it' : code(each.field),
      valueOf(each, 'left'),
      valueOf(each, 'right'),
      differenceWords(each, labels),
      each.expected === null ? undefined : each.expected.because,
    ]),
  );
}

function staleTable(view: CompareView): Block {
  return table(
    ['Component', 'Setting', 'Said by', wide('Because'), wide('Now')],
    view.comparison.stale.map(({ as, because, by, component, field, is, why }) => [
      code(component),
      as === undefined ? `${field ?? 'the whole of it'}${is === undefined ? '' : ` (${is})`}` : `as ${as}`,
      sideBadge(by, view),
      because,
      why,
    ]),
  );
}

const statusBadges: Readonly<Record<PieceStatus, Badge>> = {
  alike: badge('alike', 'good'),
  differs: badge('differs', 'warn'),
  only: badge('on one side', 'bad'),
  missing: badge('missing on both', 'quiet'),
  unseen: badge('cannot be told', 'warn'),
};

function piecesTable({ comparison, labels }: CompareView): Block {
  return table(
    ['Component', 'Type', '', wide(labels.left), wide(labels.right), numbers('Compared'), numbers('Secrets')],
    comparison.pieces.map(({ called, compared, component, hidden, status, type }) => [
      code(component),
      type,
      statusBadges[status],
      called.left ?? '(none)',
      called.right ?? '(none)',
      String(compared),
      hidden === 0 ? '' : String(hidden),
    ]),
  );
}
