import { readInstant } from '../../instant.ts';
import { quoteUntrusted } from '../../read-untrusted.ts';
import { label } from '../../record/response-record.ts';
import { bucketWidth, floorTo } from '../../time.ts';
import { type Bucket, buildSeries, type CountSeries } from '../rules/count-series.ts';

/** Columns of a counts file, in any order; `healthy` may be absent. */
export const countColumns = ['at', 'slo', 'surface', 'good', 'total'] as const;
const healthyColumn = 'healthy';
type Name = (typeof countColumns)[number] | typeof healthyColumn;

/** Why a line is left out. Lines and columns count from 1; column 0 is the line as a whole. */
export interface RowFault {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** The counts of one SLO of one surface. */
export interface CountHistory {
  readonly slo: string;
  readonly surface: string;
  readonly series: CountSeries;
  /** Whether the service was healthy just before an instant; absent where the file has no such column. */
  readonly isHealthy?: (at: number) => boolean;
}

/** An instant and the line it stands in. */
interface LineInstant {
  readonly at: number;
  readonly line: number;
}

interface CountRows {
  readonly slo: string;
  readonly surface: string;
  readonly buckets: Bucket[];
  readonly healthy: Map<number, boolean>;
}

/** What is wrong with a cell, or its value. */
type Cell<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/**
 * Takes the lines of a counts file one by one: `at,slo,surface,good,total` with a bucket's start, and perhaps
 * `healthy` (0 or 1). A line that does not fit is refused with its place and reason and the rest goes on; lines of the
 * same bucket are added up. Nothing here throws.
 */
export class CountsReader {
  readonly faults: RowFault[] = [];
  rows = 0;
  /** The first and the last instant, with their lines. */
  span: { readonly from: LineInstant; readonly to: LineInstant } | undefined;
  /** By surface and SLO. */
  readonly #series = new Map<string, Map<string, CountRows>>();
  readonly #names = new Map<string, Cell<string>>();
  #lastInstant: { readonly text: string; readonly cell: Cell<number> } | undefined;
  #places: Map<Name, number> | undefined;
  #refusedHead = false;

  /** The first line that is not blank: names of columns. False where one is missing, or named twice. */
  readHead(cells: readonly string[], line: number): boolean {
    const names = cells.map((cell) =>
      cell
        .replace(/^\uFEFF/, '')
        .trim()
        .toLowerCase(),
    );
    const missing = countColumns.filter((name) => !names.includes(name));
    const twice = [...countColumns, healthyColumn].find(
      (name) => names.indexOf(name) !== names.lastIndexOf(name),
    );
    if (missing.length > 0 || twice !== undefined) {
      this.#refusedHead = true;
      this.faults.push({
        line,
        column: twice === undefined ? 0 : names.lastIndexOf(twice) + 1,
        reason:
          twice === undefined
            ? `wanted the columns ${countColumns.join(', ')} (and perhaps ${healthyColumn}) named in the first line, but ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not there; got ${quoteUntrusted(names.join(','))}`
            : `the column "${twice}" is named twice; keep one`,
      });
      return false;
    }
    this.#places = new Map(
      ([...countColumns, healthyColumn] as const).flatMap((name) =>
        names.includes(name) ? [[name, names.indexOf(name)]] : [],
      ),
    );
    return true;
  }

