// Which operations of AWS the sources send: read from the commands of the SDK that they import, at the start or late.
import { readdirSync, readFileSync } from 'node:fs';
import { awsServices } from '../../src/aws/services/index.ts';
import type { AwsService } from '../../src/aws/services/service.ts';

export interface SentCommand {
  readonly service: AwsService;
  readonly operation: string;
  /** Below `src`. */
  readonly file: string;
}

/** The SDK's packages by service: `client-elastic-load-balancing-v2` is `elastic_load_balancing_v2`. */
function serviceOf(client: string): AwsService | undefined {
  return awsServices.find((each) => `client-${each.settingsName.replaceAll('_', '-')}` === client);
}

const staticImports = /import \{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g;
const lateImports = /const \{([^}]*)\}\s*=\s*await import\('@aws-sdk\/([\w-]+)'\)/g;

/** Every command that a source imports, once for each file; the sandbox sends nothing. */
export function commandsSent(): readonly SentCommand[] {
  const root = new URL('../../src/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('sandbox/'),
  );
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, root), 'utf8');
    return [...text.matchAll(staticImports), ...text.matchAll(lateImports)].flatMap(([, names = '', client = '']) => {
      const service = serviceOf(client);
      if (service === undefined) return [];
      return [...names.matchAll(/(?<!type )\b(\w+)Command\b/g)].map(([, operation = '']) => ({
        service,
        operation,
        file,
      }));
    });
  });
}
