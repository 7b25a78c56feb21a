// The cluster query language [ECS developer guide, "Create expressions to define container instances"]: which container instances
// an expression means.
import { linearPattern } from '../../linear-pattern.ts';

/** Undefined where an expression asks for what is not known here, or cannot be read. */
type Verdict = boolean | undefined;

/** What is known of a container instance, by subject: `attribute:ecs.instance-type`, `ec2InstanceId`. */
export type Subjects = Readonly<Record<string, string>>;

/** Whether an expression means an instance. */
export function means(expression: string, subjects: Subjects): Verdict {
  const reader = new Reader(expression, subjects);
  const verdict = reader.either();
  return reader.isAtEnd() ? verdict : undefined;
}

/** Whether an expression can be read, whatever it asks. */
export function isExpression(text: string): boolean {
  const reader = new Reader(text, {});
  reader.either();
  return reader.isAtEnd();
}

/** Parentheses and negations in each other: the sandbox's own limit. */
const deepest = 100;

const operators = [
  ...['==', '!=', '=~', '!~', '>=', '<=', '>', '<', '!in', '!exists'],
  ...['equals', 'not_equals', 'matches', 'not_matches', 'in', 'not_in', 'exists', 'not_exists'],
  ...['greater_than_equal', 'greater_than', 'less_than_equal', 'less_than'],
] as const;
type Operator = (typeof operators)[number];

const spelledOut = new RegExp(
  `(?:${operators.map((each) => (/\w$/.test(each) ? `${each}(?![\\w.-])` : each)).join('|')})`,
  'y',
);

/** Reads an expression from left to right, and judges as it reads. */
class Reader {
  private at = 0;
  private depth = 0;
  private isBroken = false;
  private readonly text: string;
  private readonly subjects: Subjects;

  constructor(text: string, subjects: Subjects) {
    this.text = text;
    this.subjects = subjects;
  }

  isAtEnd(): boolean {
    return !this.isBroken && this.next(/$/y) !== undefined;
  }

  either(): Verdict {
    let verdict = this.both();
    while (this.next(/\|\||or\b/y) !== undefined) verdict = anyOf(verdict, this.both());
    return verdict;
  }

  private both(): Verdict {
    let verdict = this.one();
    while (this.next(/&&|and\b/y) !== undefined) verdict = opposite(anyOf(opposite(verdict), opposite(this.one())));
    return verdict;
  }

  private one(): Verdict {
    this.depth += 1;
    const verdict = this.depth > deepest ? this.giveUp() : this.oneWithin();
    this.depth -= 1;
    return verdict;
  }

  private oneWithin(): Verdict {
    if (this.next(/!|not\b/y) !== undefined) return opposite(this.one());
    if (this.next(/\(/y) === undefined) return this.comparison();
    const verdict = this.either();
    return this.next(/\)/y) === undefined ? this.giveUp() : verdict;
  }

  private comparison(): Verdict {
    const subject = this.next(/[\w:./\\-]+/y);
    const operator = this.next(spelledOut) as Operator | undefined;
    if (subject === undefined || operator === undefined) return this.giveUp();
    const isKnown = subject.startsWith('attribute:') || Object.hasOwn(this.subjects, subject);
    const actual = Object.hasOwn(this.subjects, subject) ? this.subjects[subject] : undefined;
    const verdict = this.compared(operator, actual);
    return isKnown ? verdict : undefined;
  }

  private compared(operator: Operator, actual: string | undefined): Verdict {
    switch (operator) {
      case 'exists':
        return actual !== undefined;
      case '!exists':
      case 'not_exists':
        return actual === undefined;
      case 'in':
        return this.isAmong(actual);
      case '!in':
      case 'not_in':
        return opposite(this.isAmong(actual));
      default: {
        const argument = this.argument();
        return argument === undefined ? this.giveUp() : againstOne(operator, actual, argument);
      }
    }
  }

  private isAmong(actual: string | undefined): Verdict {
    const list = this.next(/\[[^\]]*\]/y);
    if (list === undefined) return this.giveUp();
    const items = list.slice(1, -1).split(',');
    return items.some((each) => unquoted(each.trim()) === actual);
  }

  /** A word, up to white space, an operator that joins expressions, or a parenthesis that it did not open itself. */
  private argument(): string | undefined {
    const quoted = this.next(/'[^']*'|"[^"]*"/y);
    if (quoted !== undefined) return unquoted(quoted);
    const from = this.at;
    for (let open = 0; this.at < this.text.length; this.at += 1) {
      const rest = this.text.slice(this.at, this.at + 2);
      if (/^\s|^&&|^\|\|/.test(rest) || (rest.startsWith(')') && open === 0)) break;
      if (rest.startsWith('\\')) this.at += 1;
      else if (rest.startsWith('(')) open += 1;
      else if (rest.startsWith(')')) open -= 1;
    }
    return this.at === from ? undefined : this.text.slice(from, this.at);
  }

  /** What comes next after white space, if it is that, and goes past it. @param pattern sticky */
  private next(pattern: RegExp): string | undefined {
    while (/\s/.test(this.text.charAt(this.at))) this.at += 1;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** An expression that cannot be read is read no further. */
  private giveUp(): Verdict {
    this.isBroken = true;
    this.at = this.text.length;
    return undefined;
  }
}

function againstOne(operator: Operator, actual: string | undefined, argument: string): Verdict {
  switch (operator) {
    case '==':
    case 'equals':
      return actual === argument;
    case '!=':
    case 'not_equals':
      return actual !== argument;
    case '=~':
    case 'matches':
      return isLike(actual, argument);
    case '!~':
    case 'not_matches':
      return opposite(isLike(actual, argument));
    default:
      // Of versions, dates and counts, none of which is known.
      return undefined;
  }
}

/** As Java matches: the whole text. Undefined for what Java alone can read, or what cannot be tried in time. */
function isLike(actual: string | undefined, pattern: string): Verdict {
  try {
    const whole = linearPattern(`^(?:${pattern})$`);
    return actual === undefined ? false : whole?.(actual);
  } catch {
    return undefined;
  }
}

function anyOf(left: Verdict, right: Verdict): Verdict {
  if (left === true || right === true) return true;
  return left === undefined || right === undefined ? undefined : false;
}

function opposite(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

function unquoted(text: string): string {
  return /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;
}
