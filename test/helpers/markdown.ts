// The repository's documents, taken apart: code blocks, links, headings.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A path inside the repository, such as `docs/cli.md`. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git', '.relight']);

/** Every Markdown file, as paths inside the repository. */
export function allDocuments(folder = root): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : allDocuments(path);
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

export interface CodeBlock {
  /** The words after the fence: `ts check=src/x.ts`. */
  readonly info: string;
  readonly text: string;
}

export function codeBlocks(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = '']) => ({ info, text }));
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** Anchors of all headings, as GitHub makes them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, title = ''] of withoutCode(markdown).matchAll(/^#{1,6} (.*)$/gm)) {
    const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

export interface Link {
  readonly text: string;
  /** Path inside the repository; the document's own when the link is only an anchor. */
  readonly path: string;
  readonly anchor: string | undefined;
}

/** Links to other places in the repository. */
export function localLinks(document: string): readonly Link[] {
  const text = withoutCode(readDocument(document)).replaceAll(/`[^`\n]*`/g, 'code');
  const found = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/^\[[^\]]+\]:\s*(\S+)$/gm)];
  return found
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return { text: target, path: file === '' ? document : join(dirname(document), file), anchor };
    });
}
