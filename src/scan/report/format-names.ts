// The forms of a scan's report by their names, apart from what makes them: the command line's help needs no more.

export const scanFormats = ['text', 'json', 'ndjson', 'junit', 'sarif', 'markdown', 'github', 'html'] as const;
export type ScanFormat = (typeof scanFormats)[number];

/** How the names of files end; the first that fits counts. */
export const scanEndings: readonly (readonly [string, ScanFormat])[] = [
  ['.sarif.json', 'sarif'],
  ['.sarif', 'sarif'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
  ['.json', 'json'],
  ['.xml', 'junit'],
  ['.md', 'markdown'],
  ['.html', 'html'],
  ['.txt', 'text'],
];
