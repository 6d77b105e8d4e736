import { largest, smallest } from '#core/extremes.ts';
/**
 * The part of CloudWatch's metric math that an alarm of ours may use, evaluated one period at a time: + - * / ^,
 * comparisons (1 or 0), AND, OR, parentheses, numbers, metric ids, FILL(m, number), FILL(m, REPEAT),
 * IF(condition, a[, b]), ABS, CEIL, FLOOR, and SUM, AVG, MIN, MAX of [a, b] or METRICS().
 */

/** A value in one period; `undefined` is a missing data point. */
export type PeriodValue = number | undefined;

/** Where an expression gets its values. */
export interface ExpressionScope {
  value(id: string): PeriodValue;
  /** The values of all queries that are metrics rather than expressions. */
  metrics(): PeriodValue[];
  /** The last value of each FILL(m, REPEAT) so far; kept from period to period of one range. */
  readonly repeated: Map<object, number>;
}

/** A parsed expression. `ids` are the queries it names. */
export interface MetricExpression {
  readonly ids: ReadonlySet<string>;
  evaluate(scope: ExpressionScope): PeriodValue;
}

export type ParsedExpression =
  | { readonly ok: true; readonly expression: MetricExpression }
  | { readonly ok: false; readonly message: string };

type Run<Value> = (scope: ExpressionScope) => Value;
type Term =
  | { readonly kind: 'value'; readonly run: Run<PeriodValue> }
  | { readonly kind: 'list'; readonly run: Run<PeriodValue[]> }
  /** How FILL fills, where it is no number. */
  | { readonly kind: 'word' };

class UnsupportedExpression extends Error {}

const MAX_DEPTH = 50;

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(==|!=|<=|>=|&&|\|\||[-+*/^()<>,[\]]))/y;

/**
 * Parses a metric math expression.
 * @example parseMetricExpression('FILL(errors, 0) / requests') // { ok: true, expression: { ids: errors, requests } }
 */
