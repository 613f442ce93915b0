/**
 * ONNX Runtime's published binaries (since 1.29, also on Linux and macOS) report their use to Microsoft: they write an
 * identifier into the user's cache folder and send the processor, the process's name and the shapes of models. A program
 * that works on private videos and touches the network only when it is asked to must not. The binding reads this when the
 * first session is made, so it is set by whoever imports the binding.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
