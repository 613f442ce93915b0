import type { Transfers } from './runtime.ts';

/** Counts what crosses between memory and device. */
export class TransferMeter {
  readonly #toDevice = { bytes: 0, calls: 0 };
  readonly #fromDevice = { bytes: 0, calls: 0 };

  countToDevice(bytes: number): void {
    this.#toDevice.bytes += bytes;
    this.#toDevice.calls++;
  }

  countFromDevice(bytes: number): void {
    this.#fromDevice.bytes += bytes;
    this.#fromDevice.calls++;
  }

  /** The counts as they are now; later ones do not change it. */
  get counts(): Transfers {
    return { toDevice: { ...this.#toDevice }, fromDevice: { ...this.#fromDevice } };
  }
}

/** Nothing crosses where the device works in this process's memory. */
export const noTransfers: Transfers = {
  toDevice: { bytes: 0, calls: 0 },
  fromDevice: { bytes: 0, calls: 0 },
};

/** What crossed between two counts. */
export function transfersSince(before: Transfers, now: Transfers): Transfers {
  const between = (direction: keyof Transfers) => ({
    bytes: now[direction].bytes - before[direction].bytes,
    calls: now[direction].calls - before[direction].calls,
  });
  return { toDevice: between('toDevice'), fromDevice: between('fromDevice') };
}
