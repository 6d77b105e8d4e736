import { Stack } from 'aws-cdk-lib';
import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';

/** What widgets weigh in CloudWatch's limits of a dashboard. */
export interface DashboardSize {
  readonly widgets: number;
  /** One in an expression counts, shown or not. */
  readonly metrics: number;
  /** Characters of the body. */
  readonly characters: number;
}

/** CloudWatch allows 500 widgets, 2,500 metrics and some 500 KB; the rest is room for headings and their words. */
export const dashboardLimits: DashboardSize = { widgets: 490, metrics: 2_500, characters: 400_000 };

export function measureSize(scope: IConstruct, widgets: readonly IWidget[]): DashboardSize {
  const rendered = Stack.of(scope).resolve(widgets.flatMap((widget) => widget.toJson())) as RenderedWidget[];
  return {
    widgets: rendered.length,
    metrics: rendered.flatMap(({ properties }) => (properties.metrics ?? []).filter(isMetric)).length,
    characters: JSON.stringify(rendered).length,
  };
}

interface RenderedWidget {
  readonly properties: { readonly metrics?: readonly (readonly unknown[])[] };
}

/** An expression is an entry of one object; a metric begins with its namespace. */
function isMetric(entry: readonly unknown[]): boolean {
  return typeof entry[0] === 'string';
}

/**
 * Fills a first page with as many parts as fit beside what it holds, then further ones.
 *
 * @param sizeOfPart of a part that is never larger than a page
 * @param held what the first page holds already
 */
export function paginate<Part>(
  parts: readonly Part[],
  sizeOfPart: (part: Part) => DashboardSize,
  held: DashboardSize,
  limits: DashboardSize,
): Part[][] {
  const pages: Part[][] = [[]];
  let size = held;
  for (const part of parts) {
    const own = sizeOfPart(part);
    const together = add(size, own);
    if (fits(together, limits)) {
      pages.at(-1)?.push(part);
      size = together;
    } else {
      pages.push([part]);
      size = own;
    }
  }
  return pages;
}

function add(first: DashboardSize, second: DashboardSize): DashboardSize {
  return {
    widgets: first.widgets + second.widgets,
    metrics: first.metrics + second.metrics,
    characters: first.characters + second.characters,
  };
}

function fits(size: DashboardSize, limits: DashboardSize): boolean {
  return (
    size.widgets <= limits.widgets && size.metrics <= limits.metrics && size.characters <= limits.characters
  );
}
