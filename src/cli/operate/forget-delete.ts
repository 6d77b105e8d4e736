import { type TargetOptions, targetFlags } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { openStorage } from './forget-storage.ts';
import { formatForgetting } from './forget-text.ts';
import { type ForgetRequest, forget } from './forget-traces.ts';

export interface ForgetOptions extends TargetOptions, ForgetRequest, JsonOptions {}

/** Shows what is stored of a response or a user, and with `--yes` deletes it. */
export async function forgetTexts(options: ForgetOptions): Promise<void> {
  requireOne(options);
  const storage = await openStorage(options);
  try {
    const forgetting = await forget(storage, options);
    print(
      options.json === true
        ? JSON.stringify(forgetting, null, 2)
        : formatForgetting(forgetting, targetFlags(options)),
    );
  } finally {
    await storage.close();
  }
}

function requireOne({ response, user }: ForgetRequest): void {
  if ((response === undefined) === (user === undefined))
    throw new CliError(
      'Wanted either --response with the id of a response, or --user with the id of a user.',
    );
  if (response === '') throw new CliError('--response: wanted the id of a response, got nothing.');
  if (user === '') throw new CliError('--user: wanted the id of a user, got nothing.');
}
