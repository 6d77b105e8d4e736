import { afterEach, describe, expect, it } from 'vitest';
import { metric } from '#core/names.ts';
import { hour, minute } from '#core/time.ts';
import { type AwsCall, type AwsProxy, type Fault, serverError, startAwsProxy } from '../support/aws-proxy.ts';
import { healthyRecord } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';

/** What a tick does when AWS refuses one kind of call for a while: nothing is lost, told twice or waits for another. */

const start = Date.parse('2026-11-10T12:00:00Z');
const falls = start + hour;
const mended = falls + 6 * minute;

interface Proxies {
  readonly dynamo: AwsProxy;
  readonly cloudwatch: AwsProxy;
  readonly events: AwsProxy;
}

let flow: SloStack | undefined;
let proxies: Proxies | undefined;

afterEach(async () => {
  await flow?.close();
  await Promise.all(Object.values(proxies ?? {}).map((proxy: AwsProxy) => proxy.close()));
  flow = undefined;
  proxies = undefined;
});

/** Two surfaces; `one` is all errors from `falls` on. Ticks each minute, of which those before `mended` meet the faults. */
async function replay(
  faults: { readonly [Service in keyof Proxies]?: (call: AwsCall) => Fault | undefined },
) {
  const slos = { 'first-token': 'on' } as const;
  flow = await SloStack.start(await catalogueOf(['one', 'two'].map((surface) => ({ surface, slos }))), {
    async between(endpoints) {
      const [dynamo, cloudwatch, events] = await Promise.all([
        startAwsProxy(endpoints.AWS_ENDPOINT_URL_DYNAMODB),
        startAwsProxy(endpoints.AWS_ENDPOINT_URL_CLOUDWATCH),
        startAwsProxy(endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE),
      ]);
      proxies = { dynamo, cloudwatch, events };
      return {
        ...endpoints,
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
        AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.url,
        AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
      };
    },
  });
  const stack = flow;
  const good = healthyRecord('good', start, { surface: 'one' });
  const late = healthyRecord('late', start, { surface: 'one', timing: { ttftMs: 9_000, totalMs: 9_500 } });
  for (const surface of ['one', 'two'])
    await stack.count(surface, [good], { from: start - hour, to: falls, copies: 200 });
  await stack.tick(start);
  await stack.tick(falls - minute);
  await stack.count('one', [late], { from: falls - 5 * minute, to: falls + 15 * minute, copies: 400 });
  await stack.count('two', [good], { from: falls, to: falls + 15 * minute, copies: 200 });
  const errors: string[] = [];
  const heartbeats: boolean[] = [];
  for (let at = falls; at < falls + 12 * minute; at += minute) {
    for (const name of ['dynamo', 'cloudwatch', 'events'] as const)
      proxies?.[name].meddle(at < mended ? (faults[name] ?? (() => undefined)) : () => undefined);
    const before = beats();
    await stack.tick(at).catch((error: unknown) => {
      errors.push(String(error));
      stack.stack.evaluateAlarms(at);
    });
    heartbeats.push(beats() > before);
  }
  return { stack, errors, heartbeats };
}

function published(): string[] {
  return (proxies?.cloudwatch.answered ?? [])
    .filter(({ operation }) => operation === 'PutMetricData')
    .map(({ body }) => JSON.stringify(body));
}

function beats(): number {
  return published().filter((body) => body.includes(metric.heartbeat)).length;
}

/** Pages of `one` that were announced, by id. */
function pages(stack: SloStack): string[] {
  return stack
    .announced()
    .filter(({ surface, severity, to }) => surface === 'one' && severity === 'page' && to === 'ALARM')
    .map((event) => String((event as unknown as { id: string }).id));
}

const refused = () => serverError;
const puts = (wanted: (sk: string) => boolean) => (call: AwsCall) =>
  call.operation === 'PutItem' && wanted(keyOf(call.body.Item).sk) ? serverError : undefined;

function keyOf(item: unknown): { pk: string; sk: string } {
  const { pk, sk } = (item ?? {}) as Record<string, { S?: string } | undefined>;
  return { pk: pk?.S ?? '', sk: sk?.S ?? '' };
}

