import { z } from 'zod';

/** The roles of the Chain-of-LoRA agent, in the order in which they run. */
export const roleNames = ['planner', 'grounder', 'verifier', 'answerer'] as const;
export const roleSchema = z.enum(roleNames);
/** A role of the Chain-of-LoRA agent. */
export type Role = z.infer<typeof roleSchema>;

export const speakerSchema = z.enum([...roleNames, 'reasoner']);
/** Who is shown something and speaks in a run: a role of the chain, or a model that reasons aloud, which has no roles. */
export type Speaker = z.infer<typeof speakerSchema>;

export const precisionSchema = z.enum(['fp32', 'fp16', 'int8', 'int8-blocks', 'int4']);
/**
 * Arithmetic of the weight products of a package. `int8` are integer products, which only processors compute; `int8-blocks` are
 * 8-bit weights with a scale a block, as GPUs compute them too.
 */
export type Precision = z.infer<typeof precisionSchema>;

/** Devices that can be asked for; `auto` is the best one found. */
export const deviceSchema = z.enum(['auto', 'cpu', 'cuda', 'cann', 'webgpu', 'directml', 'coreml']);
export type DeviceRequest = z.infer<typeof deviceSchema>;
export const runtimeNameSchema = z.enum(['onnxruntime-node', 'c-api']);
/** The binding to ONNX Runtime: its own for Node, or ours to its C API. */
export type RuntimeName = z.infer<typeof runtimeNameSchema>;

/** A device that something runs on. */
export const runningDeviceSchema = deviceSchema.exclude(['auto']);
export type Device = z.infer<typeof runningDeviceSchema>;