export function parseMetricExpression(text: string): ParsedExpression {
  try {
    const parser = new Parser(tokenize(text));
    return { ok: true, expression: parser.parse() };
  } catch (error) {
    if (error instanceof UnsupportedExpression) {
      return { ok: false, message: `${error.message} in the expression ${JSON.stringify(text)}` };
    }
    throw error;
  }
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new UnsupportedExpression(`unsupported text ${JSON.stringify(text.slice(from).trim())}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly string[];
  private next = 0;
  private depth = 0;
  private readonly ids = new Set<string>();

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  parse(): MetricExpression {
    const run = this.value(this.disjunction());
    const rest = this.tokens[this.next];
    if (rest !== undefined) throw new UnsupportedExpression(`unexpected ${JSON.stringify(rest)}`);
    return { ids: this.ids, evaluate: (scope) => keepFinite(run(scope)) };
  }

  private disjunction(): Term {
    return this.binary(() => this.conjunction(), { OR: logicalOr, '||': logicalOr });
  }

  private conjunction(): Term {
    return this.binary(() => this.comparison(), { AND: logicalAnd, '&&': logicalAnd });
  }

  private comparison(): Term {
    return this.binary(() => this.sum(), comparisons);
  }

  private sum(): Term {
    return this.binary(() => this.product(), { '+': (a, b) => a + b, '-': (a, b) => a - b });
  }

  private product(): Term {
    return this.binary(() => this.sign(), { '*': (a, b) => a * b, '/': (a, b) => a / b });
  }

  private binary(operand: () => Term, operators: Readonly<Record<string, Operator>>): Term {
    let left = operand();
    for (;;) {
      const token = this.tokens[this.next];
      const operator = token !== undefined && Object.hasOwn(operators, token) ? operators[token] : undefined;
      if (operator === undefined) return left;
      this.next += 1;
      const [a, b] = [this.value(left), this.value(operand())];
      left = { kind: 'value', run: (scope) => combine(a(scope), b(scope), operator) };
    }
  }

  private sign(): Term {
    if (!this.accept('-')) return this.power();
    const operand = this.value(this.nested(() => this.sign()));
    return { kind: 'value', run: (scope) => combine(0, operand(scope), (_, value) => -value) };
  }

  private power(): Term {
    const base = this.atom();
    if (!this.accept('^')) return base;
    const [a, b] = [this.value(base), this.value(this.nested(() => this.sign()))];
    return { kind: 'value', run: (scope) => combine(a(scope), b(scope), (x, y) => x ** y) };
  }

  private atom(): Term {
    const token = this.tokens[this.next];
    this.next += 1;
    if (token === undefined) throw new UnsupportedExpression('unexpected end');
    if (/^[\d.]/.test(token)) {
      const number = Number(token);
      return { kind: 'value', run: () => number };
    }
    if (token === '(') {
      const inner = this.nested(() => this.disjunction());
      this.expect(')');
      return inner;
    }
    if (token === '[') {
      const items = this.arguments(']').map((item) => this.value(item));
      return { kind: 'list', run: (scope) => items.map((item) => item(scope)) };
    }
    if (!/^[A-Za-z_]/.test(token)) throw new UnsupportedExpression(`unexpected ${JSON.stringify(token)}`);
    if (this.accept('(')) return this.call(token, this.arguments(')'));
    // Ids begin with a small letter; words such as FILL's REPEAT do not.
    if (token === 'REPEAT') return { kind: 'word' };
    if (!/^[a-z]/.test(token)) throw new UnsupportedExpression(`unsupported ${token}`);
    this.ids.add(token);
    return { kind: 'value', run: (scope) => scope.value(token) };
  }

  private call(name: string, given: Term[]): Term {
    const [first, second, third] = given;
    const count = given.length;
    if (name === 'METRICS' && count === 0) return { kind: 'list', run: (scope) => scope.metrics() };
    if (name === 'FILL' && first !== undefined && second?.kind === 'value' && count === 2) {
      const [value, otherwise] = [this.value(first), this.value(second)];
      return { kind: 'value', run: (scope) => keepFinite(value(scope)) ?? otherwise(scope) };
    }
    if (name === 'FILL' && first !== undefined && second?.kind === 'word') {
      const value = this.value(first);
      const key = {};
      return {
        kind: 'value',
        run: (scope) => {
          const present = keepFinite(value(scope)) ?? scope.repeated.get(key);
          if (present !== undefined) scope.repeated.set(key, present);
          return present;
        },
      };
    }
    if (name === 'IF' && first !== undefined && second !== undefined && (count === 2 || count === 3)) {
      const [condition, then] = [this.value(first), this.value(second)];
      const otherwise = third === undefined ? () => undefined : this.value(third);
      return {
        kind: 'value',
        run: (scope) => {
          const met = condition(scope);
          return met === undefined ? undefined : met !== 0 ? then(scope) : otherwise(scope);
        },
      };
    }
    const single = singles[name];
    if (Object.hasOwn(singles, name) && single !== undefined && first !== undefined && count === 1) {
      const value = this.value(first);
      return { kind: 'value', run: (scope) => combine(0, value(scope), (_, x) => single(x)) };
    }
    const fold = folds[name];
    if (Object.hasOwn(folds, name) && fold !== undefined && first?.kind === 'list' && count === 1) {
      const list = first;
      return { kind: 'value', run: (scope) => foldPresent(list.run(scope), fold) };
    }
    const what = Object.hasOwn(usages, name)
      ? `${name} here wants ${usages[name]}`
      : `unsupported function ${name}`;
    throw new UnsupportedExpression(what);
  }

  private arguments(close: string): Term[] {
    const given: Term[] = [];
    if (this.accept(close)) return given;
    do given.push(this.nested(() => this.disjunction()));
    while (this.accept(','));
    this.expect(close);
    return given;
  }

  private value(term: Term): Run<PeriodValue> {
    if (term.kind === 'value') return term.run;
    if (term.kind === 'word') throw new UnsupportedExpression('unsupported REPEAT outside FILL');
    throw new UnsupportedExpression('a list of metrics outside SUM, AVG, MIN and MAX is unsupported');
  }

  private nested<Result>(parse: () => Result): Result {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new UnsupportedExpression(`more than ${MAX_DEPTH} levels`);
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private accept(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next += 1;
    return true;
  }

  private expect(token: string): void {
    if (this.accept(token)) return;
    const found = this.tokens[this.next] ?? 'the end';
    throw new UnsupportedExpression(`wanted ${token} before ${found}`);
  }
}

type Operator = (a: number, b: number) => number;

const logicalAnd: Operator = (a, b) => Number(a !== 0 && b !== 0);
const logicalOr: Operator = (a, b) => Number(a !== 0 || b !== 0);

const comparisons: Readonly<Record<string, Operator>> = {
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
};

const singles: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

const folds: Readonly<Record<string, (present: number[]) => number>> = {
  SUM: (present) => present.reduce((total, value) => total + value, 0),
  AVG: (present) => present.reduce((total, value) => total + value, 0) / present.length,
  MIN: (present) => smallest(present),
  MAX: (present) => largest(present),
};

const usages: Readonly<Record<string, string>> = {
  METRICS: 'no argument',
  FILL: 'a metric, and a number or REPEAT',
  IF: 'a condition, a value and optionally another',
  ABS: 'one value',
  CEIL: 'one value',
  FLOOR: 'one value',
  SUM: '[a, b, …] or METRICS()',
  AVG: '[a, b, …] or METRICS()',
  MIN: '[a, b, …] or METRICS()',
  MAX: '[a, b, …] or METRICS()',
};

/** Arithmetic with a missing point, and a division by zero, give a missing point. */
function combine(a: PeriodValue, b: PeriodValue, operator: Operator): PeriodValue {
  return a === undefined || b === undefined ? undefined : keepFinite(operator(a, b));
}

function foldPresent(list: readonly PeriodValue[], fold: (present: number[]) => number): PeriodValue {
  const present = list.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : fold(present);
}

function keepFinite(value: PeriodValue): PeriodValue {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