  /** A line of cells. The first one is the head. */
  readLine(cells: readonly string[], line: number): void {
    if (this.#refusedHead) return;
    if (this.#places === undefined) {
      this.readHead(cells, line);
      return;
    }
    this.#readRow(cells, line, this.#places);
  }

  refuse(line: number, reason: string): void {
    if (!this.#refusedHead) this.faults.push({ line, column: 0, reason });
  }

  /** The series that the lines made, in the order in which they came. */
  histories(): CountHistory[] {
    const knowsHealth = this.#places?.has(healthyColumn) === true;
    return this.#gathered().map(({ slo, surface, buckets, healthy }) => ({
      slo,
      surface,
      series: buildSeries(buckets),
      ...(knowsHealth && { isHealthy: healthBefore(healthy) }),
    }));
  }

  /** How many lines name an `at` that their series had before. */
  countRepeated(): number {
    return this.#gathered().reduce(
      (sum, { buckets }) => sum + buckets.length - new Set(buckets.map(({ at }) => at)).size,
      0,
    );
  }

  #gathered(): CountRows[] {
    return [...this.#series.values()].flatMap((slos) => [...slos.values()]);
  }

  #readRow(cells: readonly string[], line: number, places: ReadonlyMap<Name, number>): void {
    const faults: RowFault[] = [];
    const read = <T>(name: Name, parse: (text: string) => Cell<T>): T | undefined => {
      const index = places.get(name) ?? 0;
      const text = cells[index]?.trim();
      const cell: Cell<T> =
        text === undefined || text === '' ? { ok: false, reason: 'wanted a value, got none' } : parse(text);
      if (cell.ok) return cell.value;
      faults.push({ line, column: index + 1, reason: `${name}: ${cell.reason}` });
      return undefined;
    };
    const at = read('at', (text) => this.#instant(text));
    const slo = read('slo', (text) => this.#name(text));
    const surface = read('surface', (text) => this.#name(text));
    const good = read('good', readCount);
    const total = read('total', readCount);
    const healthy = places.has(healthyColumn) ? read(healthyColumn, readFlag) : undefined;
    if (good !== undefined && total !== undefined && good > total) {
      faults.push({
        line,
        column: (places.get('good') ?? 0) + 1,
        reason: `good: wanted at most the ${total} of total, got ${good}`,
      });
    }
    this.faults.push(...faults);
    if (faults.length > 0 || at === undefined || slo === undefined || surface === undefined) return;
    if (good === undefined || total === undefined) return;
    this.rows += 1;
    const from = this.span === undefined || at < this.span.from.at ? { at, line } : this.span.from;
    const to = this.span === undefined || at > this.span.to.at ? { at, line } : this.span.to;
    this.span = { from, to };
    this.#add({ slo, surface }, { at, good, total }, healthy);
  }

  #add(name: { slo: string; surface: string }, bucket: Bucket, healthy: boolean | undefined): void {
    let slos = this.#series.get(name.surface);
    if (slos === undefined) {
      slos = new Map();
      this.#series.set(name.surface, slos);
    }
    let rowsOfSeries = slos.get(name.slo);
    if (rowsOfSeries === undefined) {
      rowsOfSeries = { ...name, buckets: [], healthy: new Map() };
      slos.set(name.slo, rowsOfSeries);
    }
    rowsOfSeries.buckets.push(bucket);
    if (healthy !== undefined) {
      const start = floorTo(bucket.at, bucketWidth);
      rowsOfSeries.healthy.set(start, healthy && (rowsOfSeries.healthy.get(start) ?? true));
    }
  }

  /** The same instant often stands in one line after the other. */
  #instant(text: string): Cell<number> {
    if (this.#lastInstant?.text !== text) this.#lastInstant = { text, cell: readInstant(text) };
    return this.#lastInstant.cell;
  }

  #name(text: string): Cell<string> {
    let cell = this.#names.get(text);
    if (cell === undefined) {
      cell = readName(text);
      this.#names.set(text, cell);
    }
    return cell;
  }
}

const numberForm = /^\d+(\.\d*)?(e[+-]?\d{1,3})?$/i;

/** More events than this in a bucket is a slip: sums of them would lose single events. */
const mostEvents = 1e12;

function readCount(text: string): Cell<number> {
  const value = numberForm.test(text) ? Number(text) : Number.NaN;
  return value <= mostEvents
    ? { ok: true, value }
    : { ok: false, reason: `wanted a number from 0 to 1e12, got ${quoteUntrusted(text)}` };
}

function readName(text: string): Cell<string> {
  return label.safeParse(text).success
    ? { ok: true, value: text }
    : {
        ok: false,
        reason: `wanted a name of at most 200 characters without "#", got ${quoteUntrusted(text)}`,
      };
}

function readFlag(text: string): Cell<boolean> {
  return text === '0' || text === '1'
    ? { ok: true, value: text === '1' }
    : {
        ok: false,
        reason: `wanted 1 while the service was healthy and 0 while it was not, got ${quoteUntrusted(text)}`,
      };
}

/** Health of the last bucket that began before an instant; healthy before the first. */
function healthBefore(healthy: ReadonlyMap<number, boolean>): (at: number) => boolean {
  const starts = [...healthy.keys()].sort((first, second) => first - second);
  return (at) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    const start = starts[low - 1];
    return start === undefined ? true : healthy.get(start) === true;
  };
}
