import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

describe('the watch for silence', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('stays quiet as long as something is heard in time', () => {
    const onSilence = vi.fn();
    const watch = new SilenceWatch(10_000, onSilence);
    for (let second = 0; second < 100; second += 9) {
      watch.heard();
      vi.advanceTimersByTime(9_000);
    }
    expect(onSilence).not.toHaveBeenCalled();
  });

  it('reports silence once, a moment after the limit, so that signs on their way still count', () => {
    const onSilence = vi.fn();
    const watch = new SilenceWatch(10_000, onSilence);
    watch.heard();
    vi.advanceTimersByTime(10_500);
    watch.heard();
    vi.advanceTimersByTime(10_500);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(onSilence).toHaveBeenCalledOnce();
  });

  it('ends with the engine, whatever is still heard', () => {
    const onSilence = vi.fn();
    const watch = new SilenceWatch(10_000, onSilence);
    watch.heard();
    watch.stop();
    watch.heard();
    vi.advanceTimersByTime(60_000);
    expect(onSilence).not.toHaveBeenCalled();
  });
});
