/**
 * Environment of an engine process. Where glibc gives out memory (Linux) it raises the size from which it gives memory back
 * to the system with each large piece that is freed, up to 32 MB; then the weights that were packed at a package's first
 * load stay with the process as free memory that nobody has. A fixed size keeps glibc from doing that. Others ignore it.
 */
export const engineMemoryEnvironment = { MALLOC_MMAP_THRESHOLD_: String(4 * 1024 * 1024) } as const;
