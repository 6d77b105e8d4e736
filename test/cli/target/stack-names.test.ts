import { describe, expect, it } from 'vitest';
import { findStackResource, requireStackName } from '#cli/target/stack-names.ts';

describe("a stack's resources by their names", () => {
  const names = [
    'assay-prod2-StorageSeriesTable0A1B2C3D-X',
    'assay-prod-StorageSeriesTableBackup0A1B2C3D-X',
    'assay-prod-StorageSeriesTable0A1B2C3D-X',
  ];

  it('are told from those of other stacks and of resources whose names begin alike', () => {
    expect(findStackResource('assay-prod', 'StorageSeriesTable', 'table', names)).toBe(names[2]);
  });

  it('are asked for where there is none', () => {
    expect(() => findStackResource('assay-prod', 'JudgeQueue', 'queue', names)).toThrow(
      'have no queue "assay-prod-JudgeQueue…"',
    );
  });

  it('want a name that CloudFormation takes', () => {
    expect(requireStackName('assay-prod')).toBe('assay-prod');
    expect(() => requireStackName('a.*')).toThrow('--stack: wanted the name of a CloudFormation stack');
  });
});
