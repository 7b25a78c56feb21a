// A dependency graph as a drawing in layers: what is needed above, or left of, what needs it. dagre places the boxes
// and finds a way for each line; this file draws.
import { layout } from '@dagrejs/dagre';
import { Graph } from '@dagrejs/graphlib';
import type { GraphEdge, GraphNode } from '../document.ts';
import { markup, nothing, type Markup } from './markup.ts';

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
  const routes = routesIn(placed, drawn);
  const { left, top, width: wide, height: high } = boundsOf(placed, routes.flat());
  const lines = routes.map((route) => line(route, isAcross(placed)));
  const boxes = nodes.map((node) => box(node, placed.node(node.id)));
  return markup`<div class="scroll"><svg class="graph" role="img" aria-label="${label}" xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" style="min-width:${Math.round(wide * smallestScale)}px" viewBox="${left} ${top} ${wide} ${high}">
${lines}${boxes}</svg></div>
`;
}

type Placed = Graph<object, { width: number; height: number } & Partial<Point>, { points?: readonly Point[] }>;

function placedIn(rankdir: 'TB' | 'LR', nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Placed {
  const placed: Placed = new Graph();
  placed.setGraph({ rankdir, nodesep: 20, ranksep: rankdir === 'LR' ? 52 : 40, edgesep: 12, marginx: 2, marginy: 2 });
  for (const node of nodes) placed.setNode(node.id, sizeOf(node));
  for (const { from, to } of edges) placed.setEdge(from, to, {});
  place(placed as Graph);
  return placed;
}

/** dagre's own bounds leave out lines that go around the outermost boxes. */
function boundsOf(
  placed: Placed,
  points: readonly Point[],
): { left: number; top: number; width: number; height: number } {
  const { height = 0 } = placed.graph() as { readonly height?: number };
  const xs = [0, widthOf(placed), ...points.map(({ x }) => x)];
  const ys = [0, height, ...points.map(({ y }) => y)];
  // A pixel or two for the lines' own breadth.
  const left = Math.floor(Math.min(...xs)) - 2;
  const top = Math.floor(Math.min(...ys)) - 2;
  return { left, top, width: Math.ceil(Math.max(...xs)) + 2 - left, height: Math.ceil(Math.max(...ys)) + 2 - top };
}

/**
 * A line passes a layer between two boxes, and dagre names one point for it, in the middle of the layer. From there it
 * would run aslant and cut the corners of boxes: it goes straight through the whole depth of the layer instead, and
 * leaves and enters boxes by the sides that face the next layer. So it runs aslant between layers only.
 */
function routesIn(placed: Placed, edges: readonly GraphEdge[]): readonly (readonly Point[])[] {
  const across = isAcross(placed);
  const depths = new Map<number, number>();
  for (const id of placed.nodes()) {
    const { x = 0, y = 0, width, height } = placed.node(id);
    const layer = Math.round(across ? x : y);
    depths.set(layer, Math.max(depths.get(layer) ?? 0, (across ? width : height) / 2));
  }
  const moved = ({ x, y }: Point, by: number): Point => (across ? { x: x + by, y } : { x, y: y + by });
  const side = (id: string, which: -1 | 1): Point => {
    const { x = 0, y = 0, width, height } = placed.node(id);
    return moved({ x, y }, (which * (across ? width : height)) / 2);
  };
  return edges.map(({ from, to }) => {
    const between = (placed.edge(from, to).points ?? []).slice(1, -1);
    const through = between.flatMap((point) => {
      const depth = depths.get(Math.round(across ? point.x : point.y));
      return depth === undefined ? [] : [moved(point, -depth), moved(point, depth)];
    });
    return [side(from, 1), ...through, side(to, -1)];
  });
}

function isAcross(placed: Placed): boolean {
  return (placed.graph() as { readonly rankdir?: string }).rankdir === 'LR';
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

/** Straight through layers, and from one layer to the next in a curve that begins and ends at right angles to them. */
function line(points: readonly Point[], across: boolean): Markup {
  const [start, ...rest] = points;
  const end = rest.at(-1);
  if (start === undefined || end === undefined) return nothing;
  const parts = [`M${at(start)}`];
  let before = start;
  for (const point of rest) {
    const middle = across ? (before.x + point.x) / 2 : (before.y + point.y) / 2;
    const leave = across ? { x: middle, y: before.y } : { x: before.x, y: middle };
    const arrive = across ? { x: middle, y: point.y } : { x: point.x, y: middle };
    parts.push(`C${at(leave)} ${at(arrive)} ${at(point)}`);
    before = point;
  }
  const from = across ? { x: end.x - 1, y: end.y } : { x: end.x, y: end.y - 1 };
  return markup`<path class="edge" d="${parts.join(' ')}"/><path class="tip" d="${tip(from, end)}"/>
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
