import { expect, test } from 'vitest';
import { inPlainWords } from './plain-words.ts';

const place = '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988';

test.each([
  [
    'a library that does not load',
    `${place} onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /data/libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object file: No such file or directory\n`,
    'Failed to load library /data/libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object file: No such file or directory.',
  ],
  [
    'a driver that is too old',
    `${place} static onnxruntime::CUDAExecutionProviderInfo::FromProviderOptions(const onnxruntime::ProviderOptions&) [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Parse Failed to parse provider option "device_id": CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=vm ; file=/onnxruntime_src/cuda_execution_provider_info.cc ; line=69 ; expr=cudaGetDeviceCount(&num_devices);`,
    'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version.',
  ],
  [
    'a device that fails in a node',
    `Non-zero status code returned while running MultiHeadAttention node. Name:'MultiHeadAttention#18' Status Message: ${place} static cudnnContext* onnxruntime::cuda::CudaKernel::RequireCudnnHandle(cudnnHandle_t) [ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : cuDNN is unavailable: dlopen failed\n{"context":{}}`,
    'MultiHeadAttention: cuDNN is unavailable: dlopen failed.',
  ],
  [
    'a condition that does not hold',
    `${place} void Initialize() instance.wait was false. Failed to get a WebGPU adapter: No supported adapters.\n\n`,
    'Failed to get a WebGPU adapter: No supported adapters.',
  ],
  [
    'a feed of another shape',
    'Got invalid dimensions for input: x for the following indices\n index: 0 Got: 3 Expected: 2\n Please fix either.',
    'Got invalid dimensions for input: x for the following indices index: 0 Got: 3 Expected: 2 Please fix either.',
  ],
  ['what is in words already', 'The graph has no output y', 'The graph has no output y.'],
  ['nothing', '\n', 'It does not say why.'],
])('%s', (_, message, words) => {
  expect(inPlainWords(message)).toBe(words);
});
