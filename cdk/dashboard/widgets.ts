import { type IWidget, SingleValueWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** A value older than this is none: an evaluator that is silent must not look like one that is content. */
export const present = '-PT15M';

/** What the lines look back on. */
export const month = '-P30D';

/** A text in Markdown over the whole width. */
export function createHeading(markdown: string, height = 1): IWidget {
  return new TextWidget({ markdown, width: 24, height });
}

/** Metrics as numbers side by side. */
export function createNumbers(
  title: string,
  metrics: SingleValueWidget['props']['metrics'],
  widgetWidth: number,
  widgetHeight: number,
): IWidget {
  return new SingleValueWidget({
    title,
    metrics,
    // The newest point, not one number of the whole range: these are gauges.
    setPeriodToTimeRange: false,
    start: present,
    width: widgetWidth,
    height: widgetHeight,
  });
}