describe('a tick under faults', () => {
  it('without any, the page fires and is announced once, and every tick beats', async () => {
    const { stack, errors, heartbeats } = await replay({});
    expect(errors).toEqual([]);
    expect(heartbeats).not.toContain(false);
    expect(stack.firing('one')).toEqual({ 'first-token': ['page'] });
    expect(stack.firing('two')).toEqual({});
    expect(pages(stack)).toHaveLength(1);
  });

  it('an event bus that refuses keeps no gauge back, and is told once it takes events again', async () => {
    const { stack, errors, heartbeats } = await replay({ events: refused });
    expect(errors).toHaveLength(6);
    expect(errors[0]).toContain('transitions could not be announced');
    expect(heartbeats).not.toContain(false);
    expect(stack.told('page').map(({ at }) => Date.parse(at))[0]).toBeLessThan(mended);
    expect(stack.firing('one')).toEqual({ 'first-token': ['page'] });
    expect(pages(stack)).toEqual([
      expect.stringMatching(/^one\/first-token#page#ALARM#2026-11-10T13:0[0-5]/),
    ]);
  });

  it('metrics that are refused keep no announcement back, and alarms follow within two ticks', async () => {
    const { stack, errors } = await replay({ cloudwatch: refused });
    expect(errors).toHaveLength(6);
    expect(errors[0]).toContain('gauges');
    expect(pages(stack)).toEqual([expect.stringMatching(/#2026-11-10T13:0[0-5]/)]);
    expect(stack.told('page').map(({ at }) => Date.parse(at) - mended)[0]).toBeLessThanOrEqual(minute);
  });

  it("a surface whose state is not stored is not announced, and the other's is", async () => {
    const { stack, heartbeats } = await replay({ dynamo: puts((sk) => sk === 'state#one') });
    expect(heartbeats).not.toContain(false);
    // Its gauges go on, so that the alarm does not wait for the table.
    expect(stack.told('page').map(({ at }) => Date.parse(at))[0]).toBeLessThan(mended);
    expect(pages(stack)).toEqual([expect.stringMatching(/#2026-11-10T13:(0[6-9]|1)/)]);
    const { tick, surfaces } = await stack.series.readControl();
    expect(surfaces.get('two')?.tick).toBe(tick?.tick);
  });

  it('a tick that is not noted does not beat, and what it found is told once', async () => {
    const { stack, errors, heartbeats } = await replay({ dynamo: puts((sk) => sk === 'tick') });
    expect(errors).toHaveLength(6);
    expect(heartbeats).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(new Set(pages(stack)).size).toBe(1);
    expect(stack.firing('one')).toEqual({ 'first-token': ['page'] });
  });

  it('a surface that cannot be read is unmeasured, and the others are evaluated', async () => {
    const { stack, heartbeats } = await replay({
      dynamo: ({ operation, body }) => {
        const values = (body.ExpressionAttributeValues ?? {}) as Record<string, { S?: string }>;
        return operation === 'Query' && values[':pk']?.S?.startsWith('count#one#') ? serverError : undefined;
      },
    });
    expect(heartbeats).not.toContain(false);
    const unmeasured = stack.told('ticket').filter(({ alarm }) => alarm.includes('one-unmeasured'));
    expect(unmeasured.length).toBeGreaterThan(0);
    expect(stack.surfaceAlarm('two', 'unmeasured')).toBe('OK');
    expect(stack.firing('one')).toEqual({ 'first-token': ['page'] });
    expect(pages(stack)).toHaveLength(1);
    const { tick, surfaces } = await stack.series.readControl();
    expect(surfaces.get('two')?.tick).toBe(tick?.tick);
  });

  it('what is only stored beside, or read for one gauge, holds no alarm', async () => {
    const beside = ['rollup#', 'incident', 'spending'];
    const { stack, errors, heartbeats } = await replay({
      dynamo: ({ operation, body }) => {
        if (operation === 'DeleteItem') return serverError;
        const values = (body.ExpressionAttributeValues ?? {}) as Record<string, { S?: string }>;
        const pk = operation === 'Query' ? values[':pk']?.S : keyOf(body.Item).pk;
        const isDay = operation === 'Query' && pk?.startsWith('rollup#');
        return !isDay && beside.some((start) => pk?.startsWith(start)) ? serverError : undefined;
      },
    });
    expect(errors).toHaveLength(6);
    for (const what of ['spending', 'incidents', 'days']) expect(errors[0]).toContain(`${what}: `);
    expect(heartbeats).not.toContain(false);
    expect(stack.told('page').map(({ at }) => Date.parse(at))[0]).toBeLessThan(mended);
    expect(stack.told('ticket').filter(({ alarm }) => alarm.includes('unmeasured'))).toEqual([]);
    expect(pages(stack)).toHaveLength(1);
    // The hour that closed meanwhile is stored when the table takes it again, and its mark goes.
    const { marks } = await stack.series.readControl();
    expect(marks.filter(({ dirty }) => dirty.hour < '2026-11-10T13')).toEqual([]);
  });

  it('lost answers of states and events change nothing but that an event may come twice under its id', async () => {
    const lost = () => ({ kind: 'answer-lost' }) as const;
    let odd = 0;
    const everyOther = () => (odd++ % 2 === 0 ? lost() : undefined);
    const { stack } = await replay({
      dynamo: (call) => (call.operation === 'PutItem' ? everyOther() : undefined),
      events: everyOther,
    });
    expect(new Set(pages(stack)).size).toBe(1);
    expect(stack.firing('one')).toEqual({ 'first-token': ['page'] });
  });
});
