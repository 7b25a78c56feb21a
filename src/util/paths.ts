// Paths into specs: `healthCheck.path`, `values[0]`.

/** True when `path` is `base` or lies below it: `values[0]` is below `values`. */
export function isBelow(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}.`) || path.startsWith(`${base}[`);
}
