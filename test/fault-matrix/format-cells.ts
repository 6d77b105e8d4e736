import type { MatrixCell } from './fault-matrix.ts';

/** The matrix as a table in Markdown, a row a cell, with what came in few words; `-` where nothing did. */
export function formatCells(cells: readonly MatrixCell[]): string {
  return [
    '| call | fault | met | told | lost | doubled | late |',
    '|---|---|---|---|---|---|---|',
    ...cells.map(({ call, mode, met, consequences: { told, lost, doubled, late } }) =>
      [
        '',
        call,
        mode,
        String(met),
        ...[formatTold(told), lost, formatDoubled(doubled), formatLate(late)].map(formatList),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
}

function formatList(words: readonly string[]): string {
  return words.length === 0 ? '-' : words.join('; ');
}

function formatTold(told: readonly string[]): string[] {
  const runs = /^(\d+) failed runs of the .*/;
  return told.map((each) => each.replace(runs, '$1 runs failed'));
}

/** `counted chat c 767 for 748 (19 told as redelivered)`, and others that stay as they are. */
const recounted = /^counted .* (\d+) for (\d+) \((\d+) told/;

function formatDoubled(doubled: readonly string[]): string[] {
  const counts = doubled.flatMap((each) => {
    const [, got, wanted, told] = recounted.exec(each) ?? [];
    return told === undefined ? [] : [{ more: Number(got) - Number(wanted), told: Number(told) }];
  });
  const others = doubled.filter((each) => !recounted.test(each));
  if (counts.length === 0) return others;
  const most = Math.max(...counts.map(({ more }) => more));
  const isTold = counts.every(({ more, told }) => told >= more);
  const how = isTold ? 'told as redelivered' : 'NOT all told as redelivered';
  return [`${counts.length} counters by up to ${most} records, ${how}`, ...others];
}

function formatLate(late: readonly string[]): string[] {
  const rest = late.filter((each) => !/ min late$/.test(each));
  const minutesOf = (isAlarm: boolean) =>
    late.flatMap((each) => {
      const [, minutes] = /(\d+) min late$/.exec(each) ?? [];
      return minutes !== undefined && each.startsWith('alarm ') === isAlarm ? [Number(minutes)] : [];
    });
  const group = (what: string, minutes: readonly number[]) =>
    minutes.length === 0
      ? []
      : [`${minutes.length} ${what}${minutes.length === 1 ? '' : 's'} by ${Math.max(...minutes)} min`];
  return [
    ...group('alarm', minutesOf(true)),
    ...group('announcement', minutesOf(false)),
    ...rest.map((each) => each.replace(/^(\d+) minutes without gauges$/, '$1 ticks without gauges')),
  ];
}
