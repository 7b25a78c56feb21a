// Pictures of a graph, for people (text, mermaid) and for tools (dot, json). Pure text; no layout.
import { unreachable } from '../util/unreachable.ts';
import { criticalPathOf, wavesOf, type Graph } from './graph.ts';
import { linesText, shown } from '../util/shown.ts';

export const graphFormats = ['text', 'mermaid', 'dot', 'json'] as const;
export type GraphFormat = (typeof graphFormats)[number];

/** What a picture says of a node besides its id. */
export interface NodeNote {
  readonly type: string;
  readonly shared: boolean;
  /** The owner's id, undefined when nobody owns it. */
  readonly owner: string | undefined;
  /** Typical seconds to create it; 0 for shared ones. */
  readonly seconds: number;
}

/** Draws a graph of components. */
export function drawGraph(graph: Graph, noteOf: (node: string) => NodeNote, format: GraphFormat): string {
  switch (format) {
    case 'text':
      return textPicture(graph, noteOf);
    case 'mermaid':
      return mermaidPicture(graph, noteOf);
    case 'dot':
      return dotPicture(graph, noteOf);
    case 'json':
      return `${JSON.stringify(graphJson(graph, noteOf), null, 2)}\n`;
    default:
      return unreachable(format);
  }
}

/** The graph as a JSON value, `version` 1: nodes with their wave, edges with their reasons, orders and critical path. */
export function graphJson(graph: Graph, noteOf: (node: string) => NodeNote): object {
  const waves = wavesOf(graph);
  const waveOf = new Map(waves.flatMap((wave, index) => wave.map((node) => [node, index + 1] as const)));
  const critical = criticalPathOf(graph, (node) => noteOf(node).seconds);
  return {
    version: 1,
    nodes: graph.nodes.map((id) => {
      const { type, shared, owner, seconds } = noteOf(id);
      return { id, type, shared, owner: owner ?? null, wave: waveOf.get(id), estimateSeconds: seconds };
    }),
    edges: graph.edges.map(({ from, to, because }) => ({ component: to, needs: from, because })),
    createOrder: graph.createOrder,
    deleteOrder: graph.deleteOrder,
    waves,
    criticalPath: { components: critical.path, seconds: critical.total },
  };
}

function textPicture(graph: Graph, noteOf: (node: string) => NodeNote): string {
  const width = Math.max(0, ...graph.nodes.map((node) => node.length));
  const lines: string[] = [];
  wavesOf(graph).forEach((wave, index) => {
    lines.push(`wave ${index + 1}`);
    for (const node of wave) {
      const note = noteOf(node);
      const needs = graph.dependenciesOf(node);
      lines.push(
        `  ${node.padEnd(width)}  ${note.type}${note.shared ? ' (shared)' : ''}` +
          (needs.length === 0 ? '' : `  needs ${needs.join(', ')}`),
      );
    }
  });
  const critical = criticalPathOf(graph, (node) => noteOf(node).seconds);
  lines.push('', `create order   ${graph.createOrder.join(' → ')}`, `delete order   ${graph.deleteOrder.join(' → ')}`);
  lines.push(`critical path  ${critical.path.join(' → ')}  (about ${critical.total} s to create)`);
  return linesText(lines);
}

function mermaidPicture(graph: Graph, noteOf: (node: string) => NodeNote): string {
  const name = new Map(graph.nodes.map((node, index) => [node, `c${index}`]));
  const lines = ['flowchart BT'];
  for (const node of graph.nodes) {
    const { type, shared } = noteOf(node);
    const label = `"${mermaidText(node)}<br/><small>${mermaidText(type)}</small>"`;
    lines.push(`  ${name.get(node) ?? ''}${shared ? `([${label}])` : `[${label}]`}`);
  }
  for (const { from, to } of graph.edges) lines.push(`  ${name.get(to) ?? ''} --> ${name.get(from) ?? ''}`);
  return linesText(lines);
}

/** Quotes, brackets and the like as Mermaid's entity codes, so that a label stays one [Mermaid, Entity codes]. */
function mermaidText(text: string): string {
  return shown(text).replaceAll(/[^\p{L}\p{N} _./:-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}

function dotPicture(graph: Graph, noteOf: (node: string) => NodeNote): string {
  const escape = (text: string): string => shown(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const quote = (text: string): string => `"${escape(text)}"`;
  const lines = ['digraph playbook {', '  rankdir=BT;', '  node [shape=box];'];
  for (const node of graph.nodes) {
    const { type, shared } = noteOf(node);
    lines.push(`  ${quote(node)} [label="${escape(node)}\\n${escape(type)}"${shared ? ', style=rounded' : ''}];`);
  }
  for (const { from, to } of graph.edges) lines.push(`  ${quote(to)} -> ${quote(from)};`);
  lines.push('}');
  return linesText(lines);
}
