// A dependency graph as a drawing in layers: what is needed above, or left of, what needs it. dagre places boxes and
// lines (few crossings, and lines that go around boxes); this file only draws.
import { layout } from '@dagrejs/dagre';
import { Graph } from '@dagrejs/graphlib';
import { markup, type Markup } from './markup.ts';
import type { Tone } from './style.ts';

export interface GraphNode {
  readonly id: string;
  /** Below its name, a line each: what it is, what became of it. */
  readonly notes: readonly string[];
  readonly tone: Tone;
  /** Drawn with a dashed frame: something that others share. */
  readonly dashed: boolean;
}

/** `to` needs `from`. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** Beyond this nobody can read it, and placing it takes seconds. */
export const mostNodes = 150;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** dagre's own declarations do not resolve in ES modules: their imports lack endings. */
const place = layout as (graph: Graph) => unknown;

const padding = 13;
const longestText = 30;
const lineHeight = 16;
/** Pixels that a page has for a drawing. What is wider from top to bottom may be narrower from left to right. */
const roomy = 1040;
/** Shrunk further than this on a wide screen, nobody could read it: it scrolls instead. */
const smallestScale = 0.72;

/** @param label tells those who cannot see it what it shows */
export function graphSvg(nodes: readonly GraphNode[], edges: readonly GraphEdge[], label: string): Markup {
  const known = new Set(nodes.map((node) => node.id));
  const drawn = edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const downwards = placedIn('TB', nodes, drawn);
  const placed = widthOf(downwards) <= roomy ? downwards : narrower(downwards, placedIn('LR', nodes, drawn));
  const size = placed.graph() as { readonly height?: number };
  const wide = Math.ceil(widthOf(placed));
  const high = Math.ceil(size.height ?? 0);
  const lines = drawn.map(({ from, to }) => line(placed.edge(from, to).points ?? []));
  const boxes = nodes.map((node) => box(node, placed.node(node.id)));
  return markup`<div class="scroll"><svg class="graph" role="img" aria-label="${label}" xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" style="min-width:${Math.round(wide * smallestScale)}px" viewBox="0 0 ${wide} ${high}">
${lines}${boxes}</svg></div>
`;
}

type Placed = Graph<object, { width: number; height: number } & Partial<Point>, { points?: readonly Point[] }>;

function placedIn(rankdir: 'TB' | 'LR', nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Placed {
  const placed: Placed = new Graph();
  placed.setGraph({ rankdir, nodesep: 20, ranksep: 40, edgesep: 12, marginx: 2, marginy: 2 });
  for (const node of nodes) placed.setNode(node.id, sizeOf(node));
  for (const { from, to } of edges) placed.setEdge(from, to, {});
  place(placed as Graph);
  return placed;
}

function widthOf(placed: Placed): number {
  return (placed.graph() as { readonly width?: number }).width ?? 0;
}

function narrower(left: Placed, right: Placed): Placed {
  return widthOf(left) <= widthOf(right) ? left : right;
}

function sizeOf({ id, notes }: GraphNode): { width: number; height: number } {
  // All lines are set in a monospaced face: 13 px letters are about 7.9 px wide, 11.5 px letters 7 px.
  const widths = [shortened(id).length * 7.9, ...notes.map((note) => shortened(note).length * 7)];
  return { width: Math.ceil(Math.max(...widths) + 2 * padding), height: 30 + lineHeight * notes.length };
}

function box(node: GraphNode, place: { readonly width: number; readonly height: number } & Partial<Point>): Markup {
  const x = round((place.x ?? 0) - place.width / 2);
  const y = round((place.y ?? 0) - place.height / 2);
  const left = x + padding;
  const notes = node.notes.map(
    (note, index) =>
      markup`
<text class="note" x="${left}" y="${round(y + 20 + lineHeight * (index + 1))}">${shortened(note)}</text>`,
  );
  return markup`<g class="t-${node.tone}${node.dashed ? ' dashed' : ''}"><title>${node.id}: ${node.notes.join(', ')}</title>
<rect class="box" x="${x}" y="${y}" width="${place.width}" height="${place.height}" rx="7"/>
<text class="name" x="${left}" y="${round(y + 20)}">${shortened(node.id)}</text>${notes}</g>
`;
}

/** Through the midpoints between dagre's points, so that a bend is a curve; ends in a tip. */
function line(points: readonly Point[]): Markup {
  const [start] = points;
  const end = points.at(-1);
  if (start === undefined || end === undefined) return markup``;
  const parts = [`M${at(start)}`];
  for (let index = 1; index < points.length - 1; index += 1) {
    const bend = points[index];
    const next = points[index + 1];
    if (bend === undefined || next === undefined) continue;
    const goal = index === points.length - 2 ? next : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    parts.push(`Q${at(bend)} ${at(goal)}`);
  }
  if (points.length === 2) parts.push(`L${at(end)}`);
  return markup`<path class="edge" d="${parts.join(' ')}"/><path class="tip" d="${tip(points.at(-2) ?? start, end)}"/>
`;
}

function tip(from: Point, end: Point): string {
  const length = Math.hypot(end.x - from.x, end.y - from.y) || 1;
  const along = { x: ((end.x - from.x) / length) * 8, y: ((end.y - from.y) / length) * 8 };
  const side = { x: -along.y / 2, y: along.x / 2 };
  const left = { x: end.x - along.x + side.x, y: end.y - along.y + side.y };
  const right = { x: end.x - along.x - side.x, y: end.y - along.y - side.y };
  return `M${at(end)} L${at(left)} L${at(right)} Z`;
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortened(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}
