import { beforeAll, describe, expect, it } from 'vitest';
import { mostLines } from '#cdk/dashboard/panels.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { categories, metric } from '#core/names.ts';
import { healthRules } from '#core/slo/alarms/health.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { shippedCatalogue } from '#test/support/shipped.ts';
import {
  type Body,
  dashboardsOf,
  expressionsOf,
  intersect,
  metricsOf,
  type SynthesizedDashboards,
  type Widget,
} from '../support/dashboards.ts';

const allOn = { 'judge-pass': 'on', refusals: 'on', 'first-token': 'on', availability: 'on' } as const;

/** `count` surfaces of four SLOs, tier 1, `default` among them. */
function many(count: number): Catalogue {
  const names = ['default', ...Array.from({ length: count - 1 }, (_, index) => `surface-${index}`)];
  return testCatalogue({ surfaces: names.map((surface) => ({ surface, tier: 1, slos: allOn })) });
}

const one = testCatalogue({
  surfaces: [{ surface: 'default', title: 'Chat', tier: 1, slos: allOn }],
});

let shipped: Catalogue;
let bodies: Record<string, SynthesizedDashboards>;

beforeAll(async () => {
  shipped = await shippedCatalogue();
  const catalogues = { one, shipped, thirty: many(30), sixty: many(60) };
  bodies = Object.fromEntries(
    Object.entries(catalogues).map(([name, catalogue]) => [name, dashboardsOf(catalogue)]),
  );
});

function main(name: string): Body {
  const body = bodies[name]?.dashboards[0];
  if (body === undefined) throw new Error(`no dashboard of ${name}`);
  return body;
}

const titled = (body: Body, title: string): Widget => {
  const found = body.widgets.find(({ properties }) => properties.title === title);
  if (found === undefined)
    throw new Error(
      `no widget "${title}" among ${body.widgets.map(({ properties }) => properties.title).join(', ')}`,
    );
  return found;
};
const texts = (body: Body) => body.widgets.map(({ properties }) => properties.markdown ?? '').join('\n');

describe.each(['one', 'shipped', 'thirty', 'sixty'])('dashboards of surfaces: %s', (name) => {
  it('lay their widgets side by side, on 24 columns', () => {
    for (const { widgets } of bodies[name]?.dashboards ?? []) {
      for (const [index, widget] of widgets.entries()) {
        expect(widget.x + widget.width).toBeLessThanOrEqual(24);
        expect(Math.min(widget.x, widget.y)).toBeGreaterThanOrEqual(0);
        expect(widgets.slice(index + 1).filter((other) => intersect(widget, other))).toEqual([]);
      }
    }
  });

  it('stay under CloudWatch’s limits', () => {
    for (const { widgets, size } of bodies[name]?.dashboards ?? []) {
      expect(widgets.length).toBeLessThanOrEqual(500);
      expect(size).toBeLessThan(500_000);
      const metrics = widgets.map((widget) => metricsOf(widget).filter(({ isSearch }) => !isSearch).length);
      expect(Math.max(...metrics)).toBeLessThanOrEqual(500);
      expect(metrics.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2_500);
    }
  });

  it('show every category of every surface in detail, once', () => {
    const { catalogue, dashboards = [] } = bodies[name] ?? {};
    const shown = dashboards.flatMap(({ widgets }) =>
      widgets
        .filter(({ properties }) => properties.title?.endsWith(': burn rates, 30 days'))
        .map(({ properties }) => properties.title),
    );
    const expected = (catalogue?.surfaces ?? []).flatMap(({ title, slos }) =>
      [...new Set(slos.map(({ category }) => category))].map(() => `${title}: burn rates, 30 days`),
    );
    expect(shown.toSorted()).toEqual(expected.toSorted());
  });

  it('name alarms of the stack, every page and rollback among them, at most 100 a widget', () => {
    const { alarms: all = [] } = bodies[name] ?? {};
    const widgets = main(name).widgets.filter(({ type }) => type === 'alarm');
    for (const { properties } of widgets) expect(properties.alarms?.length).toBeLessThanOrEqual(100);
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(new Set(shown).size).toBe(shown.length);
    const prefix = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:';
    expect(shown.filter((arn) => !all.includes(arn.replace(prefix, '')))).toEqual([]);
    const urgent = all.filter((alarm) => /-(page|rollback)$/.test(alarm) || alarm.includes('-operations-'));
    expect(urgent.filter((alarm) => !shown.includes(`${prefix}${alarm}`))).toEqual([]);
  });

  it('have 30 days of lines, newest points as numbers, and periods that hold', () => {
    for (const { start, periodOverride, widgets } of bodies[name]?.dashboards ?? []) {
      expect({ start, periodOverride }).toEqual({ start: '-P30D', periodOverride: 'inherit' });
      for (const { properties } of widgets) {
        if (properties.view === 'singleValue' && properties.start === '-PT15M')
          expect(properties.setPeriodToTimeRange).toBe(false);
      }
    }
  });
});

