import { afterEach, describe, expect, it } from 'vitest';
import { createJudgeClient } from '#adapters/openai/judge-client.ts';

describe("a judge's client", () => {
  afterEach(() => {
    delete process.env.OPENAI_BASE_URL;
  });

  it('sends its key to the place that was named, or to OpenAI, whatever the environment says', () => {
    process.env.OPENAI_BASE_URL = 'https://elsewhere.example/v1';
    expect(createJudgeClient('sk-test').baseUrl).toBe('https://api.openai.com/v1');
    expect(createJudgeClient('sk-test', { url: 'https://gateway.example/v1' }).baseUrl).toBe(
      'https://gateway.example/v1',
    );
  });
});
