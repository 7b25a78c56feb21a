// Is a file a report of an earlier scan, in that form? Only such a one is written over.
import type { ScanFormat } from './format-names.ts';

const beginnings: Readonly<Record<ScanFormat, RegExp>> = {
  text: /^saw /,
  json: /^\{\s*"version": 1,\s*"tool": "relight /,
  ndjson: /^\{"version":1,"event":"scan-started"/,
  junit: /^<\?xml [^>]*>\n<testsuites name="relight scan"/,
  sarif:
    /^\{\s*"\$schema": "[^"]*sarif[^"]*",\s*"version": "2\.1\.0",\s*"runs": \[\s*\{\s*"tool": \{\s*"driver": \{\s*"name": "relight"/,
  markdown: /^# Scan\b/,
  github: /^::(error|notice) title=relight scan::/,
  html: /^<!DOCTYPE html>[^]{0,600}<title>relight scan: /,
};

export function isWrittenScan(text: string, format: ScanFormat): boolean {
  return beginnings[format].test(text);
}
