import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { AssayStack } from '#cdk/assay-stack.ts';
import { settingsOf } from '#cdk/stage/settings.ts';
import { inProcess, type Template } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { resolve } from '#local/stack/template.ts';
import { resourcesOf } from './read-template.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A widget of a dashboard's body, as CloudWatch reads it. */
export interface Widget extends Rectangle {
  readonly type: 'text' | 'metric' | 'alarm';
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly view?: string;
    readonly start?: string;
    readonly setPeriodToTimeRange?: boolean;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal?: readonly { value: number; label: string }[] };
  };
}

export interface Body {
  readonly name: string;
  /** Characters. */
  readonly size: number;
  readonly start: string;
  readonly periodOverride: string;
  readonly widgets: readonly Widget[];
}

export interface SynthesizedDashboards {
  readonly catalogue: Catalogue;
  /** The main one first. */
  readonly dashboards: readonly Body[];
  /** Names of every alarm of the stage. */
  readonly alarms: readonly string[];
}

/** The dashboards of a stage from its synthesized templates. */
export function dashboardsOf(catalogue: Catalogue): SynthesizedDashboards {
  const outdir = mkdtempSync(join(tmpdir(), 'assay-dashboards-'));
  try {
    const app = new App({ ...inProcess, outdir });
    const stack = new AssayStack(app, { settings: settingsOf('test'), catalogue });
    app.synth();
    const all = stack.node.findAll();
    return {
      catalogue,
      dashboards: all
        .filter((construct) => construct instanceof CfnDashboard)
        .map((dashboard) => readBody(join(outdir, Stack.of(dashboard).templateFile))),
      alarms: all.flatMap((each) => (each instanceof CfnAlarm ? (each.alarmName ?? []) : [])),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function readBody(templateFile: string): Body {
  const template = JSON.parse(readFileSync(templateFile, 'utf8')) as Template;
  const [found] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
  const body = String(resolve(found?.properties.DashboardBody, (name) => ({ ref: name, attributes: {} })));
  return {
    ...(JSON.parse(body) as Omit<Body, 'name' | 'size'>),
    name: String(found?.properties.DashboardName),
    size: body.length,
  };
}

/** A metric of a widget with the options of its entry; of a search, the names of the dimensions alone. */
export interface ShownMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly isSearch: boolean;
}

export function metricsOf({ properties }: Widget): ShownMetric[] {
  return (properties.metrics ?? []).flatMap((entry) => {
    const [first] = entry;
    if (typeof first !== 'string') return searchesOf(first as { expression: string });
    const words = entry.filter((each) => typeof each === 'string');
    const [namespace = '', name = '', ...rest] = words;
    const pairs = rest.flatMap((word, index) => (index % 2 === 0 ? [[word, rest[index + 1] ?? '']] : []));
    return [{ namespace, name, dimensions: Object.fromEntries(pairs), isSearch: false }];
  });
}

function searchesOf({ expression }: { readonly expression: string }): ShownMetric[] {
  return [...expression.matchAll(/SEARCH\('\{([^}]+)\} MetricName="(\w+)"/g)].map(
    ([, schema = '', name = '']) => {
      const [namespace = '', ...dimensions] = schema.split(',');
      return {
        namespace,
        name,
        dimensions: Object.fromEntries(dimensions.map((key) => [key, '*'])),
        isSearch: true,
      };
    },
  );
}

/** Texts of expressions by label. */
export function expressionsOf({ properties }: Widget): { label: string; expression: string }[] {
  return (properties.metrics ?? []).flatMap(([first]) =>
    typeof first === 'object' ? [first as { label: string; expression: string }] : [],
  );
}

export function intersect(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
