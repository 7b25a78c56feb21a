// Time bars: a row for each thing that took time, all on one axis. Plain boxes placed by percentages, so that they fit a
// telephone and a sheet of paper alike; what a bar shows is also told in words beside it.
import { durationText } from '../../../util/words.ts';
import type { BarRow, Bars } from '../document.ts';
import { markup, nothing, type Markup } from './markup.ts';

export function timeBars({ rows, seconds, limit, events = [], legend = [] }: Omit<Bars, 'kind'>): Markup {
  // A run of no length still has an axis.
  const span = Math.max(seconds, 1);
  const mark =
    limit === undefined || limit.at > span
      ? nothing
      : markup`<i class="limit" style="left:${percent(limit.at, span)}" title="${limit.title}"></i>`;
  const ticks = ticksFor(span).map(
    (tick) => markup`<span class="tick" style="left:${percent(tick, span)}">${durationText(tick)}</span>`,
  );
  const marks = events.map(
    ({ at, title }) => markup`<i class="event" style="left:${percent(at, span)}" title="${title}"></i>`,
  );
  const diamonds =
    marks.length === 0
      ? nothing
      : markup`<div class="bar axis events"><span class="name">meanwhile</span><div class="track">${marks}</div><span class="said"></span></div>\n`;
  return markup`${legendMarkup(legend)}<div class="bars">
<div class="bar axis"><span class="name"></span><div class="track">${ticks}</div><span class="said"></span></div>
${diamonds}${rows.map((row) => rowMarkup(row, span, markup`${marks}${mark}`))}</div>
`;
}

function legendMarkup(legend: NonNullable<Bars['legend']>): Markup {
  if (legend.length === 0) return nothing;
  const entries = legend.map(({ mark, text }) => {
    const sign = mark === 'retry' ? markup`<b style="color:var(--pausing)">↻ </b>` : markup`<i class="s-${mark}"></i>`;
    return markup`<li>${sign}${text}</li>`;
  });
  return markup`<ul class="legend">${entries}</ul>\n`;
}

function rowMarkup(row: BarRow, span: number, lines: Markup): Markup {
  // What took next to no time is a point, which is seen better than a hair.
  const length = row.segments.reduce((sum, { from, to }) => sum + to - from, 0);
  const shown = length * 200 < span ? [] : row.segments;
  const segments = shown.map(
    ({ kind, from, to, title }) =>
      markup`<i class="segment s-${kind}" style="left:${percent(from, span)};width:${percent(to - from, span)}" title="${title}"></i>`,
  );
  const retries = row.retries.map(
    ({ at, title }) => markup`<i class="retry" style="left:${percent(at, span)}" title="${title}"></i>`,
  );
  const before =
    row.from === null || row.from === 0
      ? nothing
      : markup`<i class="before" style="left:0;width:${percent(row.from, span)}"></i>`;
  const point =
    row.from === null || shown.length > 0
      ? nothing
      : markup`<i class="point" style="left:${percent(row.from, span)};color:var(--${row.tone})"></i>`;
  const word = row.word === undefined ? nothing : markup` <span class="badge ${row.word.tone}">${row.word.text}</span>`;
  return markup`<div class="bar"><span class="name">${row.name}${word}</span><div class="track">${before}${segments}${point}${retries}${lines}</div><span class="said">${row.said}</span></div>
`;
}

function percent(part: number, span: number): string {
  return `${Math.round((Math.min(Math.max(part, 0), span) / span) * 100_000) / 1000}%`;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** Round instants, five at most, and the end. */
function ticksFor(span: number): readonly number[] {
  const step = steps.find((each) => span / each <= 5) ?? Math.ceil(span / 5);
  const ticks: number[] = [];
  // None so near the end that the two would overlap.
  for (let tick = 0; tick < span - step / 2; tick += step) ticks.push(tick);
  return [...ticks, span];
}
