// The look of a page: light and dark, on a telephone and on paper. Colours by meaning, and never colour alone.

/** Contrast of text on its ground is at least 4.5:1 in both schemes. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f5f7fa; --ink: #1a2230; --dim: #566172; --line: #d5dbe4;
  --good: #1a7f45; --good-ground: #e3f5ea; --change: #1761c7; --change-ground: #e4eefc;
  --warn: #8a5a00; --warn-ground: #fdf1d6; --bad: #bf2334; --bad-ground: #fde7e9;
  --quiet: #566172; --quiet-ground: #eef1f5;
  --looking: #8d99ab; --waiting: #e0a92e; --acting: #1761c7; --pausing: #d9534a; --settling: #5aa9e6; --verifying: #35a36a; --failed: #bf2334; --event: #7a3fc2;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11161d; --raised: #1a212b; --ink: #e6ebf2; --dim: #9aa7b8; --line: #303b49;
    --good: #5fd08f; --good-ground: #12301f; --change: #7db4ff; --change-ground: #14294a;
    --warn: #f0bd55; --warn-ground: #38290b; --bad: #ff8a92; --bad-ground: #43181d;
    --quiet: #9aa7b8; --quiet-ground: #222b37;
    --looking: #76849a; --waiting: #d9a534; --acting: #4d8ff0; --pausing: #e2645c; --settling: #3d83b8; --verifying: #3fae74; --failed: #ff6b75; --event: #c39bff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main, header.top, footer { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
header.top { padding-top: 32px; }
footer { padding-top: 16px; padding-bottom: 40px; color: var(--dim); font-size: 13px; }
h1 { margin: 4px 0 8px; font-size: 30px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 40px 0 12px; font-size: 19px; line-height: 1.3; }
h3 { margin: 24px 0 8px; font-size: 16px; line-height: 1.3; }
p { margin: 0 0 12px; max-width: 78ch; overflow-wrap: anywhere; }
li { overflow-wrap: anywhere; }
.kicker { color: var(--dim); font-size: 13px; letter-spacing: .04em; text-transform: uppercase; }
.lead { font-size: 17px; }
.dim { color: var(--dim); }
a { color: var(--change); }
/* Letters that run from right to left turn nothing around but themselves. */
p, li, td, th, dt, dd, h1, h2, h3, code, b, a, span, text, title { unicode-bidi: isolate; }
code { font: .92em var(--mono); overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 1px 9px; border-radius: 999px; font-size: 13px; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); background: var(--good-ground); }
.change { color: var(--change); background: var(--change-ground); }
.warn { color: var(--warn); background: var(--warn-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.quiet { color: var(--quiet); background: var(--quiet-ground); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 0; }
.tile { padding: 12px 14px; border-radius: 10px; }
.tile b { display: block; font-size: 25px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile span { display: block; font-size: 13px; line-height: 1.35; }
dl.facts { display: grid; grid-template-columns: minmax(110px, max-content) 1fr; gap: 6px 20px; margin: 0; }
dl.facts dt { color: var(--dim); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { margin-bottom: 16px; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 6px 14px 6px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; white-space: nowrap; }
td { overflow-wrap: break-word; min-width: 4.5em; }
td.wide { min-width: 16em; overflow-wrap: anywhere; }
td.number, th.number { width: 1%; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td code { white-space: nowrap; }
td.wide code { white-space: normal; }
ol.chain { display: flex; flex-wrap: wrap; gap: 6px 0; margin: 0 0 12px; padding: 0; list-style: none; }
ol.chain li:not(:last-child)::after { content: '→'; margin: 0 8px; color: var(--dim); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 12px; padding: 0; list-style: none; color: var(--dim); font-size: 13px; }
.legend i { display: inline-block; width: 13px; height: 13px; margin-right: 6px; border-radius: 3px; vertical-align: -2px; }
svg.graph { display: block; max-width: 100%; height: auto; margin: 0 auto; }
svg.graph text { font-family: var(--mono); }
svg.graph .name { font-size: 13px; font-weight: 600; fill: var(--ink); }
svg.graph .note { font-size: 11.5px; }
svg.graph .edge { fill: none; stroke: var(--dim); stroke-width: 1.3; opacity: .75; }
svg.graph .tip { fill: var(--dim); }
svg.graph .box { fill: var(--raised); stroke-width: 1.5; }
svg.graph .dashed .box { stroke-dasharray: 5 4; }
${(['good', 'change', 'warn', 'bad', 'quiet'] as const)
  .map(
    (tone) =>
      `svg.graph .t-${tone} .box { fill: var(--${tone}-ground); stroke: var(--${tone}); } svg.graph .t-${tone} .note { fill: var(--${tone}); }`,
  )
  .join('\n')}
.bars { margin-bottom: 20px; --name: 240px; --said: minmax(200px, 33%); font-size: 13px; }
.bar { display: grid; grid-template-columns: var(--name) 1fr var(--said); gap: 0 14px; align-items: center; padding: 3px 0; border-bottom: 1px solid var(--line); }
.bar .name { font-family: var(--mono); font-size: 12.5px; overflow-wrap: break-word; word-break: normal; }
.bar .said { color: var(--dim); line-height: 1.35; overflow-wrap: anywhere; }
.track { position: relative; height: 22px; }
.track > * { position: absolute; top: 4px; height: 14px; }
.track .segment { min-width: 2px; }
.track .before { top: 10.5px; height: 0; border-top: 1px dotted var(--dim); }
.track .point { top: 3px; width: 4px; height: 16px; margin-left: -1px; border-radius: 2px; background: currentColor; }
.track .retry { top: 0; height: 22px; width: 0; border-left: 2px solid var(--pausing); }
.track .retry::after { content: '↻'; position: absolute; left: -6px; top: -8px; color: var(--pausing); font-size: 12px; font-weight: 700; line-height: 1; }
.track .limit { top: 0; height: 100%; border-left: 2px dashed var(--bad); }
.track .event { top: 0; height: 100%; border-left: 1px solid var(--event); opacity: .55; }
.bar.events .name { color: var(--dim); }
.bar.events .track .event { top: 4px; width: 11px; height: 11px; margin-left: -5.5px; border: 0; background: var(--event); opacity: 1; transform: rotate(45deg); }
.bar.axis { padding: 0; }
.bar.axis .track { height: 20px; }
.track .tick { top: 0; height: 20px; color: var(--dim); font-size: 12px; white-space: nowrap; transform: translateX(-50%); }
.track .tick:first-child { transform: none; }
.track .tick:last-child { transform: translateX(-100%); }
${(['looking', 'waiting', 'acting', 'pausing', 'settling', 'verifying', 'failed'] as const)
  .map((kind) => `.s-${kind} { background: var(--${kind}); }`)
  .join('\n')}
.s-before { border-top: 1px dotted var(--dim); height: 0 !important; vertical-align: 4px !important; border-radius: 0 !important; }
@media (max-width: 760px) {
  main, header.top, footer { padding-left: 16px; padding-right: 16px; }
  h1 { font-size: 25px; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: 8px; }
  svg.graph { max-width: none; }
  .bar { grid-template-columns: 1fr; padding: 6px 0; }
  .bar .track { margin-top: 6px; }
}
@media print {
  :root {
    --ground: #fff; --raised: #f5f7fa; --ink: #000; --dim: #444c58; --line: #c4cad3;
    --good: #1a7f45; --good-ground: #e3f5ea; --change: #1761c7; --change-ground: #e4eefc;
    --warn: #8a5a00; --warn-ground: #fdf1d6; --bad: #bf2334; --bad-ground: #fde7e9; --quiet: #444c58; --quiet-ground: #eef1f5;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 12px; }
  main, header.top, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .scroll { overflow: visible; }
  h2, .tile, .bar, tr { break-after: auto; break-inside: avoid; }
  h2 { break-after: avoid; }
}
`.trim();
