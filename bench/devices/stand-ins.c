/*
 * Stands in for CUDA's runtime library where there is no GPU: memory is the processor's, and kernels that are started do nothing.
 * So ONNX Runtime's library for CUDA says which nodes it has kernels for (placement.ts). What is not here answers "done"; what makes
 * something gives an address. The layout of the properties is that of CUDA 13.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SUCCESS 0
#define DEVICE_MEMORY 2

enum { MAJOR = 8, MULTIPROCESSORS = 108, SHARED_BYTES = 166912, PROPERTIES_BYTES = 1008 };
static const size_t total_bytes = (size_t)16 << 30;

static void put(char *properties, size_t offset, int value) { memcpy(properties + offset, &value, sizeof value); }

int cudaGetDeviceProperties(char *properties, int device) {
  memset(properties, 0, PROPERTIES_BYTES);
  strcpy(properties, "stand-in");
  memcpy(properties + 288, &total_bytes, sizeof total_bytes);
  put(properties, 296, 49152); /* shared memory of a block */
  put(properties, 304, 65536); /* registers of a block */
  put(properties, 308, 32);    /* a warp */
  put(properties, 320, 1024);  /* threads of a block, then by dimension */
  put(properties, 324, 1024);
  put(properties, 328, 1024);
  put(properties, 332, 64);
  put(properties, 336, 2147483647); /* blocks of a grid, by dimension */
  put(properties, 340, 65535);
  put(properties, 344, 65535);
  put(properties, 360, MAJOR);
  put(properties, 384, MULTIPROCESSORS);
  put(properties, 604, 2048); /* threads of a multiprocessor */
  put(properties, 624, SHARED_BYTES);
  put(properties, 672, SHARED_BYTES);
  return SUCCESS;
}

int cudaDeviceGetAttribute(int *value, int attribute, int device) {
  switch (attribute) {
    case 10: *value = 32; break;
    case 16: *value = MULTIPROCESSORS; break;
    case 75: *value = MAJOR; break;
    case 76: *value = 0; break;
    case 97: *value = SHARED_BYTES; break;
    default: *value = 1024;
  }
  return SUCCESS;
}

static int allocate(void **address, size_t bytes) {
  *address = aligned_alloc(256, (bytes + 511) / 256 * 256);
  return SUCCESS;
}
int cudaMalloc(void **address, size_t bytes) { return allocate(address, bytes); }
int cudaMallocHost(void **address, size_t bytes) { return allocate(address, bytes); }
int cudaHostAlloc(void **address, size_t bytes, unsigned flags) { return allocate(address, bytes); }
int cudaMallocFromPoolAsync(void **address, size_t bytes, void *pool, void *stream) { return allocate(address, bytes); }
int cudaFree(void *address) { free(address); return SUCCESS; }
int cudaFreeHost(void *address) { free(address); return SUCCESS; }
int cudaFreeAsync(void *address, void *stream) { free(address); return SUCCESS; }
int cudaMemcpy(void *to, const void *from, size_t bytes, int kind) { memmove(to, from, bytes); return SUCCESS; }
int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *stream) { memmove(to, from, bytes); return SUCCESS; }
int cudaMemset(void *address, int value, size_t bytes) { memset(address, value, bytes); return SUCCESS; }
int cudaMemsetAsync(void *address, int value, size_t bytes, void *stream) { memset(address, value, bytes); return SUCCESS; }
int cudaMemGetInfo(size_t *available, size_t *total) { *available = *total = total_bytes; return SUCCESS; }
int cudaPointerGetAttributes(int *attributes, const void *address) {
  memset(attributes, 0, 88);
  attributes[0] = DEVICE_MEMORY;
  return SUCCESS;
}
int cudaFuncGetAttributes(void *attributes, const void *function) { memset(attributes, 0, 144); return SUCCESS; }

int cudaGetDeviceCount(int *count) { *count = 1; return SUCCESS; }
int cudaGetDevice(int *device) { *device = 0; return SUCCESS; }
int cudaDriverGetVersion(int *version) { *version = 13050; return SUCCESS; }
int cudaRuntimeGetVersion(int *version) { *version = 13050; return SUCCESS; }
int cudaStreamIsCapturing(void *stream, int *status) { *status = 0; return SUCCESS; }
int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *function, int threads, size_t bytes, unsigned flags) {
  *blocks = 2;
  return SUCCESS;
}
const char *cudaGetErrorName(int error) { return "stand-in"; }
const char *cudaGetErrorString(int error) { return "stand-in"; }
void **__cudaRegisterFatBinary(void *binary) { static void *handle[8]; return handle; }
