import * as z from 'zod';
import { policySchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import { judgesFileSchema } from '#core/judges/judge.ts';
import { feedbackRecordSchema, responseRecordSchema } from '#core/record/response-record.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { runReportSchema } from '#local/report/run-report.ts';

const schemas: Readonly<Record<string, { title: string; description: string; schema: z.ZodType }>> = {
  policy: {
    title: 'Assay policy',
    description:
      'slos/policy.yaml: what all surfaces share: spending, retention, tiers, alert rows and SLO templates.',
    schema: policySchema,
  },
  surface: {
    title: 'Assay surface',
    description: 'slos/<surface>.yaml: one product place that answers, its traffic and its SLOs.',
    schema: surfaceSchema,
  },
  rubric: {
    title: 'Assay rubric',
    description:
      'rubrics/<id>/<version>.yaml: what a good answer is. A released version never changes; "assay rubric bump" makes the next.',
    schema: rubricSchema,
  },
  judges: {
    title: 'Assay judges',
    description:
      'rubrics/judges.yaml: the judges that rubrics may name: place, key, dialect, prices and tier of each model.',
    schema: judgesFileSchema,
  },
  'response-record': {
    title: 'Assay response record',
    description: 'One logged answer of an LLM application: the body of one message to the response queue.',
    schema: responseRecordSchema,
  },
  'feedback-record': {
    title: 'Assay feedback record',
    description:
      'The implicit signal that comes minutes after a response: the body of one message to the response queue.',
    schema: feedbackRecordSchema,
  },
  'run-report': {
    title: 'Assay run report',
    description: 'What "assay run --report" writes.',
    schema: runReportSchema,
  },
};

/** File name to text of every JSON Schema. Draft 7, which editors' YAML support completes by; what people write, not what is read from it. */
export function schemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(schemas).map(([name, { title, description, schema }]) => {
      const { $schema, ...body } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
      return [
        `${name}.schema.json`,
        `${JSON.stringify({ $schema, title, description, ...body }, null, 2)}\n`,
      ];
    }),
  );
}
