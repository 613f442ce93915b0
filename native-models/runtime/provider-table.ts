import type { InferenceSession } from 'onnxruntime-node';
import { EngineError } from '../protocol/errors.ts';
import type { Device, Precision, RuntimeName } from '../protocol/roles.ts';
import type { CProvider } from './c-api/session-options.ts';

/** What the program knows about one kind of device. */
export interface Provider {
  readonly device: Device;
  readonly label: string;
  /** The bindings that can have it, the usual one first. */
  readonly runtimes: readonly RuntimeName[];
  /** Precisions of the packages that it computes. */
  readonly packages: readonly Precision[];
  /** The name under which onnxruntime-node lists it; absent where that binding cannot have it. */
  readonly backend?: string;
  /** How it is had through the C API: libraries that `devices add` brings, and this provider in them. */
  readonly added?: CProvider;
  /** `platform/architecture` pairs, as Node names them, on which it can be had. */
  readonly platforms: readonly string[];
  /** Merged into the options of every session on this device, in onnxruntime-node. */
  readonly sessionOptions: InferenceSession.SessionOptions;
  /** What the machine itself has to bring: in words, and the library by which it is found. */
  readonly driver?: { readonly name: string; readonly libraries: readonly string[] };
  readonly howToAdd: readonly string[];
  /** What was measured of it with this program, where. */
  readonly measured: string;
}

/** Operators that a device lacks run on the CPU, which therefore ends every list. */
const thenCpu = (
  provider: InferenceSession.ExecutionProviderConfig,
): InferenceSession.ExecutionProviderConfig[] => [provider, 'cpu'];

/** Every device that can be asked for, in the order in which `doctor` shows them. */
export const providers: readonly Provider[] = [
  {
    device: 'cpu',
    label: 'Processor',
    runtimes: ['onnxruntime-node', 'c-api'],
    packages: ['fp32', 'fp16', 'int8', 'int8-blocks', 'int4'],
    backend: 'cpu',
    platforms: ['linux/x64', 'linux/arm64', 'darwin/arm64', 'win32/x64', 'win32/arm64'],
    sessionOptions: { executionProviders: ['cpu'] },
    howToAdd: [],
    measured: 'every package and benchmark (docs/benchmarks.md)',
  },
  {
    device: 'cuda',
    label: 'NVIDIA GPU (CUDA 13)',
    runtimes: ['c-api'],
    packages: ['fp32', 'fp16', 'int8-blocks', 'int4'],
    platforms: ['linux/x64'],
    sessionOptions: {},
    added: {
      name: 'CUDA',
      memoryName: 'Cuda',
      options: {
        device_id: '0',
        // Memory grows by what is asked for, not by doubling: a model is loaded once and then asks for little.
        arena_extend_strategy: 'kSameAsRequested',
        // Searching for the fastest convolution takes seconds, and the networks have none.
        cudnn_conv_algo_search: 'DEFAULT',
        use_tf32: '0',
      },
    },
    driver: { name: 'the NVIDIA driver', libraries: ['libcuda.so.1'] },
    howToAdd: [
      'Install the NVIDIA driver, 580 or newer (nvidia-smi shows it).',
      'Add the rest, ONNX Runtime for CUDA and NVIDIA’s libraries (a download of 1.5 GB): videomind devices add cuda',
      'Import the checkpoint with --precision fp16, int8-blocks or int4.',
    ],
    measured: 'never on a GPU; its graphs and its binding on the processor',
  },
  {
    device: 'cann',
    label: 'Huawei Ascend NPU (CANN)',
    runtimes: ['c-api'],
    packages: ['fp32', 'fp16'],
    platforms: ['linux/x64'],
    sessionOptions: {},
    added: {
      name: 'CANN',
      memoryName: 'Cann',
      options: {
        device_id: '0',
        // Whole graphs are compiled: as single kernels CANN has neither softmax nor norms.
        enable_cann_graph: '1',
        precision_mode: 'force_fp16',
        arena_extend_strategy: 'kSameAsRequested',
        npu_mem_limit: String(30 * 2 ** 30),
      },
    },
    driver: { name: 'Huawei’s driver and CANN toolkit', libraries: ['libascendcl.so'] },
    howToAdd: [
      'Install the Ascend driver and firmware (npu-smi info shows them) and the CANN toolkit; source its set_env.sh.',
      'Add ONNX Runtime for Ascend (a download of 22 MB): videomind devices add cann',
      'Import the checkpoint with --precision fp16.',
    ],
    measured: 'never on an NPU',
  },
  {
    device: 'webgpu',
    label: 'GPU through WebGPU (Vulkan, Direct3D 12, Metal)',
    runtimes: ['onnxruntime-node'],
    packages: ['fp32', 'fp16', 'int8-blocks', 'int4'],
    backend: 'webgpu',
    platforms: ['linux/x64', 'darwin/arm64', 'win32/x64', 'win32/arm64'],
    sessionOptions: { executionProviders: thenCpu('webgpu') },
    howToAdd: [
      'Install the GPU vendor’s driver; on Linux also its Vulkan driver (vulkaninfo --summary shows it; Mesa 25 or newer).',
      'Import the checkpoint with --precision fp16, int8-blocks or int4 (or fp32), and ask with --device webgpu.',
    ],
    measured: 'every reference question, on software Vulkan; never on a GPU',
  },
  {
    device: 'directml',
    label: 'GPU through DirectML (Windows)',
    runtimes: ['onnxruntime-node'],
    packages: ['fp32', 'fp16'],
    backend: 'dml',
    platforms: ['win32/x64', 'win32/arm64'],
    // DirectML neither plans memory ahead nor runs branches side by side (ONNX Runtime, DirectML execution provider).
    sessionOptions: {
      executionProviders: thenCpu({ name: 'dml', deviceId: 0 }),
      enableMemPattern: false,
      executionMode: 'sequential',
    },
    howToAdd: [
      'Update Windows 10 or 11 and the GPU driver (a GPU with Direct3D 12 is needed).',
      'Import the checkpoint with --precision fp16, and ask with --device directml.',
    ],
    measured: 'never',
  },
  {
    device: 'coreml',
    label: 'Apple GPU and Neural Engine (Core ML)',
    runtimes: ['onnxruntime-node'],
    packages: ['fp32', 'fp16'],
    backend: 'coreml',
    platforms: ['darwin/arm64'],
    sessionOptions: { executionProviders: thenCpu('coreml') },
    howToAdd: ['Import the checkpoint with --precision fp16, and ask with --device coreml.'],
    measured: 'never',
  },
];

/** What the program knows about a device. */
export function providerOf(device: Device): Provider {
  const provider = providers.find((candidate) => candidate.device === device);
  if (provider === undefined) throw new EngineError('INTERNAL', `No provider for ${device}.`);
  return provider;
}

/** The devices that a package of a precision is for. */
export function devicesFor(precision: Precision): Device[] {
  return providers.filter(({ packages }) => packages.includes(precision)).map(({ device }) => device);
}
