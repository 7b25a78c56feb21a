// A scan's report in each of its forms.
import { plainPaint } from '../../report/paint.ts';
import { jsonText } from '../../util/shown.ts';
import { unreachable } from '../../util/unreachable.ts';
import { workflowCommandText } from '../../util/workflow-command.ts';
import type { ScanReport } from '../scan-report.ts';
import type { ScanFormat } from './format-names.ts';
import { scanMarkdown, scanPage } from './document.ts';
import { scanAnnotations } from './github.ts';
import { scanJunit } from './junit.ts';
import { scanNdjson } from './ndjson.ts';
import { scanSarif } from './sarif.ts';
import { scanText } from './text.ts';

/** The whole report as a file has it. */
export function scanFile(report: ScanReport, format: ScanFormat): string {
  switch (format) {
    case 'text':
      return scanText(report, plainPaint, { verbose: true });
    case 'json':
      return jsonText(report);
    case 'ndjson':
      return scanNdjson(report);
    case 'junit':
      return scanJunit(report);
    case 'sarif':
      return jsonText(scanSarif(report));
    case 'markdown':
      return scanMarkdown(report);
    case 'github':
      return scanAnnotations(report).map(workflowCommandText).join('');
    case 'html':
      return scanPage(report);
    default:
      return unreachable(format);
  }
}