describe('the first screen', () => {
  it('is four panels beside each other, above everything else', () => {
    const { widgets } = main('one');
    const lines = categories.map((category) =>
      widgets.find(({ properties }) => properties.title?.toLowerCase() === `${category}, 30 days`),
    );
    expect(lines.map((line) => line?.x)).toEqual([0, 6, undefined, 18]);
    expect(widgets.find(({ x, y }) => x === 12 && y === 3)?.properties.markdown).toBe(
      '## Cost\nNo objective is set for this category.',
    );
    const alarms = widgets.find(({ properties }) => properties.markdown?.startsWith('## Alarms'));
    for (const line of lines.filter((each) => each !== undefined)) {
      expect(line.y + line.height).toBeLessThanOrEqual(17);
      expect(line.y + line.height).toBeLessThanOrEqual(alarms?.y ?? 0);
    }
    expect(lines[0]?.height).toBe(lines[1]?.height);
  });

  it('is no taller with several surfaces than a screen', () => {
    for (const category of ['Latency', 'Quality', 'Cost', 'Availability']) {
      const line = titled(main('shipped'), `${category}, 30 days`);
      expect(line.y + line.height).toBeLessThanOrEqual(17);
    }
  });

  it('says the value, the objective, the change and the burn of the only headline', () => {
    const [numbers] = main('one').widgets.filter(({ properties }) => properties.title === 'Now');
    expect(numbers && expressionsOf(numbers)).toMatchObject([
      { label: 'first token in time (%)', expression: expect.stringMatching(/^100 \* m\d+$/) },
      { label: 'Objective (%)', expression: 'TIME_SERIES(95)' },
      { label: 'Against 7 days ago (points)' },
    ]);
    expect(numbers && metricsOf(numbers).map(({ name }) => name)).toEqual([
      metric.sli,
      metric.sliChange,
      metric.burnRate,
    ]);
    expect(texts(main('one'))).toContain(
      '## Latency\n**first token in time** (Chat): share of responses whose time to the first token is at most 600 ms, wanted at least 95% over 24h.',
    );
  });

  it('says of several surfaces each value, and the worst change, burn and budget', () => {
    const worst = main('shipped').widgets.filter(
      ({ properties }) => properties.title === 'Worst of the surfaces',
    );
    expect(worst).toHaveLength(4);
    for (const widget of worst) {
      const [change, burn, budget] = expressionsOf(widget);
      expect(change?.expression).toMatch(/^100 \* MIN\(\[m\d+, /);
      expect(burn?.expression).toMatch(/^MAX\(\[m\d+, /);
      expect(budget?.expression).toMatch(/^100 \* MIN\(\[m\d+, /);
    }
    const [latency] = main('shipped').widgets.filter(({ properties }) => properties.title === 'Now');
    expect(latency && expressionsOf(latency).map(({ label }) => label)).toEqual([
      'agent (%), wanted 95%',
      'chat (%), wanted 95%',
      'search (%), wanted 95%',
      'batch (%), wanted 95%',
    ]);
  });

  it('writes the rule of green, yellow and red down as the local page has it', () => {
    for (const { word, colour, rule } of Object.values(healthRules))
      expect(texts(main('one'))).toContain(`**${colour}**, ${word}: ${rule}`);
  });

  it('colours a category by the health that the evaluator publishes', () => {
    const light = titled(main('one'), 'Latency');
    expect(light.properties.view).toBe('pie');
    expect(expressionsOf(light)).toMatchObject([
      { label: 'Breaking', color: '#d62728', expression: expect.stringMatching(/^IF\(m\d+ == 3, 1, 0\)$/) },
      { label: 'Watch', expression: expect.stringMatching(/ == 2, 1, 0\)$/) },
      { label: 'Healthy', color: '#2ca02c', expression: expect.stringMatching(/ == 1, 1, 0\)$/) },
      { label: 'No data', expression: expect.stringMatching(/ == 0, 1, 0\)$/) },
    ]);
    for (const shown of metricsOf(light))
      expect(shown).toMatchObject({ name: metric.health, dimensions: { Category: 'latency' } });
  });

  it('draws releases, rubric versions and incidents on every line', () => {
    const marked = [metric.releaseMark, metric.rubricMark, metric.incidentMark];
    for (const category of ['Latency', 'Quality', 'Cost', 'Availability']) {
      const names = metricsOf(titled(main('shipped'), `${category}, 30 days`)).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(marked));
    }
  });

  it('says that lines are of some surfaces where there are too many', () => {
    expect(texts(main('thirty'))).toContain(
      `Colours are of all 30 surfaces; lines and numbers on this screen of the ${mostLines} that matter most.`,
    );
    expect(texts(main('shipped'))).not.toContain('Colours are of all');
  });
});

describe('objectives on the lines', () => {
  it('are those of the SLO files', () => {
    const drawn = (category: string) =>
      titled(main('shipped'), `${category}, 30 days`).properties.annotations?.horizontal;
    expect(drawn('Latency')).toMatchObject([{ value: 95, label: 'objective 95%' }]);
    expect(drawn('Quality')).toMatchObject([
      { value: 92, label: 'objective 92%' },
      { value: 88, label: 'objective 88% chat' },
    ]);
    expect(drawn('Cost')).toMatchObject([{ value: 95 }]);
    expect(drawn('Availability')).toMatchObject([
      { value: 99.95, label: 'objective 99.95% agent, chat, search' },
      { value: 99, label: 'objective 99% batch' },
    ]);
  });

  it('are drawn in the details of each surface, and only its own', () => {
    for (const { title, slos } of shipped.surfaces) {
      const widgets = main('shipped').widgets.filter(
        ({ properties }) => properties.title === `${title}: objectives, 30 days`,
      );
      const drawn = widgets.flatMap(({ properties }) => properties.annotations?.horizontal ?? []);
      const expected = [...new Set(categories)].flatMap((category) => [
        ...new Set(slos.filter((slo) => slo.category === category).map(({ objective }) => objective)),
      ]);
      expect(drawn.map(({ value }) => value)).toEqual(
        expected
          .filter((objective) => objective !== null)
          .map((objective) => Number((100 * objective).toFixed(4))),
      );
    }
  });
});

describe('surfaces whose SLOs are all off', () => {
  const quiet = testCatalogue({
    surfaces: [
      { surface: 'chat', slos: allOn },
      { surface: 'quiet', slos: { availability: 'off' } },
    ],
  });

  it('get no nested stack, which would be empty', () => {
    const { nested } = synthesizeTemplate(quiet, 'test');
    expect(nested.map(({ surface }) => surface)).toEqual(['chat', 'default']);
    for (const { template } of nested) expect(Object.keys(template.Resources).length).toBeGreaterThan(0);
  });

  it('stand on no dashboard', () => {
    expect(JSON.stringify(dashboardsOf(quiet).dashboards)).not.toContain('quiet');
  });
});
