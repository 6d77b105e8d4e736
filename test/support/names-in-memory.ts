import type { NameStore } from '#adapters/dynamodb/name-store.ts';
import { type NameKind, nameKinds, namesKey } from '#core/series/counted-names.ts';

/** Names of days as the table keeps them, shared by whoever has it. */
export function namesInMemory(): NameStore & { claims: number; isBroken: boolean } {
  const days = new Map<string, Record<NameKind, Set<string>>>();
  return {
    claims: 0,
    isBroken: false,
    async claim(surface, at, wanted, caps) {
      this.claims += 1;
      if (this.isBroken) throw new Error('no table');
      const { pk, sk } = namesKey(surface, at);
      const names = days.get(`${pk} ${sk}`) ?? { provider: new Set(), cohort: new Set(), release: new Set() };
      days.set(`${pk} ${sk}`, names);
      for (const kind of nameKinds)
        for (const name of wanted[kind]) if (names[kind].size < caps[kind]) names[kind].add(name);
      return {
        provider: new Set(names.provider),
        cohort: new Set(names.cohort),
        release: new Set(names.release),
      };
    },
  };
}
