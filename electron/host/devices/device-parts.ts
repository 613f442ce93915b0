/** A wheel of a Python package index, pinned: other bytes under its name are refused. */
export interface PinnedWheel {
  /** The project's name on the index. */
  readonly project: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Which of its files are taken, by their names without folders; nothing else of a wheel is ever written. */
  readonly libraries: RegExp;
}

/** The libraries that a device needs beside its driver, for one platform. */
export interface DeviceParts {
  readonly device: 'cuda' | 'cann';
  /** As Node names them, for example `linux/x64`. */
  readonly platform: string;
  /** What they are, in a few words. */
  readonly title: string;
  /** Names exactly these wheels; parts of another set are replaced by `add`. */
  readonly version: string;
  /** The library of ONNX Runtime among them. */
  readonly runtimeLibrary: string;
  readonly wheels: readonly PinnedWheel[];
  /** Bytes of the libraries once unpacked. */
  readonly unpackedBytes: number;
}

/**
 * What can be added, per device. ONNX Runtime's wheels hold the same library for every version of Python, with its C API;
 * NVIDIA publishes its runtime libraries as wheels of their own. Ascend's toolkit has to come from Huawei.
 */
export const deviceParts: readonly DeviceParts[] = [
  {
    device: 'cuda',
    platform: 'linux/x64',
    title: 'ONNX Runtime for CUDA 13, with NVIDIA’s runtime libraries',
    version: 'onnxruntime-gpu 1.30.0, CUDA 13.5, cuDNN 9.28',
    runtimeLibrary: 'libonnxruntime.so.1.30.0',
    unpackedBytes: 2_346_000_000,
    wheels: [
      {
        project: 'onnxruntime-gpu',
        file: 'onnxruntime_gpu-1.30.0-cp312-cp312-manylinux_2_28_x86_64.whl',
        bytes: 246_685_715,
        sha256: '6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1',
        libraries: /^libonnxruntime(\.so\.[\d.]+|_providers_(shared|cuda)\.so)$/,
      },
      {
        project: 'nvidia-cuda-runtime',
        file: 'nvidia_cuda_runtime-13.5.37-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        bytes: 2_504_024,
        sha256: 'df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d',
        libraries: /^libcudart\.so\.\d+$/,
      },
      {
        project: 'nvidia-cublas',
        file: 'nvidia_cublas-13.10.0.20-py3-none-manylinux1_x86_64.manylinux_2_5_x86_64.whl',
        bytes: 444_289_903,
        sha256: 'dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84',
        libraries: /^libcublas(Lt)?\.so\.\d+$/,
      },
      {
        project: 'nvidia-curand',
        file: 'nvidia_curand-10.4.5.25-py3-none-manylinux_2_27_x86_64.whl',
        bytes: 77_113_015,
        sha256: '22bb226a857e5888fe6b54ae465fc4371296bcff13a35f79e19691bcf454f529',
        libraries: /^libcurand\.so\.\d+$/,
      },
      {
        project: 'nvidia-cufft',
        file: 'nvidia_cufft-12.5.0.14-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        bytes: 165_072_555,
        sha256: 'b8be26837a5abad2b5b74f3e92dd29f622a42934b355be0961a48712cbba23ad',
        libraries: /^libcufft\.so\.\d+$/,
      },
      {
        project: 'nvidia-cuda-nvrtc',
        file: 'nvidia_cuda_nvrtc-13.5.37-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
        bytes: 58_185_930,
        sha256: '86b4d68058807988b7d9af5b44917a0601e9c337f35ccd657bfb3c759ff8d8bc',
        libraries: /^libnvrtc(-builtins)?\.so\.[\d.]+$/,
      },
      {
        project: 'nvidia-cudnn-cu13',
        file: 'nvidia_cudnn_cu13-9.28.1.4-py3-none-manylinux_2_27_x86_64.whl',
        bytes: 516_817_937,
        sha256: 'a54f205b1db1f2895d99f398754db1369816f0569dd459731f925635cf7b65ec',
        libraries: /^libcudnn\w*\.so\.\d+$/,
      },
    ],
  },
  {
    device: 'cann',
    platform: 'linux/x64',
    title: 'ONNX Runtime for Ascend',
    version: 'onnxruntime-cann 1.24.4',
    runtimeLibrary: 'libonnxruntime.so.1.24.4',
    unpackedBytes: 32_200_000,
    wheels: [
      {
        project: 'onnxruntime-cann',
        file: 'onnxruntime_cann-1.24.4-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl',
        bytes: 21_799_683,
        sha256: '7ca3bde2965a9c6065f83bdfe7b2c22e14de9fbc3ba24d15b19849b76aa017b0',
        libraries: /^libonnxruntime(\.so\.[\d.]+|_providers_(shared|cann)\.so)$/,
      },
    ],
  },
];
