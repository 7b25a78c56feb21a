// What a shell completes, and that real shells do: bash, zsh and fish, where they are installed.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bin, cleanEnv, makeFolder } from './harness.ts';

const folder = makeFolder();
const runs = ['20260101-101010-aaaa', '20260102-101010-bbbb'];
for (const id of runs) mkdirSync(folder.file(`.relight/runs/${id}`), { recursive: true });
mkdirSync(folder.file('kept/runs/20260103-101010-cccc'), { recursive: true });
mkdirSync(folder.file('.relight/runs/$(touch hit)'), { recursive: true });
writeFileSync(folder.file('notes.txt'), 'none of ours');
cpSync(folder.file('deployer-api.yaml'), folder.file('the service.yaml'));
writeFileSync(
  folder.file('odd.yaml'),
  "kind: Playbook\ncomponents: { fine: {}, '$(touch hit)': {}, 'two words': {} }\n",
);
writeFileSync(folder.file('broken.yaml'), 'components: [\n');

// By its name on the path, as it is typed.
const bins = mkdtempSync(join(tmpdir(), 'relight-completion-'));
writeFileSync(join(bins, 'relight'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
chmodSync(join(bins, 'relight'), 0o755);
afterAll(() => {
  folder[Symbol.dispose]();
  rmSync(bins, { recursive: true, force: true });
});

/** The words that fit, without what is said about them. */
async function fitting(...words: readonly string[]): Promise<readonly string[]> {
  const { code, stderr, stdout } = await folder.relight(['__complete', '--', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/ {2}.*/, ''));
}

describe('what fits', () => {
  test('commands, as the help lists them', async () => {
    const { stdout } = await folder.relight(['--help']);
    const listed = [...stdout.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name);
    const offered = await fitting('');
    expect([...offered].sort()).toEqual([...new Set(listed)].sort());
    expect(offered).not.toContain('__complete');
    expect(await fitting('rec')).toEqual(['recover']);
    expect(await fitting('help', 'und')).toEqual(['undo']);
  });

  test('commands below a command', async () => {
    expect(await fitting('runs', 're')).toEqual(['resume', 'report']);
    expect(await fitting('scan', 'h')).toEqual([':playbooks', 'history'].reverse());
  });

  test('options of the command, once unless they may be repeated', async () => {
    expect(await fitting('status', 'deployer-api.yaml', '--sandbox-t')).toEqual(['--sandbox-token-file']);
    expect(await fitting('plan', '--json', '--js')).toEqual([]);
    expect(await fitting('plan', '--only', 'service', '--on')).toEqual(['--only']);
    expect(await fitting('plan', '--', '--js')).toEqual([':playbooks']);
  });

  test.each([
    [
      ['graph', 'x.yaml', '--format', ''],
      ['text', 'mermaid', 'dot', 'json'],
    ],
    [['graph', 'x.yaml', '--format=m'], ['--format=mermaid']],
    [
      ['plan', '--strategy', 're'],
      ['repair', 'rebuild'],
    ],
    [
      ['permissions', '--for', ''],
      ['scan', 'recover'],
    ],
    [['handback', '--to', 't'], ['terraform']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
  ] as const)('choices: %j', async (words, offered) => {
    expect(await fitting(...words)).toEqual(offered);
  });

  test.each([
    [['status', ''], [':playbooks']],
    [['compare', 'a.yaml', ''], [':playbooks']],
    [['undo', 'last', '--playbook', ''], [':playbooks']],
    [['plan', 'a.yaml', '--out', ''], [':files']],
    [['plan', 'a.yaml', '--out=pl'], [':files']],
    [['recover', '--confirm', ''], []],
    [['plan', 'a.yaml', '--region', ''], []],
  ] as const)('files are left to the shell: %j', async (words, offered) => {
    expect(await fitting(...words)).toEqual(offered);
  });

  test('components of the playbook that the line names', async () => {
    expect(await fitting('plan', 'deployer-api.yaml', '--only', 's')).toEqual([
      'state-table',
      'service',
      'state-entry',
    ]);
    expect(await fitting('plan', 'deployer-api.yaml', '--exclude', 'service,cn')).toEqual(['service,cname']);
    expect(await fitting('rehearse', 'deployer-api.yaml', '--lose=serv')).toEqual(['--lose=service']);
    expect(await fitting('adopt', 'deployer-api.yaml', 'service', 'serv')).toEqual([]);
    expect(await fitting('plan', 'deployer-api.yaml', '--accept', 'service:o')).toEqual(['service:ownership']);
    expect(await fitting('plan', '--only', '')).toEqual([]);
  });

  test('runs of the state directory, the latest first', async () => {
    expect(await fitting('runs', 'show', '')).toEqual(['last', ...[...runs].reverse()]);
    expect(await fitting('undo', '--state-dir', 'kept', '2')).toEqual(['20260103-101010-cccc']);
    expect(await fitting('undo', '--state-dir', 'nowhere', '')).not.toContain('last');
  });

  test('never what a shell could take for more than a word', async () => {
    expect(await fitting('plan', 'odd.yaml', '--only', '')).toEqual(['fine']);
  });

  test.each([['nowhere.yaml'], ['broken.yaml'], ['/dev/zero'], ['.'], ['\u001b[2J']])(
    'says nothing of what it cannot read: %j',
    async (file) => {
      expect(await fitting('plan', file, '--only', '')).toEqual([]);
    },
  );

  test.each([[['frobnicate', '']], [['--frobnicate', 'x', '']], [['status', '--no-such=']], [[]]])(
    'has no complaint about %j',
    async (words) => {
      await fitting(...words);
    },
  );
});

// --- Shells ----------------------------------------------------------------------------------------------------------

const env = (): Record<string, string> => {
  const clean = cleanEnv(folder.path);
  return { ...clean, PATH: `${bins}:${clean['PATH'] ?? ''}`, TERM: 'dumb' };
};

function run([program, ...args]: readonly [string, ...string[]]): string {
  const { status, stderr, stdout } = spawnSync(program, args, { cwd: folder.path, env: env(), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** Lines as they are typed, the key pressed at their end, and what is to come of each. */
const lines: readonly (readonly [string, readonly string[]])[] = [
  ['relight rec', ['recover']],
  ['relight runs rep', ['report']],
  ['relight status --sandbox-t', ['--sandbox-token-file']],
  ['relight graph x.yaml --format m', ['mermaid']],
  ['relight status deployer', ['deployer-api.yaml']],
  ['relight status no', []],
  ['relight plan deployer-api.yaml --out no', ['notes.txt']],
  ['relight plan deployer-api.yaml --only cna', ['cname']],
  ["relight plan 'the service.yaml' --only cna", ['cname']],
  ['relight plan deployer-api.yaml --only cname,target', ['cname,target-group']],
  ['relight runs show 20260102', ['20260102-101010-bbbb']],
  ['relight plan broken.yaml --only cna', []],
];

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
/** Stands in the name of what is left out. */
const named = (shell: string): string => (isInstalled(shell) ? shell : `${shell} (left out: it is not installed)`);

describe(named('bash'), () => {
  const bash = isInstalled('bash');

  // What readline does at the key: words are ended by blanks and by the signs of COMP_WORDBREAKS.
  const press = `
source <(relight completion bash)
COMP_LINE=$LINE COMP_POINT=\${#LINE}
eval "COMP_WORDS=($WORDS)"
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_relight
if ((\${#COMPREPLY[@]})); then printf '%s\\n' "\${COMPREPLY[@]}"; fi
`;
  const wordsOf = (line: string): readonly string[] => line.match(/'[^']*'|[:=]+|[^\s:=']+|(?<=\s)$/g) ?? [];

  function pressed(line: string): readonly string[] {
    const words = wordsOf(line)
      .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
      .join(' ');
    return run(['bash', '--norc', '-c', `LINE=${JSON.stringify(line)}\nWORDS=${JSON.stringify(words)}\n${press}`])
      .split('\n')
      .filter((each) => each !== '');
  }

  test.skipIf(!bash).each(lines)('%s', (line, offered) => {
    expect(pressed(line)).toEqual(offered);
  });

  test.skipIf(!bash)('ends no word where bash does', () => {
    expect(pressed('relight plan deployer-api.yaml --accept service:o')).toEqual(['ownership']);
    expect(pressed('relight plan deployer-api.yaml --accept service:').length).toBe(6);
    expect(pressed('relight graph x.yaml --format=mer')).toEqual(['mermaid']);
    expect(pressed('relight plan x.yaml --out=no')).toEqual(['notes.txt']);
    expect(pressed('relight runs ')).toContain('report');
  });

  test.skipIf(!bash)('by the key itself, in a line that is then run', () => {
    const typed = [
      ...lines.filter(([, offered]) => offered.length === 1),
      ['relight plan deployer-api.yaml --accept service:ow', ['service:ownership']] as const,
      ['relight graph x.yaml --format=mer', ['--format=mermaid']] as const,
      ['relight plan deployer-api.yaml --out=no', ['--out=notes.txt']] as const,
      ['relight status the', ['the service.yaml']] as const,
    ];
    const begin = [
      'source <(command relight completion bash)',
      'relight() { if [[ $1 == __complete ]]; then command relight "$@"; else printf "<%s>" relight "$@"; echo; fi; }',
      'bind "set bell-style none"',
    ];
    const input = [...begin, ...typed.map(([line]) => `${line}\t`), 'exit', ''].join('\n');
    const { stdout } = spawnSync('bash', ['--norc', '-i'], { cwd: folder.path, env: env(), encoding: 'utf8', input });
    const said = stdout.split('\n').filter((each) => each.startsWith('<relight>'));
    const wanted = typed.map(([line, [offered = '']]) =>
      [...(line.replace(/[^ ]*$/, '').match(/'[^']*'|[^ ]+/g) ?? []), offered]
        .map((word) => `<${word.replaceAll("'", '')}>`)
        .join(''),
    );
    expect(said).toEqual(wanted);
  });
});

describe(named('zsh'), () => {
  // A terminal of zsh's own: the key is pressed there, and the line is shown afterwards.
  const driver = `
zmodload zsh/zpty
zpty -b line zsh -f -i
zpty -w line 'PS1= PROMPT_EOL_MARK=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; zstyle ":completion:*" list-colors; source <(relight completion zsh); show() { print -rl -- "<$BUFFER>"; zle kill-whole-line }; zle -N show; bindkey "^X" show; print rea""dy'
for ((i = 0; i < 200; i++)); do
  zpty -r -t line said && heard+=$said
  [[ $heard == *ready* ]] && break
  sleep 0.05
done
heard=
zpty -w -n line "$LINE"$'\\t\\x18'
for ((i = 0; i < 200; i++)); do
  zpty -r -t line said && heard+=$said
  [[ $heard == *'>'* ]] && break
  sleep 0.05
done
zpty -d line
print -r -- "$heard"
`;

  test
    .skipIf(!isInstalled('zsh'))
    .each([
      ...lines.filter(([, offered]) => offered.length === 1),
      ['relight plan deployer-api.yaml --accept service:ow', ['service:ownership']] as const,
      ['relight graph x.yaml --format=mer', ['--format=mermaid']] as const,
    ])('%s', (line, [offered = '']) => {
    const said = run(['zsh', '-f', '-c', `LINE=${JSON.stringify(line)}\n${driver}`]);
    const [, buffer = said] = /<(relight [^>]*)>/.exec(said) ?? [];
    expect(buffer.trim()).toBe(line.replace(/[^ ]*$/, offered));
  });
});

describe(named('fish'), () => {
  test
    .skipIf(!isInstalled('fish'))
    .each([
      ...lines,
      ['relight plan deployer-api.yaml --accept service:ow', ['service:ownership']] as const,
      ['relight plan x.yaml --out=no', ['--out=notes.txt']] as const,
    ])('%s', (line, offered) => {
    const said = run([
      'fish',
      '--no-config',
      '-c',
      `relight completion fish | source; complete -C ${JSON.stringify(line)}`,
    ]);
    expect(
      said
        .split('\n')
        .filter((each) => each !== '')
        .map((each) => each.replace(/\t.*/, '')),
    ).toEqual(offered);
  });
});

test.each(['bash', 'zsh', 'fish'])('the script for %s has no mistake that its shell can see', async (shell) => {
  const { code, stdout } = await folder.relight(['completion', shell]);
  expect(code).toBe(0);
  const script = join(bins, `relight.${shell}`);
  writeFileSync(script, stdout);
  if (isInstalled(shell)) expect(run([shell, '-n', script])).toBe('');
});
