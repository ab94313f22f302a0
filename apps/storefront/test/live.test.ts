import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { follow } from '../src/shop/live.ts';

const OPEN = 1;
const CLOSED = 2;

class Stream extends EventTarget {
  readyState = OPEN;
  close() {
    this.readyState = CLOSED;
  }
  /** As a browser does it with a 503. */
  refuse() {
    this.readyState = CLOSED;
    this.dispatchEvent(new Event('error'));
  }
}

function browser() {
  const streams: Stream[] = [];
  const page = Object.assign(new EventTarget(), { hidden: false });
  return {
    streams,
    open() {
      const stream = new Stream();
      streams.push(stream);
      return stream as unknown as EventSource;
    },
    page,
    random: () => 0.5,
    show(visible: boolean) {
      page.hidden = !visible;
      page.dispatchEvent(new Event('visibilitychange'));
    },
  };
}

const listener = () => ({ opened: vi.fn(), changed: vi.fn(), lost: vi.fn() });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', { CLOSED });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('waits longer after each refusal of a stream, 20 s at most before it is spread, and from the start after success', () => {
  const page = browser();
  const stop = follow(1, listener(), page);
  for (const wait of [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]) {
    const before = page.streams.length;
    page.streams.at(-1)?.refuse();
    vi.advanceTimersByTime(wait - 1);
    expect(page.streams).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(page.streams).toHaveLength(before + 1);
  }
  page.streams.at(-1)?.dispatchEvent(new Event('open'));
  page.streams.at(-1)?.refuse();
  vi.advanceTimersByTime(1000);
  expect(page.streams).toHaveLength(9);
  stop();
});

it('has a stream only while its tab is seen, and loads the map again when it is seen again', () => {
  const page = browser();
  const heard = listener();
  const stop = follow(1, heard, page);
  page.streams[0]?.dispatchEvent(new Event('open'));
  page.show(false);
  expect(page.streams.map(({ readyState }) => readyState)).toEqual([CLOSED]);
  expect(heard.lost).toHaveBeenCalledOnce();
  page.show(true);
  page.streams[1]?.dispatchEvent(new Event('open'));
  expect(heard.opened).toHaveBeenCalledTimes(2);
  stop();
  page.show(false);
  page.show(true);
  expect(page.streams.map(({ readyState }) => readyState)).toEqual([CLOSED, CLOSED]);
});

it('opens nothing after it was stopped, neither after a refusal nor after a missed change', () => {
  const page = browser();
  const heard = listener();
  const stop = follow(1, heard, page);
  page.streams[0]?.dispatchEvent(new Event('missed'));
  page.streams[0]?.refuse();
  stop();
  vi.advanceTimersByTime(60_000);
  expect(page.streams).toHaveLength(1);
  expect(heard.opened).not.toHaveBeenCalled();
});
