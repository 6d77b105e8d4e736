/** What SQS does not take: characters that XML 1.0 does not know. */
const refused = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Lets the queue server take what SQS takes. It looks at halves of characters, and so refuses every one that has two:
 * emoji, above all.
 */
export async function takeWholeCharacters(): Promise<void> {
  const types = new URL('sqs/sqsTypes.js', import.meta.resolve('fauxqs'));
  const { INVALID_MESSAGE_BODY_CHAR: pattern } = (await import(types.href)) as {
    readonly INVALID_MESSAGE_BODY_CHAR: RegExp;
  };
  pattern.test = (text) => refused.test(text);
}
