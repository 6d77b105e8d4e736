import type { Expectation } from './expectation.ts';
import type { TrafficMessage } from './traffic.ts';

/** A message as it was sent, without its body. */
export interface SentMessage {
  readonly messageId: string;
  readonly what: TrafficMessage['what'];
  readonly expectation: Expectation;
}

/** What a balance comes to. */
export class Findings {
  readonly figures: Record<string, number> = {};
  readonly violations: string[] = [];

  figure(name: string, value: number): void {
    this.figures[name] = value;
  }

  /** A violation where a thing does not hold. */
  check(holds: boolean, otherwise: () => string): void {
    if (!holds) this.violations.push(otherwise());
  }
}
