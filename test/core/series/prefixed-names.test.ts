import { expect, it } from 'vitest';
import { prefixed } from '#core/series/prefixed-names.ts';

it('gives each name under its prefix, however many there are and whatever they are called', () => {
  const columnOf = prefixed('pt:');
  const names = ['a', '', '__proto__', ...Array.from({ length: 5_000 }, (_, index) => `p${index}`), 'a'];
  expect(names.map(columnOf)).toEqual(names.map((name) => `pt:${name}`));
});
