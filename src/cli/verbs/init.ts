// relight init: a first playbook with a word about each part, for those who have no service to capture. Asks AWS nothing.
import { namePattern } from '../../playbook/schema.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { firstPlaybook } from '../capture/first-playbook.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import { outFileOf, writeOut } from '../terminal/out-file.ts';

export interface InitOptions {
  readonly account: string;
  readonly region: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function init(name: string, options: InitOptions, io: Io): ExitCode {
  const { account, region } = options;
  if (!namePattern.test(name) || name.length > 32) {
    throw new UserError(
      `${name}: expected at most 32 lower-case letters, digits and hyphens, starting with a letter: it names pieces in AWS`,
    );
  }
  if (!/^\d{12}$/.test(account)) throw new UserError(`--account ${account}: expected the 12 digits of an account`);
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region)) {
    throw new UserError(`--region ${region}: expected a region such as eu-west-1`);
  }
  const file = options.out ?? `${name}.yaml`;
  const text = firstPlaybook({ name, account, region });
  if (file === '-') {
    io.out(text);
    return exitCodes.fine;
  }
  writeOut(outFileOf(file, { only: { what: 'file that may be written over', is: () => false } }, io), text);
  const word = shellWord(file);
  const next = [
    `relight validate ${word}`,
    `relight graph ${word}`,
    `relight rehearse ${word} --lose service,record`,
    `relight prove ${word} --quick`,
  ];
  if (options.json === true) io.out(jsonText({ version: 1, file, next }));
  else {
    io.out(
      linesText([
        `${file}: a first playbook of ${name}; put your own ids in the place of its subnets, security group, VPC and zone`,
        '',
        'next, without an account:',
        ...next.map((each) => `  ${each}`),
        '',
        'of a service that runs already: relight capture --service <cluster>/<name>',
      ]),
    );
  }
  return exitCodes.fine;
}
