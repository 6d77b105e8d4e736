/** The three states of an alarm. */
export const alarmStates = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof alarmStates)[number];

/** A composite alarm's rule. `alarms` are the names it watches, in order and each once. */
export interface AlarmRule {
  readonly alarms: readonly string[];
  holds(stateOf: (alarm: string) => AlarmState): boolean;
}

export type ParsedRule =
  | { readonly ok: true; readonly rule: AlarmRule }
  | { readonly ok: false; readonly message: string };

type Condition = (stateOf: (alarm: string) => AlarmState) => boolean;

class UnsupportedRule extends Error {}

const MAX_DEPTH = 50;

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([()])|([^\s()"]+))/y;

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * Parses a composite alarm's rule: AND, OR, NOT, parentheses, TRUE, FALSE, and ALARM(), OK(), INSUFFICIENT_DATA() of an
 * alarm's name or ARN, quoted or not. NOT binds closest, then AND, then OR.
 * @example parseAlarmRule('ALARM("page") AND NOT ALARM(deploying)')
 */
export function parseAlarmRule(text: string): ParsedRule {
  try {
    return { ok: true, rule: new Parser(tokenize(text)).parse() };
  } catch (error) {
    if (error instanceof UnsupportedRule) {
      return { ok: false, message: `AlarmRule ${JSON.stringify(text)}: ${error.message}` };
    }
    throw error;
  }
}

/** The alarm's name in a name or an ARN (`arn:aws:cloudwatch:region:account:alarm:name`). */
export function alarmNameOf(nameOrArn: string): string {
  return /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/s.exec(nameOrArn)?.[1] ?? nameOrArn;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new UnsupportedRule(`cannot read ${text.slice(from).trim()}`);
    const [, quoted, bracket, word] = match;
    if (quoted !== undefined) tokens.push({ text: quoted.replace(/\\(.)/gs, '$1'), quoted: true });
    else tokens.push({ text: bracket ?? word ?? '', quoted: false });
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;
  private readonly alarms = new Set<string>();

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parse(): AlarmRule {
    const holds = this.disjunction();
    const rest = this.tokens[this.next];
    if (rest !== undefined) throw new UnsupportedRule(`unexpected ${rest.text}`);
    return { alarms: [...this.alarms], holds };
  }

  private disjunction(): Condition {
    const parts = [this.conjunction()];
    while (this.accept('OR')) parts.push(this.conjunction());
    return (stateOf) => parts.some((part) => part(stateOf));
  }

  private conjunction(): Condition {
    const parts = [this.negation()];
    while (this.accept('AND')) parts.push(this.negation());
    return (stateOf) => parts.every((part) => part(stateOf));
  }

  private negation(): Condition {
    if (!this.accept('NOT')) return this.atom();
    const inner = this.nested(() => this.negation());
    return (stateOf) => !inner(stateOf);
  }

  private atom(): Condition {
    const token = this.tokens[this.next];
    this.next += 1;
    if (token === undefined) throw new UnsupportedRule('unexpected end');
    if (token.quoted)
      throw new UnsupportedRule(`"${token.text}" stands outside ALARM(), OK() or INSUFFICIENT_DATA()`);
    if (token.text === 'TRUE') return () => true;
    if (token.text === 'FALSE') return () => false;
    if (token.text === '(') {
      const inner = this.nested(() => this.disjunction());
      this.expect(')');
      return inner;
    }
    const expected = alarmStates.find((state) => state === token.text);
    if (expected === undefined) throw new UnsupportedRule(`unsupported ${token.text}`);
    this.expect('(');
    const name = this.tokens[this.next];
    this.next += 1;
    if (name === undefined || (!name.quoted && (name.text === ')' || name.text === '('))) {
      throw new UnsupportedRule(`${token.text}() wants an alarm's name`);
    }
    this.expect(')');
    const alarm = alarmNameOf(name.text);
    this.alarms.add(alarm);
    return (stateOf) => stateOf(alarm) === expected;
  }

  private nested<Result>(parse: () => Result): Result {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new UnsupportedRule(`more than ${MAX_DEPTH} levels`);
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private accept(word: string): boolean {
    const token = this.tokens[this.next];
    if (token === undefined || token.quoted || token.text !== word) return false;
    this.next += 1;
    return true;
  }

  private expect(word: string): void {
    if (this.accept(word)) return;
    throw new UnsupportedRule(`wanted ${word} before ${this.tokens[this.next]?.text ?? 'the end'}`);
  }
}
