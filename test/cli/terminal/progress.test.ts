import { afterEach, expect, it, vi } from 'vitest';
import { endWaiting, hideWaiting, showWaiting } from '#cli/terminal/progress.ts';

const terminal = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, written, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
};

afterEach(() => {
  endWaiting();
  vi.useRealTimers();
});

it('a command says that it is at work once it takes two seconds, makes room for what is printed, and ends', () => {
  vi.useFakeTimers();
  const screen = terminal(true);
  showWaiting('assay status', screen);
  vi.advanceTimersByTime(1_900);
  expect(screen.written).toEqual([]);
  vi.advanceTimersByTime(1_200);
  expect(screen.written.at(-1)).toBe('\r\u001b[2Kassay status: at work for 3 s');
  hideWaiting();
  hideWaiting();
  expect(screen.written.slice(-2)).toEqual(['\r\u001b[2Kassay status: at work for 3 s', '\r\u001b[2K']);
  vi.advanceTimersByTime(1_000);
  expect(screen.written.at(-1)).toContain('4 s');
  endWaiting();
  const before = screen.written.length;
  vi.advanceTimersByTime(5_000);
  expect(screen.written).toHaveLength(before);
});

it('where there is no terminal nothing is said', () => {
  vi.useFakeTimers();
  const screen = terminal(false);
  showWaiting('assay status', screen);
  vi.advanceTimersByTime(10_000);
  expect(screen.written).toEqual([]);
});
