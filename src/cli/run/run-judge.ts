import type { SessionOptions } from '#local/session/session.ts';
import { CliError } from '../terminal/cli-error.ts';

/** What a `--judge` value asks for. @throws CliError where it asks for none, or the key of a real judge is missing */
export function requireJudge(text: string): SessionOptions['judge'] {
  if (text === 'simulated') return { kind: 'simulated' };
  if (text === 'openai') return { kind: 'openai', key: requireKey() };
  if (text.startsWith('recorded:') && text.length > 9) return { kind: 'recorded', file: text.slice(9) };
  throw new CliError(`--judge: wanted recorded:FILE, simulated or openai, got "${text}".`);
}

function requireKey(): string {
  const key = process.env.OPENAI_API_KEY;
  if (key === undefined || key === '') {
    throw new CliError(
      '--judge openai: wanted the key in the environment variable OPENAI_API_KEY, got nothing. (A deployment takes it from Secrets Manager; a local run puts it into its local secret, in memory.)',
    );
  }
  return key;
}
