// How the help is laid out: commands in groups, an example for each, and nothing said of an option that is empty unless given.
import { Help, type Command, type Option } from 'commander';

const groups: Readonly<Record<string, readonly string[]>> = {
  'Look, and change nothing:': ['validate', 'graph', 'status', 'compare', 'doctor', 'permissions'],
  'Watch many services:': ['scan', 'strays', 'twins', 'watch', 'ack', 'notify'],
  'Write a playbook:': ['init', 'capture', 'adopt'],
  'Plan and recover:': ['plan', 'recover', 'teardown', 'undo', 'approve', 'runs', 'handback', 'lock', 'known-good'],
  'Try it, without an account:': ['rehearse', 'prove', 'sandbox'],
};
const ownGroup = 'Of relight itself:';

const examples: Readonly<Record<string, string>> = {
  validate: "'playbooks/*.yaml'",
  graph: 'shop.yaml --format mermaid',
  status: 'shop.yaml',
  compare: 'staging.yaml production.yaml --map web=frontend',
  doctor: 'shop.yaml',
  permissions: 'shop.yaml --for scan --format terraform',
  scan: "'playbooks/**/*.yaml' --out scan.html --notify receivers.yaml",
  'scan history': 'shop.yaml --last 5',
  strays: 'fleet.yaml',
  twins: 'fleet.yaml',
  watch: 'fleet.yaml',
  ack: '8f2c31d0 --until 8h --because "the team is at it"',
  'notify test': 'receivers.yaml',
  'notify flush': 'receivers.yaml',
  'notify status': 'receivers.yaml',
  init: 'shop --region eu-west-1',
  capture: '--service production/shop --out shop.yaml',
  adopt: 'shop.yaml load-balancer',
  plan: 'shop.yaml --out plan.json',
  recover: 'shop.yaml --only service,cname',
  teardown: 'shop.yaml --allow-downtime',
  undo: 'last --dry-run',
  approve: 'last service',
  'runs list': '',
  'runs show': 'last',
  'runs calls': 'last',
  'runs report': 'last --out report.html',
  'runs verify': '',
  'runs resume': 'last',
  handback: 'last --to terraform',
  'lock show': 'shop.yaml',
  'lock break': 'shop.yaml',
  'known-good list': 'shop.yaml',
  'known-good show': 'shop.yaml service',
  'known-good import': 'shop.yaml terraform.tfstate',
  'known-good forget': 'shop.yaml --all',
  rehearse: 'shop.yaml --lose service,cname',
  prove: 'shop.yaml --quick',
  'sandbox serve': '--speed 60',
  'sandbox seed': 'shop.yaml',
  'sandbox break': 'shop.yaml service',
  'sandbox lose': 'role ecs-task-execution',
  'sandbox fault': 'faults.yaml --add',
  'sandbox reset': '',
  version: '--json',
  completion: 'bash',
};

/** To be called before commands are added: they take it over. */
export function quietDefaults(program: Command): void {
  const told = new Help();
  program.configureHelp({
    optionDescription: (option: Option) =>
      isEmpty(option.defaultValue) ? option.description : told.optionDescription(option),
  });
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** To be called when all commands are there. */
export function layOut(program: Command): void {
  const groupOf = new Map(
    Object.entries(groups).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
  );
  // With the one that commander adds by itself.
  for (const command of program.createHelp().visibleCommands(program)) command.helpGroup(ownGroup);
  for (const command of program.commands) {
    command.helpGroup(groupOf.get(command.name()) ?? ownGroup);
    addExample(command, command.name());
    for (const below of command.commands) addExample(below, `${command.name()} ${below.name()}`);
  }
}

function addExample(command: Command, name: string): void {
  const words = examples[name];
  if (words !== undefined) command.addHelpText('after', `\nExample: relight ${name} ${words}`.trimEnd());
}
