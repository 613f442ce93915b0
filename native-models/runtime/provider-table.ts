import type { InferenceSession } from 'onnxruntime-node';
import type { Device } from '../protocol/roles.ts';

/** What the program knows about one kind of device. */
export interface Provider {
  readonly device: Device;
  readonly label: string;
  /** The name under which onnxruntime-node lists it; absent where the binding cannot have it. */
  readonly backend?: string;
  /** `platform/architecture` pairs, as Node names them, for which the binding is built with it. */
  readonly platforms: readonly string[];
  /** Merged into the options of every session on this device. */
  readonly sessionOptions: InferenceSession.SessionOptions;
  /** Shared libraries that must be found for it, besides the binding's own. */
  readonly libraries: readonly string[];
  /** Files beside the binding that its npm package leaves out. */
  readonly bindingFiles: readonly string[];
  readonly howToAdd: readonly string[];
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
    backend: 'cpu',
    platforms: ['linux/x64', 'linux/arm64', 'darwin/arm64', 'win32/x64', 'win32/arm64'],
    sessionOptions: { executionProviders: ['cpu'] },
    libraries: [],
    bindingFiles: [],
    howToAdd: [],
  },
  {
    device: 'cuda',
    label: 'NVIDIA GPU (CUDA 12)',
    backend: 'cuda',
    platforms: ['linux/x64'],
    sessionOptions: { executionProviders: thenCpu({ name: 'cuda', deviceId: 0 }) },
    libraries: [
      'libcuda.so.1',
      'libcudart.so.12',
      'libcublas.so.12',
      'libcublasLt.so.12',
      'libcurand.so.10',
      'libcufft.so.11',
      'libcudnn.so.9',
    ],
    bindingFiles: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
    howToAdd: [
      'Install the NVIDIA driver (nvidia-smi shows it), CUDA 12 and cuDNN 9.',
      'Let the loader find them: a file under /etc/ld.so.conf.d and ldconfig, or LD_LIBRARY_PATH.',
      'Fetch the CUDA part of ONNX Runtime (a large download): node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12',
      'Import the checkpoint with --precision fp32 or int4, and ask with --device cuda.',
    ],
  },
  {
    device: 'cann',
    label: 'Huawei Ascend NPU (CANN)',
    platforms: [],
    sessionOptions: { executionProviders: ['cpu'] },
    libraries: ['libascendcl.so'],
    bindingFiles: [],
    howToAdd: [
      'Install the Ascend driver and firmware (npu-smi info shows them) and the CANN toolkit; source its set_env.sh.',
      'onnxruntime-node is built without CANN: this version of the program recognises the device and runs on the CPU.',
    ],
  },
  {
    device: 'webgpu',
    label: 'GPU through WebGPU (Vulkan, Direct3D 12, Metal)',
    backend: 'webgpu',
    platforms: ['linux/x64', 'darwin/arm64', 'win32/x64', 'win32/arm64'],
    sessionOptions: { executionProviders: thenCpu('webgpu') },
    libraries: [],
    bindingFiles: [],
    howToAdd: [
      'Install the GPU vendor’s driver; on Linux also its Vulkan driver (vulkaninfo --summary shows it; Mesa 25 or newer).',
      'Import the checkpoint with --precision fp32 or int4, and ask with --device webgpu.',
    ],
  },
  {
    device: 'directml',
    label: 'GPU through DirectML (Windows)',
    backend: 'dml',
    platforms: ['win32/x64', 'win32/arm64'],
    // DirectML neither plans memory ahead nor runs branches side by side (ONNX Runtime, DirectML execution provider).
    sessionOptions: {
      executionProviders: thenCpu({ name: 'dml', deviceId: 0 }),
      enableMemPattern: false,
      executionMode: 'sequential',
    },
    libraries: [],
    bindingFiles: [],
    howToAdd: [
      'Update Windows 10 or 11 and the GPU driver (a GPU with Direct3D 12 is needed).',
      'Import the checkpoint with --precision fp32, and ask with --device directml.',
    ],
  },
  {
    device: 'coreml',
    label: 'Apple GPU and Neural Engine (Core ML)',
    backend: 'coreml',
    platforms: ['darwin/arm64'],
    sessionOptions: { executionProviders: thenCpu('coreml') },
    libraries: [],
    bindingFiles: [],
    howToAdd: ['Import the checkpoint with --precision fp32, and ask with --device coreml.'],
  },
];
