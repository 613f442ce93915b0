/** The ONNX graph y = x + x over two float32 (opset 13), which every provider can run: what a device is tried with. */
export const doublingGraph = Buffer.from(
  'CAhCBAoAEA06OQoOCgF4CgF4EgF5IgNBZGQSBXByb2JlWg8KAXgSCgoICAESBAoCCAJiDwoBeRIKCggIARIECgIIAg==',
  'base64',
);
