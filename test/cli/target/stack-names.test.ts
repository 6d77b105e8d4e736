import { describe, expect, it } from 'vitest';
import { requireStackName } from '#cli/target/stack-names.ts';

describe("a stack's name", () => {
  it('is one that CloudFormation takes', () => {
    expect(requireStackName('assay-prod')).toBe('assay-prod');
    expect(() => requireStackName('a.*')).toThrow('--stack: wanted the name of a CloudFormation stack');
  });
});
