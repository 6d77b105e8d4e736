/** What one look of the doctor found. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'fault';
  readonly found: string;
  /** Of a warning or fault. */
  readonly wanted?: string;
  /** What to do. */
  readonly action?: string;
}

/** Is told of each check as it is made, so that a slow one shows what it waits for. */
export type Report = (check: Check) => void;

export function ok(name: string, found: string): Check {
  return { name, state: 'ok', found };
}

interface Lack {
  readonly wanted: string;
  readonly found: string;
  readonly action: string;
}

export function warning(name: string, lack: Lack): Check {
  return { name, state: 'warning', ...lack };
}

export function fault(name: string, lack: Lack): Check {
  return { name, state: 'fault', ...lack };
}
