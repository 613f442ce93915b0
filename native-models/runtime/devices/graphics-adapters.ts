import os from 'node:os';
import koffi from 'koffi';
import type { DeviceFacts } from './device-facts.ts';

/** `VkPhysicalDeviceType`: what is neither of these is the processor, or something unknown. */
const realTypes = [1, 2, 3]; // integrated, discrete, virtual
const instanceCreateInfo = 1;
const deviceLocalHeap = 1;
/** Offsets within Vulkan's structures (Vulkan 1.0, "Physical Devices"). */
const properties = { bytes: 1024, driverVersion: 4, vendor: 8, type: 16, name: 20, nameBytes: 256 } as const;
const memory = { bytes: 520, heapCount: 260, heaps: 264, heapBytes: 16 } as const;
const mostAdapters = 16;

/** What WebGPU would compute on: a real GPU before a software adapter; undefined where there is neither. */
export function graphicsAdapter(): DeviceFacts | undefined {
  // Every processor of Apple's own has its GPU, which shares the machine's memory.
  if (process.platform === 'darwin') {
    const name = `${os.cpus()[0]?.model.trim() ?? 'Apple'} GPU`;
    return { name, memoryBytes: os.totalmem(), freeBytes: process.availableMemory(), isSoftware: false };
  }
  const adapters = vulkanAdapters();
  return adapters.find(({ isSoftware }) => !isSoftware) ?? adapters[0];
}

/** All adapters that Vulkan lists; none where there is no loader or driver. */
function vulkanAdapters(): DeviceFacts[] {
  try {
    const library = koffi.load(process.platform === 'win32' ? 'vulkan-1.dll' : 'libvulkan.so.1');
    const info = Buffer.alloc(64);
    info.writeUInt32LE(instanceCreateInfo, 0);
    const instance = new BigUint64Array(1);
    const create = library.func('vkCreateInstance', 'int', ['void *', 'void *', 'void *']);
    if (create(info, null, instance) !== 0) return [];
    try {
      const count = Uint32Array.of(mostAdapters);
      const devices = new BigUint64Array(mostAdapters);
      const list = library.func('vkEnumeratePhysicalDevices', 'int', ['void *', 'void *', 'void *']);
      if ((list(instance[0], count, devices) as number) < 0) return [];
      const readProperties = library.func('vkGetPhysicalDeviceProperties', 'void', ['void *', 'void *']);
      const readMemory = library.func('vkGetPhysicalDeviceMemoryProperties', 'void', ['void *', 'void *']);
      return Array.from(devices.subarray(0, count[0]), (device) => {
        const [facts, heaps] = [Buffer.alloc(properties.bytes), Buffer.alloc(memory.bytes)];
        readProperties(device, facts);
        readMemory(device, heaps);
        return describe(facts, heaps);
      });
    } finally {
      library.func('vkDestroyInstance', 'void', ['void *', 'void *'])(instance[0], null);
    }
  } catch {
    return [];
  }
}

function describe(facts: Buffer, heaps: Buffer): DeviceFacts {
  const name = facts.subarray(properties.name, properties.name + properties.nameBytes);
  const sizes = Array.from({ length: heaps.readUInt32LE(memory.heapCount) }, (_, index) => {
    const at = memory.heaps + index * memory.heapBytes;
    const isLocal = (heaps.readUInt32LE(at + 8) & deviceLocalHeap) !== 0;
    return isLocal ? Number(heaps.readBigUInt64LE(at)) : 0;
  });
  return {
    name: name.toString('utf8', 0, Math.max(0, name.indexOf(0))),
    // Vendors pack it each in their own way: it tells one driver from another, no more.
    driver: [properties.vendor, properties.driverVersion]
      .map((at) => facts.readUInt32LE(at).toString(16))
      .join(':'),
    memoryBytes: Math.max(0, ...sizes),
    isSoftware: !realTypes.includes(facts.readUInt32LE(properties.type)),
  };
}
