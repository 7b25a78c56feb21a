// What a module brings with it when it is imported: its static imports, theirs, and so on. Types are not loaded, and what
// `import()` names is loaded only when somebody asks for it.
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';
import { root } from './markdown.ts';

export interface Loaded {
  /** Paths from the root of the checkout. */
  readonly files: readonly string[];
  /** Packages and modules of Node, each with the files that import it. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
}

/** @param entries paths from the root of the checkout: `src/main.ts` */
export function loadedBy(...entries: readonly string[]): Loaded {
  const files = new Set<string>();
  const packages = new Map<string, string[]>();
  const open = entries.map((each) => resolve(root, each));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const name = relative(root, file);
    if (files.has(name)) continue;
    files.add(name);
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) open.push(resolve(dirname(file), specifier));
      else packages.set(specifier, [...(packages.get(specifier) ?? []), name]);
    }
  }
  return { files: [...files].sort(), packages };
}

function importsOf(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((each) => {
    if (ts.isImportDeclaration(each) && each.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) {
      return [(each.moduleSpecifier as ts.StringLiteral).text];
    }
    if (ts.isExportDeclaration(each) && !each.isTypeOnly && each.moduleSpecifier !== undefined) {
      return [(each.moduleSpecifier as ts.StringLiteral).text];
    }
    return [];
  });
}
