import koffi from 'koffi';
import type { DeviceFacts } from './device-facts.ts';

const libraryNames: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libnvidia-ml.so.1',
  win32: 'nvml.dll',
};

/**
 * The first NVIDIA GPU, as the driver's management library (NVML) describes it.
 * @returns undefined where there is no driver or no GPU.
 */
export function nvidiaGpu(): DeviceFacts | undefined {
  const libraryName = libraryNames[process.platform];
  if (libraryName === undefined) return undefined;
  try {
    const library = koffi.load(libraryName);
    const call = (name: string, types: string[], ...parameters: unknown[]): void => {
      const code = library.func(name, 'int', types)(...parameters) as number;
      if (code !== 0) throw new Error(`${name} failed (${code})`);
    };
    call('nvmlInit_v2', []);
    try {
      const device = new BigUint64Array(1);
      call('nvmlDeviceGetHandleByIndex_v2', ['uint32_t', 'void *'], 0, device);
      const name = Buffer.alloc(96);
      call('nvmlDeviceGetName', ['void *', 'void *', 'uint32_t'], device[0], name, name.length);
      const driver = Buffer.alloc(80);
      call('nvmlSystemGetDriverVersion', ['void *', 'uint32_t'], driver, driver.length);
      const memory = new BigUint64Array(3); // total, free, used
      call('nvmlDeviceGetMemoryInfo', ['void *', 'void *'], device[0], memory);
      return {
        name: textOf(name),
        driver: textOf(driver),
        memoryBytes: Number(memory[0]),
        freeBytes: Number(memory[1]),
        isSoftware: false,
      };
    } finally {
      library.func('nvmlShutdown', 'int', [])();
    }
  } catch {
    return undefined;
  }
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
