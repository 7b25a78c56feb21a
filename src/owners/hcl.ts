// Words of Terraform's language, as they have to be written. Pure.

/** A text between quotes: nothing in it is read as a template [Terraform language, "Strings and Templates"]. */
export function hclText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
  return `"${escaped}"`;
}

/** What stands behind an address for one instance of several: `[0]`, `["blue"]`; nothing for an only one. */
export function instanceWord(key: string | number | undefined): string {
  if (key === undefined) return '';
  return typeof key === 'number' ? `[${key}]` : `[${hclText(key)}]`;
}
