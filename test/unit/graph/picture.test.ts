// Pictures of a graph in all four formats.
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../src/graph/graph.ts';
import { drawGraph, type NodeNote } from '../../../src/graph/picture.ts';

const graph = buildGraph(
  ['table', 'load-balancer', 'listener', 'service', 'entry'],
  [
    { from: 'load-balancer', to: 'listener', because: ['spec.loadBalancer'] },
    { from: 'listener', to: 'service', because: ['dependsOn'] },
    { from: 'table', to: 'entry', because: ['spec.table'] },
    { from: 'service', to: 'entry', because: ['dependsOn', 'spec.attributes.arn'] },
  ],
);

const notes: Readonly<Record<string, NodeNote>> = {
  table: { type: 'dynamodb/table', shared: true, owner: undefined, seconds: 0 },
  'load-balancer': { type: 'elbv2/load-balancer', shared: false, owner: 'service', seconds: 150 },
  listener: { type: 'elbv2/listener', shared: false, owner: 'service', seconds: 2 },
  service: { type: 'ecs/service', shared: false, owner: undefined, seconds: 75 },
  entry: { type: 'dynamodb/item', shared: false, owner: 'service', seconds: 1 },
};

const noteOf = (node: string): NodeNote => notes[node] ?? { type: 'x', shared: false, owner: undefined, seconds: 0 };

describe('drawGraph', () => {
  test('text', () => {
    expect(drawGraph(graph, noteOf, 'text')).toMatchInlineSnapshot(`
      "wave 1
        table          dynamodb/table (shared)
        load-balancer  elbv2/load-balancer
      wave 2
        listener       elbv2/listener  needs load-balancer
      wave 3
        service        ecs/service  needs listener
      wave 4
        entry          dynamodb/item  needs table, service

      create order   table → load-balancer → listener → service → entry
      delete order   entry → service → listener → load-balancer → table
      critical path  load-balancer → listener → service → entry  (about 228 s to create)
      "
    `);
  });

  test('mermaid', () => {
    expect(drawGraph(graph, noteOf, 'mermaid')).toMatchInlineSnapshot(`
      "flowchart BT
        c0(["table<br/><small>dynamodb/table</small>"])
        c1["load-balancer<br/><small>elbv2/load-balancer</small>"]
        c2["listener<br/><small>elbv2/listener</small>"]
        c3["service<br/><small>ecs/service</small>"]
        c4["entry<br/><small>dynamodb/item</small>"]
        c2 --> c1
        c3 --> c2
        c4 --> c0
        c4 --> c3
      "
    `);
  });

  test('dot', () => {
    expect(drawGraph(graph, noteOf, 'dot')).toMatchInlineSnapshot(`
      "digraph playbook {
        rankdir=BT;
        node [shape=box];
        "table" [label="table\\ndynamodb/table", style=rounded];
        "load-balancer" [label="load-balancer\\nelbv2/load-balancer"];
        "listener" [label="listener\\nelbv2/listener"];
        "service" [label="service\\necs/service"];
        "entry" [label="entry\\ndynamodb/item"];
        "listener" -> "load-balancer";
        "service" -> "listener";
        "entry" -> "table";
        "entry" -> "service";
      }
      "
    `);
  });

  test('json', () => {
    expect(drawGraph(graph, noteOf, 'json')).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "nodes": [
          {
            "id": "table",
            "type": "dynamodb/table",
            "shared": true,
            "owner": null,
            "wave": 1,
            "estimateSeconds": 0
          },
          {
            "id": "load-balancer",
            "type": "elbv2/load-balancer",
            "shared": false,
            "owner": "service",
            "wave": 1,
            "estimateSeconds": 150
          },
          {
            "id": "listener",
            "type": "elbv2/listener",
            "shared": false,
            "owner": "service",
            "wave": 2,
            "estimateSeconds": 2
          },
          {
            "id": "service",
            "type": "ecs/service",
            "shared": false,
            "owner": null,
            "wave": 3,
            "estimateSeconds": 75
          },
          {
            "id": "entry",
            "type": "dynamodb/item",
            "shared": false,
            "owner": "service",
            "wave": 4,
            "estimateSeconds": 1
          }
        ],
        "edges": [
          {
            "component": "listener",
            "needs": "load-balancer",
            "because": [
              "spec.loadBalancer"
            ]
          },
          {
            "component": "service",
            "needs": "listener",
            "because": [
              "dependsOn"
            ]
          },
          {
            "component": "entry",
            "needs": "table",
            "because": [
              "spec.table"
            ]
          },
          {
            "component": "entry",
            "needs": "service",
            "because": [
              "dependsOn",
              "spec.attributes.arn"
            ]
          }
        ],
        "createOrder": [
          "table",
          "load-balancer",
          "listener",
          "service",
          "entry"
        ],
        "deleteOrder": [
          "entry",
          "service",
          "listener",
          "load-balancer",
          "table"
        ],
        "waves": [
          [
            "table",
            "load-balancer"
          ],
          [
            "listener"
          ],
          [
            "service"
          ],
          [
            "entry"
          ]
        ],
        "criticalPath": {
          "components": [
            "load-balancer",
            "listener",
            "service",
            "entry"
          ],
          "seconds": 228
        }
      }
      "
    `);
  });

  test('quotes in names do not break dot', () => {
    const odd = buildGraph(['a"b'], []);
    const label = { type: 't"\\', shared: false, owner: undefined, seconds: 0 };
    expect(drawGraph(odd, () => label, 'dot')).toContain('"a\\"b" [label="a\\"b\\nt\\"\\\\"];');
  });
});
