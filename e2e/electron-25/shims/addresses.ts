/** What Node 18 and Chromium 114 both lack of the web's own objects. */
const addresses = URL as { parse?: typeof URL.parse };
addresses.parse ??= (address, base) => {
  try {
    return new URL(address, base);
  } catch {
    return null;
  }
};

const signals = AbortSignal as { any?: typeof AbortSignal.any };
signals.any ??= (all) => {
  const controller = new AbortController();
  for (const signal of all) {
    if (signal.aborted) {
      controller.abort(signal.reason);
      break;
    }
    signal.addEventListener('abort', () => controller.abort(signal.reason), {
      once: true,
      signal: controller.signal,
    });
  }
  return controller.signal;
};
